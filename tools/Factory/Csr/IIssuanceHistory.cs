namespace DeviceFirmware.Factory;

/// <summary>A request whose signature proved possession of its key.</summary>
/// <param name="R">r of the signature, 64 lower-case hex digits.</param>
/// <param name="KeyHash">SHA-256 of the SubjectPublicKeyInfo, likewise.</param>
/// <param name="Message">SHA-256 of what was signed, likewise.</param>
public sealed record ProvenRequest(string R, string KeyHash, string Message);

/// <summary>What the CSR policy asks of the manufacturing record.</summary>
public interface IIssuanceHistory
{
    /// <summary>Why the line is stopped; null when it is not.</summary>
    string? StoppedBecause { get; }

    /// <summary>True when ids are only those that the record set aside: it goes on from a backup, and others may be given out already.</summary>
    bool IsRestored { get; }

    /// <summary>The record of that id, or null.</summary>
    BoardRecord? FindById(string deviceId);

    /// <summary>The record of that key (64 lower-case hex digits), or null.</summary>
    BoardRecord? FindByKey(string keyHash);

    /// <summary>The key that this id was set aside for, or null.</summary>
    string? FindReservation(string deviceId);

    /// <summary>The request that had that r, or null.</summary>
    ProvenRequest? FindNonce(string r);

    /// <summary>True when a record of another id has that hardware id.</summary>
    bool HasHardwareIdElsewhere(string hardwareId, string deviceId);
}
