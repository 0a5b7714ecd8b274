using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>How far the fleet has a board's ledger. A chain belongs to one identity key for ever.</summary>
public sealed record HeldLedger
{
    /// <summary>The chain's name.</summary>
    public required string Chain { get; init; }

    /// <summary>Which device has handed it over.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The board's public key, 65 bytes.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>Number of the last entry held.</summary>
    public required long Sequence { get; init; }

    /// <summary>Its hash.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The newest signed head, of that entry.</summary>
    public required byte[] Head { get; init; }

    /// <summary>The board's time in it, seconds since 1970.</summary>
    public required long HeadTime { get; init; }

    /// <summary>When it came.</summary>
    public required DateTime ReceivedAt { get; init; }

    /// <summary>Empty, <c>ledger-fork</c> or <c>ledger-went-back</c>: the board has signed something else later on.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The signed head that says so; null without a problem.</summary>
    public byte[]? Evidence { get; init; }
}

/// <summary>One entry held, or the signed checkpoint that stands for entries which the board let go of.</summary>
public sealed record HeldEntry
{
    /// <summary>The chain's name.</summary>
    public required string Chain { get; init; }

    /// <summary>The entry's number; of a checkpoint that of the last entry it stands for.</summary>
    public required long Sequence { get; init; }

    /// <summary>The entry's or the checkpoint's bytes.</summary>
    public required byte[] Encoded { get; init; }

    /// <summary>True for a checkpoint.</summary>
    public bool IsCheckpoint { get; init; }

    /// <summary>When it came.</summary>
    public required DateTime ReceivedAt { get; init; }
}

/// <summary>Ledgers, by chain.</summary>
internal sealed class HeldLedgerTable : IEntityTypeConfiguration<HeldLedger>
{
    public void Configure(EntityTypeBuilder<HeldLedger> builder)
    {
        builder.ToTable("Ledgers").HasKey(ledger => ledger.Chain);
        builder.HasIndex(ledger => ledger.DeviceId);
    }
}

/// <summary>Their entries, by chain and number.</summary>
internal sealed class HeldEntryTable : IEntityTypeConfiguration<HeldEntry>
{
    public void Configure(EntityTypeBuilder<HeldEntry> builder)
    {
        builder.ToTable("LedgerEntries").HasKey(entry => new { entry.Chain, entry.Sequence });
    }
}
