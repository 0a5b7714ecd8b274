using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>Which trust set is in force on each device, and which one it tries.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000055_Trust")]
internal sealed class M0055Trust : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("Trust", "Devices", nullable: true);
        migrationBuilder.AddColumn<long>("TrustStaged", "Devices", nullable: true);
    }
}
