using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>Operational certificates: for whom each was issued, when it was first shown, and which a device showed last.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000050_OperationalCertificates")]
internal sealed class M0050OperationalCertificates : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        AddText(migrationBuilder, "Devices", "OperationalSha256", "");
        AddText(migrationBuilder, "Certificates", "Tenant", "");
        migrationBuilder.AddColumn<DateTime>("ShownAt", "Certificates", nullable: true);
    }
}
