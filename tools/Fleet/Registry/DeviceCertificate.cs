namespace DeviceFirmware.Fleet;

/// <summary>Which of a device's two identities a certificate is for (IEEE 802.1AR).</summary>
public enum CertificateKind
{
    /// <summary>The initial one, from the factory, for life.</summary>
    Idevid = 0,

    /// <summary>A local one, from the fleet, renewed.</summary>
    Ldevid,
}

/// <summary>One certificate of a device. Rows are added and ended, never removed: a key or a certificate is some device's for ever.</summary>
public sealed record DeviceCertificate
{
    /// <summary>SHA-256 of its DER, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whose it is.</summary>
    public required string DeviceId { get; init; }

    /// <summary>SHA-256 of its SubjectPublicKeyInfo, lower-case hex.</summary>
    public required string PublicKeyHash { get; init; }

    /// <summary>Initial or local.</summary>
    public required CertificateKind Kind { get; init; }

    /// <summary>When the registry learnt of it, UTC.</summary>
    public required DateTime RegisteredAt { get; init; }

    /// <summary>Its last moment, UTC; null until it has been seen, since a manifest does not say.</summary>
    public DateTime? NotAfter { get; init; }

    /// <summary>Whose the device was when a local one was issued; empty for the initial one.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>When it was first shown at a connection, UTC; null while it was not, or when the broker cannot tell.</summary>
    public DateTime? ShownAt { get; init; }

    /// <summary>Since when it is worth nothing, UTC; null while it holds.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Why it ended; empty while it holds.</summary>
    public string EndReason { get; init; } = "";

    /// <summary>The initial certificate of a device that is being registered.</summary>
    public static DeviceCertificate Of(Device device, DateTime now)
    {
        return new DeviceCertificate
        {
            Sha256 = device.CertificateSha256,
            DeviceId = device.Id,
            PublicKeyHash = device.PublicKeyHash,
            Kind = CertificateKind.Idevid,
            RegisteredAt = now,
        };
    }
}

/// <summary>A version that a device has reported, and when first and last.</summary>
public sealed record FirmwareSeen
{
    /// <summary>Which device.</summary>
    public required string DeviceId { get; init; }

    /// <summary>The version, such as <c>1.1.0+0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>First report, UTC.</summary>
    public required DateTime FirstAt { get; init; }

    /// <summary>Last report, UTC.</summary>
    public required DateTime LastAt { get; init; }
}
