using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>When somebody has accepted a proved loss.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000097_AcceptedLosses")]
internal sealed class M0097AcceptedLosses : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<DateTime>("AcceptedAt", "LostEntries", nullable: true);
    }
}
