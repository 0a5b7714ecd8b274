using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The key that signs the heads of the audit: made at the first start, in the data directory, mode 0600. It proves that a head is this
/// server's, not that the server was honest: that takes a head that somebody else holds.
/// </summary>
public sealed class AuditKey : IDisposable
{
    /// <summary>The chain's name.</summary>
    public const string Chain = "fleet/audit";

    private const string FileName = "audit.key.pem";
    private const string PublicName = "audit.pem";
    private const int MaximumPem = 4096;

    private readonly ECDsa _key;

    private AuditKey(ECDsa key)
    {
        _key = key;
        PublicKey = Decode(key.ExportSubjectPublicKeyInfo())!;
    }

    /// <summary>The public half, which verifies.</summary>
    public P256PublicKey PublicKey { get; }

    /// <summary>The key of a data directory; made when there is none.</summary>
    public static AuditKey Open(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, FileName);
        if (!File.Exists(path))
        {
            using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            WholeFile.Write(Path.Combine(dataDirectory, PublicName), Encoding.ASCII.GetBytes(made.ExportSubjectPublicKeyInfoPem() + "\n"), overwrite: true);
            PrivateFile.Write(path, made);
        }

        return new AuditKey(PrivateFile.Read(path));
    }

    /// <summary>The public key of a PEM file.</summary>
    public static P256PublicKey ReadPublic(string path)
    {
        try
        {
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(Encoding.ASCII.GetString(WholeFile.Read(path, MaximumPem)));
            return Decode(key.ExportSubjectPublicKeyInfo()) ?? throw new CryptographicException();
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw ToolFailure.BadInput($"{path} holds no P-256 public key");
        }
    }

    /// <summary>A signed head of the chain at that place.</summary>
    public byte[] Sign(ChainPosition position, DateTime at)
    {
        ChainHead head = new(Chain, position, new DateTimeOffset(at).ToUnixTimeSeconds());
        byte[] keyHash = PublicKey.KeyHash();
        return head.Encode(keyHash, _key.SignHash(head.Digest(keyHash), DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
    }

    private static P256PublicKey? Decode(byte[] info)
    {
        return P256PublicKey.DecodeSubjectPublicKeyInfo(info, 0, info.Length);
    }
}
