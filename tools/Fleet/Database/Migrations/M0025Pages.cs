using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>The order of a tenant's devices of one version: without it a page of them read fifty times as many.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000025_Pages")]
internal sealed class M0025Pages : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.CreateIndex("IX_Devices_Tenant_ReportedVersion_Id", "Devices", ["Tenant", "ReportedVersion", "Id"]);
}
