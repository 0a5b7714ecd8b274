using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace DeviceFirmware.Tools;

/// <summary>Writes a private key as PKCS#8 PEM, plain or encrypted, into a file that only its owner can read from the moment it exists.</summary>
[UnsupportedOSPlatform("windows")]
public static class PrivateKeyFile
{
    /// <summary>The curve's name (RFC 5480 section 2.1.1.1).</summary>
    public const string P256Oid = "1.2.840.10045.3.1.7";

    /// <summary>Mode of the file: 0600, given at creation, not afterwards.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC (RFC 8018); the count is OWASP's for that function.
    private const int Iterations = 600_000;

    /// <summary>Creates the file; one that exists is never overwritten. The encoded key is zeroed before this returns.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key.</param>
    /// <param name="passphrase">Encrypts the key; null: the file's mode is all that protects it.</param>
    public static void Create(string path, ECDsa key, Passphrase? passphrase = null)
    {
        byte[] encoded = passphrase is null
            ? key.ExportPkcs8PrivateKey()
            : key.ExportEncryptedPkcs8PrivateKey(passphrase.Bytes, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations));
        char[] text = PemEncoding.Write(passphrase is null ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY", encoded);
        byte[] content = Encoding.ASCII.GetBytes(text);
        try
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
                UnixCreateMode = Mode,
                BufferSize = 0,
            };
            using FileStream stream = new(path, options);
            stream.Write(content);
            stream.WriteByte((byte)'\n');
            stream.Flush(flushToDisk: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
            CryptographicOperations.ZeroMemory(content);
            Array.Clear(text);
        }
    }
}
