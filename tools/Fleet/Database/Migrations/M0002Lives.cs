using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>Tenants and owners, certificates over a life, versions seen, and indexes that pages go by.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261122000002_Lives")]
internal sealed class M0002Lives : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        AddText(migrationBuilder, "Devices", "Tenant", "");
        AddText(migrationBuilder, "Devices", "Owner", null);
        AddText(migrationBuilder, "Devices", "StateActor", null);
        migrationBuilder.AddColumn<DateTime>("StateAt", "Devices", nullable: true);
        migrationBuilder.AddColumn<long>("Counter", "Devices", nullable: true);
        migrationBuilder.DropIndex("IX_Devices_State", "Devices");
        migrationBuilder.DropIndex("IX_Devices_Batch", "Devices");
        migrationBuilder.CreateIndex("IX_Devices_HardwareId", "Devices", "HardwareId");
        migrationBuilder.CreateIndex("IX_Devices_State_Id", "Devices", ["State", "Id"]);
        migrationBuilder.CreateIndex("IX_Devices_Batch_Id", "Devices", ["Batch", "Id"]);
        migrationBuilder.CreateIndex("IX_Devices_ReportedVersion_Id", "Devices", ["ReportedVersion", "Id"]);
        migrationBuilder.CreateIndex("IX_Devices_Tenant_State_Id", "Devices", ["Tenant", "State", "Id"]);
        migrationBuilder.CreateIndex("IX_Devices_Tenant_Id", "Devices", ["Tenant", "Id"]);

        migrationBuilder.CreateTable(
            "Certificates",
            table => new
            {
                Sha256 = Text(table),
                DeviceId = Text(table),
                PublicKeyHash = Text(table),
                Kind = Text(table),
                RegisteredAt = table.Column<DateTime>(),
                NotAfter = table.Column<DateTime>(nullable: true),
                EndedAt = table.Column<DateTime>(nullable: true),
                EndReason = Text(table),
            },
            constraints: table => table.PrimaryKey("PK_Certificates", row => row.Sha256));
        migrationBuilder.CreateIndex("IX_Certificates_DeviceId", "Certificates", "DeviceId");
        migrationBuilder.CreateIndex("IX_Certificates_PublicKeyHash", "Certificates", "PublicKeyHash");
        migrationBuilder.CreateIndex("IX_Certificates_NotAfter", "Certificates", "NotAfter");
        migrationBuilder.Sql("""
            INSERT INTO "Certificates" ("Sha256", "DeviceId", "PublicKeyHash", "Kind", "RegisteredAt", "EndReason")
            SELECT "CertificateSha256", "Id", "PublicKeyHash", 'Idevid', "ManufacturedAt", '' FROM "Devices"
            """);

        migrationBuilder.CreateTable(
            "FirmwareSeen",
            table => new
            {
                DeviceId = Text(table),
                Version = Text(table),
                FirstAt = table.Column<DateTime>(),
                LastAt = table.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_FirmwareSeen", row => new { row.DeviceId, row.Version }));
    }
}
