using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>Owners: what names a person, in one place.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261122000006_Owners")]
internal sealed class M0006Owners : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Owners",
            table => new
            {
                Reference = Text(table),
                Name = Text(table),
                Contact = Text(table),
                Tenant = Text(table),
                CreatedAt = table.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_Owners", row => row.Reference));
        migrationBuilder.CreateIndex("IX_Devices_Owner", "Devices", "Owner");
    }
}
