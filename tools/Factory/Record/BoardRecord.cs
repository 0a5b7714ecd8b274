namespace DeviceFirmware.Factory;

/// <summary>How far a board came at the factory.</summary>
public enum BoardRecordState
{
    /// <summary>A certificate was about to be signed; nothing left the station.</summary>
    Intent,

    /// <summary>The certificate is signed and recorded; the board has not shown that it is provisioned.</summary>
    Signed,

    /// <summary>The board showed that it is provisioned (or the certificate of a request out of a file was written).</summary>
    Completed,
}

/// <summary>Where and by whom a board is made. Each text has 1 to 64 printable ASCII characters.</summary>
public sealed record Production(string Batch, string Line, string Station, string Operator, string FirmwareVersion);

/// <summary>Under which profile a board was admitted, and how it was found.</summary>
/// <param name="Profile"><c>dev</c> or <c>production</c>.</param>
/// <param name="Posture">The posture as found, in its JSON form; null when none was given.</param>
/// <param name="Exception">Why a board below the production profile was admitted all the same; null when it was not below, or the profile is another.</param>
public sealed record Admission(string Profile, string? Posture, string? Exception);

/// <summary>One row of the manufacturing record.</summary>
/// <param name="DeviceId">The assigned id.</param>
/// <param name="HardwareId">The hardware id.</param>
/// <param name="KeyHash">SHA-256 of the SubjectPublicKeyInfo, 64 lower-case hex digits.</param>
/// <param name="State">How far it came.</param>
/// <param name="Serial">Serial number of the certificate, 32 lower-case hex digits.</param>
/// <param name="Production">Where and by whom.</param>
/// <param name="IntentAt">When the signature was decided, UTC second; notBefore of the certificate.</param>
/// <param name="Certificate">The certificate, DER; null before the signature.</param>
/// <param name="CompletedAt">When it was completed, UTC second; null before.</param>
/// <param name="HardwareIdRepeats">Another board had this hardware id.</param>
/// <param name="Admission">How it was admitted; null in records from before there were profiles.</param>
public sealed record BoardRecord(
    string DeviceId,
    string HardwareId,
    string KeyHash,
    BoardRecordState State,
    string Serial,
    Production Production,
    DateTimeOffset IntentAt,
    byte[]? Certificate,
    DateTimeOffset? CompletedAt,
    bool HardwareIdRepeats,
    Admission? Admission = null);
