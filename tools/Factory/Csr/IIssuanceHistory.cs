namespace DeviceFirmware.Factory;

/// <summary>What the CSR policy asks of the manufacturing record.</summary>
public interface IIssuanceHistory
{
    /// <summary>The record of that id, or null.</summary>
    BoardRecord? FindById(string deviceId);

    /// <summary>The record of that key (64 lower-case hex digits), or null.</summary>
    BoardRecord? FindByKey(string keyHash);

    /// <summary>True when a record of another id has that hardware id.</summary>
    bool HasHardwareIdElsewhere(string hardwareId, string deviceId);
}
