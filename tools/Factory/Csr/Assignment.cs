namespace DeviceFirmware.Factory;

/// <summary>What the station knows of the asker before the request arrives.</summary>
/// <param name="DeviceId">The id the station assigns.</param>
/// <param name="HardwareId">The hardware id the board named, or the operator for a request out of a file.</param>
/// <param name="KeyHash">SHA-256 of the SubjectPublicKeyInfo the board named when greeted; null for a request out of a file.</param>
public sealed record Assignment(string DeviceId, string HardwareId, byte[]? KeyHash);
