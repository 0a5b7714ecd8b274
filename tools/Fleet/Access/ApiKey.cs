using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>A key of the API as the database has it: without the secret, of which it holds the hash.</summary>
public sealed record ApiKey
{
    /// <summary>Its public name, 12 lower-case hex digits: what audit and logs call the caller.</summary>
    public required string Id { get; init; }

    /// <summary>Who or what has it, for people.</summary>
    public required string Name { get; init; }

    /// <summary>What it may be used for.</summary>
    public required ApiRoles Roles { get; init; }

    /// <summary>The tenant whose devices it sees and moves; null for all.</summary>
    public string? Tenant { get; init; }

    /// <summary>SHA-256 of the whole key, lower-case hex. The secret has 256 random bits: nothing slower is needed.</summary>
    public required string Hash { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Since when it is worth nothing, UTC; null while it holds.</summary>
    public DateTime? RevokedAt { get; init; }
}

/// <summary>Keys by id.</summary>
internal sealed class ApiKeyTable : IEntityTypeConfiguration<ApiKey>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.ToTable("ApiKeys").HasKey(key => key.Id);
        builder.Property(key => key.Roles).HasConversion(roles => ApiRoleWords.Of(roles), words => ApiRoleWords.Parse(words));
    }
}
