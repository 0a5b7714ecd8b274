using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>What a claim by the secret on a device's label is checked with.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261122000010_Claims")]
internal sealed class M0010Claims : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder) => AddText(migrationBuilder, "Devices", "ClaimVerifier", "");
}
