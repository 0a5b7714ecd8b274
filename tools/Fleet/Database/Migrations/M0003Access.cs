using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>The keys of the API.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261122000003_Access")]
internal sealed class M0003Access : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "ApiKeys",
            table => new
            {
                Id = Text(table),
                Name = Text(table),
                Roles = Text(table),
                Tenant = Text(table, nullable: true),
                Hash = Text(table),
                CreatedAt = table.Column<DateTime>(),
                RevokedAt = table.Column<DateTime>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_ApiKeys", row => row.Id));
    }
}
