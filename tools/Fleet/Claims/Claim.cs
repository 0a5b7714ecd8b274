using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>How far a claim has come.</summary>
public enum ClaimState
{
    /// <summary>The device is asked; open until its time is over.</summary>
    Open = 0,

    /// <summary>The device has said yes: it is the tenant's. The code is used up.</summary>
    Done,

    /// <summary>Somebody else claimed the same device meanwhile, or the claim was called off.</summary>
    Cancelled,
}

/// <summary>One try of a tenant to become the owner of a device. Immutable; a change is a new one.</summary>
public sealed record Claim
{
    /// <summary>How long a device may take to say yes.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(10);

    /// <summary>16 random bytes, lower-case hex: its name, and what the device signs.</summary>
    public required string Code { get; init; }

    /// <summary>Which device.</summary>
    public required string DeviceId { get; init; }

    /// <summary>Whose it would be.</summary>
    public required string Tenant { get; init; }

    /// <summary>Who has claimed it: <c>key:ID</c>.</summary>
    public required string Identity { get; init; }

    /// <summary>From where.</summary>
    public required string Address { get; init; }

    /// <summary>32 random bytes, lower-case hex.</summary>
    public required string Nonce { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTime OpenedAt { get; init; }

    /// <summary>Until when the device may say yes, UTC.</summary>
    public required DateTime ExpiresAt { get; init; }

    /// <summary>How far it has come.</summary>
    public ClaimState State { get; init; } = ClaimState.Open;

    /// <summary>When it was done or cancelled, UTC.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>The account of the one who claims.</summary>
    internal Account Claimant => new(Actor.Owner, Identity, Address);

    /// <summary>True while the device may say yes.</summary>
    public bool IsOpen(DateTime now)
    {
        return State == ClaimState.Open && now < ExpiresAt;
    }
}

/// <summary>Claims, by code.</summary>
internal sealed class ClaimTable : IEntityTypeConfiguration<Claim>
{
    public void Configure(EntityTypeBuilder<Claim> builder)
    {
        builder.ToTable("Claims").HasKey(claim => claim.Code);
        builder.HasIndex(claim => claim.DeviceId);
        builder.Property(claim => claim.State).HasConversion<string>();
    }
}

/// <summary>Claims of devices.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000040_ClaimsByProof")]
internal sealed class M0040ClaimsByProof : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Claims",
            table => new
            {
                Code = Text(table),
                DeviceId = Text(table),
                Tenant = Text(table),
                Identity = Text(table),
                Address = Text(table),
                Nonce = Text(table),
                OpenedAt = table.Column<DateTime>(),
                ExpiresAt = table.Column<DateTime>(),
                State = Text(table),
                EndedAt = table.Column<DateTime>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_Claims", row => row.Code));
        migrationBuilder.CreateIndex("IX_Claims_DeviceId", "Claims", "DeviceId");
    }
}
