using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>Something that was denied, kept: MQTT 3.1.1 tells the client nothing, so this is where to look.</summary>
public sealed record Denial
{
    /// <summary>Number, rising.</summary>
    public long Number { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>What was tried: <c>connect</c>, <c>publish</c>, <c>subscribe</c>, <c>tls</c>, <c>api</c> and the like.</summary>
    public required string Action { get; init; }

    /// <summary>Who: the id of the certificate, or of the API key; a certificate's subject before its chain was believed.</summary>
    public required string Identity { get; init; }

    /// <summary>From where.</summary>
    public required string Address { get; init; }

    /// <summary>What it was about.</summary>
    public required string Resource { get; init; }

    /// <summary>Why, as a word.</summary>
    public required string Token { get; init; }

    /// <summary>The deciding statement of the policy; empty when none decided.</summary>
    public required string Statement { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Reason { get; init; }
}

/// <summary>Denials, by number, and of whom.</summary>
internal sealed class DenialTable : IEntityTypeConfiguration<Denial>
{
    public void Configure(EntityTypeBuilder<Denial> builder)
    {
        builder.ToTable("Denials").HasKey(denial => denial.Number);
        builder.Property(denial => denial.Number).ValueGeneratedOnAdd();
        builder.HasIndex(denial => new { denial.Identity, denial.Number });
        builder.HasIndex(denial => denial.Token);
    }
}

/// <summary>Something odd that was noticed.</summary>
public sealed record Anomaly
{
    /// <summary>Number, rising.</summary>
    public long Number { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>What: one of <see cref="AnomalyWatch.Kinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Which device; empty when it is about an address.</summary>
    public required string DeviceId { get; init; }

    /// <summary>Which address; empty when it is about none.</summary>
    public required string Address { get; init; }

    /// <summary>The particulars.</summary>
    public required string Text { get; init; }

    /// <summary>True when a rule has quarantined the device for it.</summary>
    public required bool Quarantined { get; init; }
}

/// <summary>Anomalies, by number.</summary>
internal sealed class AnomalyTable : IEntityTypeConfiguration<Anomaly>
{
    public void Configure(EntityTypeBuilder<Anomaly> builder)
    {
        builder.ToTable("Anomalies").HasKey(anomaly => anomaly.Number);
        builder.Property(anomaly => anomaly.Number).ValueGeneratedOnAdd();
        builder.HasIndex(anomaly => new { anomaly.DeviceId, anomaly.Number });
    }
}
