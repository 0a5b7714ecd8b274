using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>What a board signed before it was wiped; one for each identity key, for ever.</summary>
public sealed record HeldReceipt
{
    /// <summary>SHA-256 of the identity key's SubjectPublicKeyInfo, lower-case hex.</summary>
    public required string PublicKeyHash { get; init; }

    /// <summary>The device it was.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The message with public key and receipt, byte for byte.</summary>
    public required byte[] Message { get; init; }

    /// <summary>When it came.</summary>
    public required DateTime ReceivedAt { get; init; }
}

/// <summary>Receipts, by key.</summary>
internal sealed class HeldReceiptTable : IEntityTypeConfiguration<HeldReceipt>
{
    public void Configure(EntityTypeBuilder<HeldReceipt> builder)
    {
        builder.ToTable("Receipts").HasKey(receipt => receipt.PublicKeyHash);
    }
}
