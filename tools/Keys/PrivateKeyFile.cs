using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace DeviceFirmware.Keys;

/// <summary>Writes a private key as PKCS#8 PEM into a file that only its owner can read from the moment it exists.</summary>
[UnsupportedOSPlatform("windows")]
public static class PrivateKeyFile
{
    /// <summary>Mode of the file: 0600, given at creation, not afterwards.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the file; one that exists is never overwritten. The encoded key is zeroed before this returns.</summary>
    public static void Create(string path, ECDsa key)
    {
        byte[] encoded = key.ExportPkcs8PrivateKey();
        char[] text = PemEncoding.Write("PRIVATE KEY", encoded);
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
