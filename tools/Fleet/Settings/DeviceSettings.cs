using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>The settings that a device's application shall have, and what the device said to them. Immutable; a change is a new one.</summary>
public sealed record DeviceSettings
{
    /// <summary>Whose.</summary>
    public required string DeviceId { get; init; }

    /// <summary>Rises with each change; above everything that the device ever said it has.</summary>
    public required long Version { get; init; }

    /// <summary>A flat JSON object.</summary>
    public required string Members { get; init; }

    /// <summary>When they were set.</summary>
    public required DateTime SetAt { get; init; }

    /// <summary>When the device answered this version.</summary>
    public DateTime? AnsweredAt { get; init; }

    /// <summary>What it said: <c>accepted</c>, <c>refused</c>, <c>ended</c>…; empty before.</summary>
    public string Token { get; init; } = "";

    /// <summary>The same for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The version in force, as the device said last; 0 for none.</summary>
    public long InForce { get; init; }
}

/// <summary>Settings, by device.</summary>
internal sealed class DeviceSettingsTable : IEntityTypeConfiguration<DeviceSettings>
{
    public void Configure(EntityTypeBuilder<DeviceSettings> builder)
    {
        builder.ToTable("Settings").HasKey(settings => settings.DeviceId);
    }
}

/// <summary>Settings of applications.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000070_Settings")]
internal sealed class M0070Settings : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Settings",
            table => new
            {
                DeviceId = Text(table),
                Version = table.Column<long>(),
                Members = Text(table),
                SetAt = table.Column<DateTime>(),
                AnsweredAt = table.Column<DateTime>(nullable: true),
                Token = Text(table),
                Reason = Text(table),
                InForce = table.Column<long>(),
            },
            constraints: table => table.PrimaryKey("PK_Settings", row => row.DeviceId));
    }
}
