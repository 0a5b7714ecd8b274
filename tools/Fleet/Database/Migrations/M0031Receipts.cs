using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>The receipts of boards that were wiped.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000031_Receipts")]
internal sealed class M0031Receipts : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Receipts",
            table => new
            {
                PublicKeyHash = Text(table),
                DeviceId = Text(table),
                Message = table.Column<byte[]>(),
                ReceivedAt = table.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_Receipts", row => row.PublicKeyHash));
    }
}
