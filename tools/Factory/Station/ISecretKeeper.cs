namespace DeviceFirmware.Factory;

/// <summary>
/// Where a board's secrets go that leave it over the cable: the claim secret for the label, the setup password for its own access point. Both
/// are printable ASCII of Crockford's base32 alphabet (<c>0-9 A-H J K M N P-T V-Z</c>), ungrouped: 20 characters (100 bits) and 12 (60 bits).
/// </summary>
public interface ISecretKeeper
{
    /// <summary>
    /// Stores both durably, bound to the id and the key. The board forgets the claim secret as soon as this returned null. A board that was
    /// unplugged before it was finished makes new ones: the same id and key again replace what was stored, as long as the board is not
    /// completed. Not null: why not (a claim secret that another board had, a disk that is full); the board is then left unprovisioned.
    /// </summary>
    /// <param name="deviceId">The assigned id.</param>
    /// <param name="keyHash">SHA-256 of the key's SubjectPublicKeyInfo, 64 lower-case hex digits: the key whose certificate was signed.</param>
    /// <param name="claimSecret">20 bytes. The caller zeroes them afterwards: copy what has to stay.</param>
    /// <param name="setupPassword">12 bytes. The caller zeroes them afterwards.</param>
    StationStop? Keep(string deviceId, string keyHash, ReadOnlySpan<byte> claimSecret, ReadOnlySpan<byte> setupPassword);
}
