using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>The ledgers that boards hand over.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000030_Ledger")]
internal sealed class M0030Ledger : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Ledgers",
            table => new
            {
                Chain = Text(table),
                DeviceId = Text(table),
                PublicKey = table.Column<byte[]>(),
                Sequence = table.Column<long>(),
                Hash = table.Column<byte[]>(),
                Head = table.Column<byte[]>(),
                HeadTime = table.Column<long>(),
                ReceivedAt = table.Column<DateTime>(),
                Problem = Text(table),
                Evidence = table.Column<byte[]>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_Ledgers", row => row.Chain));
        migrationBuilder.CreateIndex("IX_Ledgers_DeviceId", "Ledgers", "DeviceId");

        migrationBuilder.CreateTable(
            "LedgerEntries",
            table => new
            {
                Chain = Text(table),
                Sequence = table.Column<long>(),
                Encoded = table.Column<byte[]>(),
                IsCheckpoint = table.Column<bool>(),
                ReceivedAt = table.Column<DateTime>(),
            },
            constraints: table => table.PrimaryKey("PK_LedgerEntries", row => new { row.Chain, row.Sequence }));
    }
}
