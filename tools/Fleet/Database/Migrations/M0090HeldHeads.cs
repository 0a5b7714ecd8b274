using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>Whose heads of the audit are believed when devices give them back, and what they have proved.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000090_HeldHeads")]
internal sealed class M0090HeldHeads : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "AuditSigners",
            table => new
            {
                KeyHash = Text(table),
                PublicKey = table.Column<byte[]>(),
                At = table.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_AuditSigners", row => row.KeyHash));
        migrationBuilder.CreateTable(
            "LostEntries",
            table => new
            {
                Number = Number(table),
                At = table.Column<DateTime>(),
                BroughtBy = Text(table),
                UpTo = table.Column<long>(),
                AtLeast = table.Column<long>(),
                HeadTime = table.Column<DateTime>(),
                Head = table.Column<byte[]>(),
            },
            constraints: table => table.PrimaryKey("PK_LostEntries", row => row.Number));
    }
}
