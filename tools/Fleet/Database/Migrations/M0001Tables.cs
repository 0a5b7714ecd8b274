using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>The tables as they were before there were migrations: a database of that time is adopted as being here.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration(Name)]
internal sealed class M0001Tables : FleetMigration
{
    internal const string Name = "20261122000001_Tables";

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Devices",
            table => new
            {
                Id = Text(table),
                HardwareId = Text(table),
                PublicKeyHash = Text(table),
                CertificateSha256 = Text(table),
                Batch = Text(table),
                Line = Text(table),
                Station = Text(table),
                Operator = Text(table),
                FirmwareVersion = Text(table),
                ManufacturedAt = table.Column<DateTime>(),
                Profile = Text(table),
                Posture = Text(table),
                ProfileException = Text(table),
                State = Text(table),
                StateBefore = Text(table, nullable: true),
                StateReason = Text(table),
                LastContact = table.Column<DateTime>(nullable: true),
                ReportedVersion = Text(table),
                LastEvent = Text(table),
                LastVerdict = Text(table),
                LastReason = Text(table),
                WantedImage = Text(table, nullable: true),
                Rollout = Text(table),
                RolloutToken = Text(table),
                RolloutReason = Text(table),
            },
            constraints: table => table.PrimaryKey("PK_Devices", row => row.Id));
        migrationBuilder.CreateIndex("IX_Devices_PublicKeyHash", "Devices", "PublicKeyHash", unique: true);
        migrationBuilder.CreateIndex("IX_Devices_CertificateSha256", "Devices", "CertificateSha256", unique: true);
        migrationBuilder.CreateIndex("IX_Devices_State", "Devices", "State");
        migrationBuilder.CreateIndex("IX_Devices_Batch", "Devices", "Batch");

        migrationBuilder.CreateTable(
            "Audit",
            table => new
            {
                Number = Number(table),
                At = table.Column<DateTime>(),
                DeviceId = Text(table),
                Actor = Text(table),
                From = Text(table, nullable: true),
                To = Text(table),
                Reason = Text(table),
            },
            constraints: table => table.PrimaryKey("PK_Audit", row => row.Number));
        migrationBuilder.CreateIndex("IX_Audit_DeviceId", "Audit", "DeviceId");

        migrationBuilder.CreateTable(
            "Images",
            table => new
            {
                Sha256 = Text(table),
                Version = Text(table),
                BoardType = Text(table),
                Length = table.Column<int>(),
            },
            constraints: table => table.PrimaryKey("PK_Images", row => row.Sha256));
    }
}
