using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>Denials and anomalies, kept.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261122000005_Watch")]
internal sealed class M0005Watch : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Denials",
            table => new
            {
                Number = Number(table),
                At = table.Column<DateTime>(),
                Action = Text(table),
                Identity = Text(table),
                Address = Text(table),
                Resource = Text(table),
                Token = Text(table),
                Statement = Text(table),
                Reason = Text(table),
            },
            constraints: table => table.PrimaryKey("PK_Denials", row => row.Number));
        migrationBuilder.CreateIndex("IX_Denials_Identity_Number", "Denials", ["Identity", "Number"]);
        migrationBuilder.CreateIndex("IX_Denials_Token", "Denials", "Token");

        migrationBuilder.CreateTable(
            "Anomalies",
            table => new
            {
                Number = Number(table),
                At = table.Column<DateTime>(),
                Kind = Text(table),
                DeviceId = Text(table),
                Address = Text(table),
                Text = Text(table),
                Quarantined = table.Column<bool>(),
            },
            constraints: table => table.PrimaryKey("PK_Anomalies", row => row.Number));
        migrationBuilder.CreateIndex("IX_Anomalies_DeviceId_Number", "Anomalies", ["DeviceId", "Number"]);
    }
}
