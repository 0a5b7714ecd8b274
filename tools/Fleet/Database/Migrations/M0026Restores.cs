using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>When the database came out of a backup.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000026_Restores")]
internal sealed class M0026Restores : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Restores",
            table => new
            {
                Number = Number(table),
                At = table.Column<DateTime>(),
                BackupEnd = table.Column<long>(),
                DoneAgain = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_Restores", row => row.Number));
    }
}
