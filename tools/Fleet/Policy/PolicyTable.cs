namespace DeviceFirmware.Fleet;

/// <summary>Which of the fleet's documents; its word is the name of the file.</summary>
public enum PolicyKind
{
    /// <summary>No document, so no connection.</summary>
    None = 0,

    /// <summary>A device that shows where it comes from: it reports, asks, and takes orders; nobody's data yet.</summary>
    Bootstrap,

    /// <summary>A device at work.</summary>
    Operational,

    /// <summary>A device kept apart: it reports its status, takes orders and updates, nothing else.</summary>
    Quarantined,
}

/// <summary>Which identity gets which document, by the device's state and the kind of its certificate. What is not in the table has none.</summary>
public static class PolicyTable
{
    private static readonly (DeviceState State, CertificateKind Certificate, PolicyKind Document)[] _table =
    [
        (DeviceState.Shipped,     CertificateKind.Idevid, PolicyKind.Bootstrap),
        (DeviceState.Claimed,     CertificateKind.Idevid, PolicyKind.Bootstrap),
        (DeviceState.Active,      CertificateKind.Idevid, PolicyKind.Operational), // while it has shown no LDevID
        (DeviceState.Quarantined, CertificateKind.Idevid, PolicyKind.Quarantined),

        (DeviceState.Claimed,     CertificateKind.Ldevid, PolicyKind.Operational),
        (DeviceState.Active,      CertificateKind.Ldevid, PolicyKind.Operational),
        (DeviceState.Quarantined, CertificateKind.Ldevid, PolicyKind.Quarantined),
    ];

    /// <summary>The document; <see cref="PolicyKind.None"/> when such an identity may not connect.</summary>
    public static PolicyKind Document(DeviceState state, CertificateKind certificate)
    {
        return _table.FirstOrDefault(row => row.State == state && row.Certificate == certificate).Document;
    }

    /// <summary>
    /// The document of one certificate of a device. A device that works under an LDevID has its IDevID for fetching the next one, for recovery and
    /// for nothing else: the bootstrap document.
    /// </summary>
    public static PolicyKind Document(Device device, CertificateKind certificate)
    {
        PolicyKind document = Document(device.State, certificate);
        bool isSpare = certificate == CertificateKind.Idevid && device.OperationalSha256.Length > 0;
        return isSpare && document == PolicyKind.Operational ? PolicyKind.Bootstrap : document;
    }

    /// <summary>
    /// The document of a device whose broker cannot tell its certificates apart, once it has made contact, which makes a claimed one active; none
    /// when it may not connect.
    /// </summary>
    public static PolicyKind Settled(Device? device)
    {
        return device is null ? PolicyKind.None
            : Document(device.State == DeviceState.Claimed ? DeviceState.Active : device.State, CertificateKind.Idevid);
    }

    /// <summary>May a device in this state hold a connection, with some certificate?</summary>
    public static bool MayConnect(DeviceState state)
    {
        return _table.Any(row => row.State == state);
    }
}
