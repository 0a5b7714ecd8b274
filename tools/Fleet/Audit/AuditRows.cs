using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>One entry of the audit as people and programs read it. <see cref="Reason"/> and <see cref="Address"/> are null once they were erased.</summary>
public sealed record AuditEntry
{
    /// <summary>Number in the chain, rising from 1.</summary>
    public long Number { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>What: <c>state</c>, <c>import</c>, <c>key-new</c> and the like.</summary>
    public required string Kind { get; init; }

    /// <summary>Which device; empty when it is about none.</summary>
    public required string DeviceId { get; init; }

    /// <summary>On whose account.</summary>
    public required Actor Actor { get; init; }

    /// <summary>Who.</summary>
    public required string Identity { get; init; }

    /// <summary>From where.</summary>
    public string? Address { get; init; }

    /// <summary>State before; null where there is none.</summary>
    public DeviceState? From { get; init; }

    /// <summary>State after; null where there is none.</summary>
    public DeviceState? To { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }
}

/// <summary>An entry of the chain, and what it is found by. The entry's bytes decide; the other columns repeat them.</summary>
internal sealed record AuditRow
{
    public required long Sequence { get; init; }

    public required DateTime At { get; init; }

    public required string DeviceId { get; init; }

    public required string Tenant { get; init; }

    public required byte[] Encoded { get; init; }
}

/// <summary>
/// What an entry refers to and does not hold, since it may name a person: reason and address. The chain has the hash of salt and fields: they
/// prove themselves while they are here, and the hash says nothing once they are gone.
/// </summary>
internal sealed record AuditDetail
{
    public required string Reference { get; init; }

    public required string DeviceId { get; init; }

    public required byte[] Salt { get; init; }

    public required string Fields { get; init; }
}

/// <summary>A change of state from before the audit was a chain.</summary>
internal sealed record FormerAuditEntry
{
    public long Number { get; init; }

    public required DateTime At { get; init; }

    public required string DeviceId { get; init; }

    public required Actor Actor { get; init; }

    public DeviceState? From { get; init; }

    public required DeviceState To { get; init; }

    public required string Reason { get; init; }
}

/// <summary>The chain, by number.</summary>
internal sealed class AuditRowTable : IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.ToTable("AuditChain").HasKey(row => row.Sequence);
        builder.Property(row => row.Sequence).ValueGeneratedNever();
        builder.HasIndex(row => new { row.DeviceId, row.Sequence });
        builder.HasIndex(row => new { row.Tenant, row.Sequence });
    }
}

/// <summary>Details, by reference.</summary>
internal sealed class AuditDetailTable : IEntityTypeConfiguration<AuditDetail>
{
    public void Configure(EntityTypeBuilder<AuditDetail> builder)
    {
        builder.ToTable("AuditDetails").HasKey(detail => detail.Reference);
        builder.HasIndex(detail => detail.DeviceId);
    }
}

/// <summary>The table of before; empty once its rows are in the chain.</summary>
internal sealed class FormerAuditTable : IEntityTypeConfiguration<FormerAuditEntry>
{
    public void Configure(EntityTypeBuilder<FormerAuditEntry> builder)
    {
        builder.ToTable("Audit").HasKey(entry => entry.Number);
        builder.Property(entry => entry.Number).ValueGeneratedOnAdd();
        builder.HasIndex(entry => entry.DeviceId);
    }
}
