using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>A key that signs, or once signed, heads of this database's audit: a backup brings it along, though never its private half.</summary>
internal sealed record AuditSigner
{
    /// <summary>Its key hash, lower-case hexadecimal.</summary>
    public required string KeyHash { get; init; }

    /// <summary>Its public half, 65 bytes.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>When it came, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>The keys of a database, that one with them from now on.</summary>
    public static IReadOnlyList<P256PublicKey> Include(DatabaseSource source, P256PublicKey key, DateTime now)
    {
        using FleetDatabase database = source.Open();
        string hash = Convert.ToHexStringLower(key.KeyHash());
        if (!database.Set<AuditSigner>().Any(row => row.KeyHash == hash))
        {
            database.Add(new AuditSigner { KeyHash = hash, PublicKey = key.Encode(), At = now });
            database.SaveChanges();
        }

        return [.. database.Set<AuditSigner>().AsNoTracking().OrderBy(row => row.At).AsEnumerable()
            .Select(row => P256PublicKey.Decode(row.PublicKey, 0, row.PublicKey.Length)).OfType<P256PublicKey>()];
    }
}

/// <summary>Entries of the audit that were once here and are not, as a signed head proves that a device gave back.</summary>
public sealed record LostEntries
{
    /// <summary>Number, rising.</summary>
    public long Number { get; init; }

    /// <summary>When it came, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>Which device brought it. It says nothing against that device.</summary>
    public required string BroughtBy { get; init; }

    /// <summary>Number of the last entry that is known to have been.</summary>
    public required long UpTo { get; init; }

    /// <summary>How many entries are missing, at least.</summary>
    public required long AtLeast { get; init; }

    /// <summary>When the head was signed, UTC, by the clock of then.</summary>
    public required DateTime HeadTime { get; init; }

    /// <summary>The signed head: what <c>fleet restore --head</c> takes.</summary>
    public required byte[] Head { get; init; }

    /// <summary>When somebody has accepted it, UTC; null before. Who and why stand in the audit.</summary>
    public DateTime? AcceptedAt { get; init; }

    /// <summary>The head's name: SHA-256 of its bytes, lower-case hexadecimal.</summary>
    public string HeadSha256 => Convert.ToHexStringLower(SHA256.HashData(Head));

    /// <summary>The newest since the last restore; null when none came.</summary>
    internal static LostEntries? Newest(FleetDatabase database)
    {
        DateTime since = database.Set<Restored>().AsNoTracking().OrderByDescending(row => row.Number).Select(row => (DateTime?)row.At).FirstOrDefault() ?? DateTime.MinValue;
        return database.Set<LostEntries>().AsNoTracking().Where(row => row.At >= since).OrderByDescending(row => row.HeadTime).ThenByDescending(row => row.UpTo).FirstOrDefault();
    }
}

/// <summary>Keys of the audit, by hash.</summary>
internal sealed class AuditSignerTable : IEntityTypeConfiguration<AuditSigner>
{
    public void Configure(EntityTypeBuilder<AuditSigner> builder)
    {
        builder.ToTable("AuditSigners").HasKey(signer => signer.KeyHash);
    }
}

/// <summary>Proofs of lost entries, by number.</summary>
internal sealed class LostEntriesTable : IEntityTypeConfiguration<LostEntries>
{
    public void Configure(EntityTypeBuilder<LostEntries> builder)
    {
        builder.ToTable("LostEntries").HasKey(lost => lost.Number);
        builder.Property(lost => lost.Number).ValueGeneratedOnAdd();
        builder.Ignore(lost => lost.HeadSha256);
    }
}
