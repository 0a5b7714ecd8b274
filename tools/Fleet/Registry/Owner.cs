using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>A person who owns devices. The only place where a person is named; devices and audit have the reference.</summary>
public sealed record Owner
{
    /// <summary>16 random bytes, lower-case hex.</summary>
    public required string Reference { get; init; }

    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>How to reach the person.</summary>
    public required string Contact { get; init; }

    /// <summary>Whose customer.</summary>
    public required string Tenant { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTime CreatedAt { get; init; }
}

/// <summary>Owners, by reference.</summary>
internal sealed class OwnerTable : IEntityTypeConfiguration<Owner>
{
    public void Configure(EntityTypeBuilder<Owner> builder)
    {
        builder.ToTable("Owners").HasKey(owner => owner.Reference);
    }
}

/// <summary>Everything that is stored about one person.</summary>
/// <param name="Owner">The person.</param>
/// <param name="Devices">The person's devices.</param>
/// <param name="Audit">What happened to them, the last thousand entries each.</param>
public sealed record OwnerExport(Owner Owner, IReadOnlyList<string> Devices, IReadOnlyList<AuditEntry> Audit);
