using System.Security.Cryptography;
using System.Text;

namespace DeviceFirmware.Factory;

/// <summary>What stands on a label, for as long as it takes to print it. The owner's: cleared when disposed.</summary>
public sealed class LabelSecret(string deviceId, byte[] claimSecret, byte[] setupPassword) : IDisposable
{
    /// <summary>The device's id.</summary>
    public string DeviceId => deviceId;

    /// <summary>The claim secret: 20 characters of Crockford's base32, ASCII.</summary>
    public byte[] ClaimSecret => claimSecret;

    /// <summary>The setup password: 12 characters of it.</summary>
    public byte[] SetupPassword => setupPassword;

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(claimSecret);
        CryptographicOperations.ZeroMemory(setupPassword);
    }
}

/// <summary>
/// The boards' claim secrets between cable and label. Until the label is acknowledged the secret lies in the record's file; then it is
/// overwritten there, and what stays is an HMAC, which finds a secret that comes twice, and a salted slow hash, by which the fleet knows
/// its owner.
/// </summary>
public sealed class ClaimStore(ManufacturingDatabase database) : ISecretKeeper
{
    /// <summary>Rounds of PBKDF2-HMAC-SHA-256, as for key files; spent when a label is acknowledged, never while a board waits.</summary>
    public const int Iterations = 600_000;

    private const int SaltSize = 16;

    /// <inheritdoc/>
    public StationStop? Keep(string deviceId, string keyHash, ReadOnlySpan<byte> claimSecret, ReadOnlySpan<byte> setupPassword)
    {
        byte[] claim = claimSecret.ToArray();
        byte[] setup = setupPassword.ToArray();
        try
        {
            return database.Exclusively(() => KeepCore(deviceId, keyHash, claim, setup));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(claim);
            CryptographicOperations.ZeroMemory(setup);
        }
    }

    /// <summary>The ids whose labels wait, in their order.</summary>
    public IReadOnlyList<string> Waiting() => database.Connection.Query("SELECT device_id FROM secret ORDER BY device_id", row => row.GetString(0));

    /// <summary>What goes on the label, or null when there is none waiting.</summary>
    public LabelSecret? Find(string deviceId) => database.Connection.Query(
        "SELECT device_id, claim_secret, setup_password FROM secret WHERE device_id = $id",
        row => new LabelSecret(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2)),
        ("$id", deviceId)).FirstOrDefault();

    /// <summary>The label is on the board: the secret goes, its slow hash comes, in one transaction. False when none was waiting.</summary>
    public bool Acknowledge(string deviceId)
    {
        using LabelSecret? secret = Find(deviceId);
        if (secret is null)
        {
            return false;
        }

        byte[] salt = RandomNumberGenerator.GetBytes(SaltSize);
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(secret.ClaimSecret, salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        string verifier = $"pbkdf2-sha256${Iterations}${Convert.ToHexStringLower(salt)}${Convert.ToHexStringLower(hash)}";
        string mac = Mac(secret.ClaimSecret);
        bool done = database.Exclusively(() =>
            database.Connection.Execute("DELETE FROM secret WHERE device_id = $id AND claim_secret = $claim", ("$id", deviceId), ("$claim", secret.ClaimSecret)) == 1
            && database.Append(EntryKind.Labelled, new LabelledBody(deviceId, mac, verifier)));
        database.Connection.Checkpoint();
        return done;
    }

    /// <summary>What the fleet checks a claim with, or null before the label.</summary>
    public string? Verifier(string deviceId) => database.Connection.Query(
        "SELECT verifier FROM claim WHERE device_id = $id AND verifier IS NOT NULL", row => row.GetString(0), ("$id", deviceId)).LastOrDefault();

    private StationStop? KeepCore(string deviceId, string keyHash, byte[] claim, byte[] setup)
    {
        BoardRecord? board = database.FindById(deviceId);
        if (board is null || board.KeyHash != keyHash || board.Certificate is null)
        {
            return new StationStop("no-certificate", $"the record has no certificate of '{deviceId}' for that key");
        }

        if (board.State == BoardRecordState.Completed)
        {
            return new StationStop("completed", $"'{deviceId}' is completed; its secrets are not replaced");
        }

        string mac = Mac(claim);
        string? owner = database.Connection.Query("SELECT device_id FROM claim WHERE mac = $mac", row => row.GetString(0), ("$mac", mac)).FirstOrDefault();
        if (owner is not null && owner != deviceId)
        {
            string reason = $"'{deviceId}' has the claim secret of '{owner}': the boards' randomness is broken";
            database.Stop("secret-seen", reason);
            return new StationStop("secret-seen", reason);
        }

        if (owner is null)
        {
            database.Append(EntryKind.Claim, new ClaimBody(deviceId, mac));
        }

        database.Connection.Execute(
            "INSERT INTO secret (device_id, claim_secret, setup_password) VALUES ($id, $claim, $setup) ON CONFLICT (device_id) DO UPDATE SET claim_secret = $claim, setup_password = $setup",
            ("$id", deviceId),
            ("$claim", claim),
            ("$setup", setup));
        return null;
    }

    private string Mac(byte[] secret)
    {
        byte[] key = database.Exclusively(FingerprintKey);
        byte[] text = [.. Encoding.ASCII.GetBytes("DeviceFirmware claim secret "), .. secret];
        string mac = Convert.ToHexStringLower(HMACSHA256.HashData(key, text));
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(text);
        return mac;
    }

    private byte[] FingerprintKey()
    {
        byte[]? key = database.Connection.Query("SELECT key FROM fingerprint", row => row.GetFieldValue<byte[]>(0)).FirstOrDefault();
        if (key is null)
        {
            key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
            database.Connection.Execute("INSERT INTO fingerprint (key) VALUES ($key)", ("$key", key));
        }

        return key;
    }
}
