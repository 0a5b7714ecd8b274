using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>The audit as a chain; what may name a person beside it.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261122000004_Audit")]
internal sealed class M0004Audit : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "AuditChain",
            table => new
            {
                Sequence = table.Column<long>(),
                At = table.Column<DateTime>(),
                DeviceId = Text(table),
                Tenant = Text(table),
                Encoded = table.Column<byte[]>(),
            },
            constraints: table => table.PrimaryKey("PK_AuditChain", row => row.Sequence));
        migrationBuilder.CreateIndex("IX_AuditChain_DeviceId_Sequence", "AuditChain", ["DeviceId", "Sequence"]);
        migrationBuilder.CreateIndex("IX_AuditChain_Tenant_Sequence", "AuditChain", ["Tenant", "Sequence"]);

        migrationBuilder.CreateTable(
            "AuditDetails",
            table => new
            {
                Reference = Text(table),
                DeviceId = Text(table),
                Salt = table.Column<byte[]>(),
                Fields = Text(table),
            },
            constraints: table => table.PrimaryKey("PK_AuditDetails", row => row.Reference));
        migrationBuilder.CreateIndex("IX_AuditDetails_DeviceId", "AuditDetails", "DeviceId");
    }
}
