using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>Changes of many devices are written in pieces; what is not yet written stands here.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000095_BulkPieces")]
internal sealed class M0095BulkPieces : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "BulkPieces",
            table => new
            {
                Operation = Text(table),
                Number = table.Column<int>(),
                Kind = Text(table),
                Reason = Text(table),
                Actor = Text(table),
                Identity = Text(table),
                Address = Text(table),
                Devices = Text(table),
            },
            constraints: table => table.PrimaryKey("PK_BulkPieces", row => new { row.Operation, row.Number }));
    }
}
