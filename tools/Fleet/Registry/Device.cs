namespace DeviceFirmware.Fleet;

/// <summary>How far the wanted image has come on one device.</summary>
public enum RolloutState
{
    /// <summary>Nothing is wanted.</summary>
    None = 0,

    /// <summary>An image is wanted and is offered whenever the device listens.</summary>
    Offered,

    /// <summary>The device has confirmed its version.</summary>
    Done,

    /// <summary>The device has refused it, or came back from it. Nothing is offered until an image is set again.</summary>
    Refused,
}

/// <summary>One device as the registry knows it. Immutable; a change is a new one.</summary>
public sealed record Device
{
    /// <summary>The id, <c>[a-z0-9-]{1,32}</c>; in the certificate the common name.</summary>
    public required string Id { get; init; }

    /// <summary>What the maker of the chip has given it, such as a MAC address.</summary>
    public required string HardwareId { get; init; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</summary>
    public required string PublicKeyHash { get; init; }

    /// <summary>SHA-256 of the certificate's DER, lower-case hex.</summary>
    public required string CertificateSha256 { get; init; }

    /// <summary>SHA-256 of the operational certificate that it showed last; empty when it has shown none since it became its tenant's.</summary>
    public string OperationalSha256 { get; init; } = "";

    /// <summary>When that one ends by itself, UTC; null when there is none, or it was ended before.</summary>
    public DateTime? OperationalEndsAt { get; init; }

    /// <summary>Production batch.</summary>
    public required string Batch { get; init; }

    /// <summary>Production line.</summary>
    public required string Line { get; init; }

    /// <summary>Station that made it.</summary>
    public required string Station { get; init; }

    /// <summary>Person at the station.</summary>
    public required string Operator { get; init; }

    /// <summary>Firmware version when it was made.</summary>
    public required string FirmwareVersion { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime ManufacturedAt { get; init; }

    /// <summary>The factory's profile it was made under; empty when the record names none.</summary>
    public string Profile { get; init; } = "";

    /// <summary>What it is to its tenant, in certificates and tokens: the factory's profile when that is a name; otherwise empty.</summary>
    public string Product => Bytes.Ascii.IsName(Profile) ? Profile : "";

    /// <summary>Its posture as found at the factory, in its JSON form; empty when nobody looked.</summary>
    public string Posture { get; init; } = "";

    /// <summary>Why it was made below its profile; empty when it was not.</summary>
    public string ProfileException { get; init; } = "";

    /// <summary>What a claim is checked with: <c>pbkdf2-sha256$ROUNDS$SALT$HASH</c> of the secret on its label; empty when there is none.</summary>
    public string ClaimVerifier { get; init; } = "";

    /// <summary>Where it stands.</summary>
    public DeviceState State { get; init; } = DeviceState.Manufactured;

    /// <summary>Where it stood before a quarantine; null otherwise.</summary>
    public DeviceState? StateBefore { get; init; }

    /// <summary>On whose account it stands there; null when that was before this was kept.</summary>
    public Actor? StateActor { get; init; }

    /// <summary>Since when it stands there, UTC; null likewise.</summary>
    public DateTime? StateAt { get; init; }

    /// <summary>Whose operators see and move it; empty while it is nobody's.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Reference of its owner's personal fields, which stand elsewhere; null while it has no owner.</summary>
    public string? Owner { get; init; }

    /// <summary>Highest security counter that it has reported; null before the first.</summary>
    public long? Counter { get; init; }

    /// <summary>Number of the trust set in force on it, as it reported last; 0 for the one it was built with, null before it said.</summary>
    public long? Trust { get; init; }

    /// <summary>Number of the trust set that it tries, as it reported last; 0 for none, null before it said.</summary>
    public long? TrustStaged { get; init; }

    /// <summary>Why it stands there.</summary>
    public string StateReason { get; init; } = "";

    /// <summary>Last connect or status, UTC; null before the first.</summary>
    public DateTime? LastContact { get; init; }

    /// <summary>Version in the last status; empty before the first.</summary>
    public string ReportedVersion { get; init; } = "";

    /// <summary>Event of the last status.</summary>
    public string LastEvent { get; init; } = "";

    /// <summary>Verdict token of the last status.</summary>
    public string LastVerdict { get; init; } = "";

    /// <summary>Reason text of the last status.</summary>
    public string LastReason { get; init; } = "";

    /// <summary>SHA-256 of the wanted image file, lower-case hex; null when none is wanted.</summary>
    public string? WantedImage { get; init; }

    /// <summary>How far the wanted image has come.</summary>
    public RolloutState Rollout { get; init; } = RolloutState.None;

    /// <summary>Token of the refusal that ended the rollout; empty otherwise.</summary>
    public string RolloutToken { get; init; } = "";

    /// <summary>Reason that ended the rollout; empty otherwise.</summary>
    public string RolloutReason { get; init; } = "";
}

/// <summary>What is known of an image in the store.</summary>
public sealed record StoredImage
{
    /// <summary>SHA-256 of the whole file, lower-case hex; also its name in the store.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Version in its header, such as <c>1.1.0+0</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Board type in its protected TLVs; empty when it has none.</summary>
    public required string BoardType { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required int Length { get; init; }
}
