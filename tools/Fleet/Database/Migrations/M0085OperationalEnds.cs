using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>
/// When the certificate ends that each device works under, beside the device: which ones end soon was a question to a certificate of every device.
/// </summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000085_OperationalEnds")]
internal sealed class M0085OperationalEnds : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<DateTime>("OperationalEndsAt", "Devices", nullable: true);
        migrationBuilder.Sql("""
            UPDATE "Devices" SET "OperationalEndsAt" =
                (SELECT "NotAfter" FROM "Certificates" WHERE "Sha256" = "OperationalSha256" AND "EndedAt" IS NULL)
            WHERE "OperationalSha256" <> ''
            """);
        migrationBuilder.CreateIndex("IX_Devices_OperationalEndsAt", "Devices", "OperationalEndsAt");
    }
}
