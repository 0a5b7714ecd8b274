using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Tools;

/// <summary>A key read from a PEM file, plain or encrypted, in this process's memory until disposed. Signs as RFC 6979 says.</summary>
public sealed class FileKey : HeldKey
{
    private const int MaximumLength = 8 * 1024;
    private const string EncryptedLabel = "-----BEGIN ENCRYPTED ";

    private readonly P256PrivateKey _key;

    private FileKey(P256PrivateKey key)
        : base(key.PublicKey) => _key = key;

    /// <inheritdoc/>
    public override bool IsDeterministic => true;

    /// <summary>
    /// Reads PKCS#8 or SEC 1 PEM, or encrypted PKCS#8 (RFC 5958) with the passphrase that is asked for then; anything else ends the tool
    /// with bad input. The text is zeroed before this returns.
    /// </summary>
    public static FileKey Read(string path, PassphraseSource passphrase)
    {
        byte[] content = WholeFile.Read(path, MaximumLength);
        char[] text = new char[content.Length];
        try
        {
            Encoding.Latin1.GetChars(content, text);
            bool isEncrypted = text.AsSpan().Contains(EncryptedLabel, StringComparison.Ordinal);
            using Passphrase? secret = isEncrypted ? passphrase.Get($"passphrase of {path}") : null;
            P256PrivateKey? key = Import(text, secret);
            if (key is not null)
            {
                return new FileKey(key);
            }

            throw ToolFailure.BadInput(isEncrypted
                ? $"{path}: the passphrase is wrong, or this is no P-256 private key"
                : $"{path} is not a P-256 private key in PEM");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
            Array.Clear(text);
        }
    }

    /// <inheritdoc/>
    protected override byte[] SignHashCore(byte[] hash) => Ecdsa.Sign(_key, hash);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _key.Clear();
        base.Dispose(disposing);
    }

    private static P256PrivateKey? Import(ReadOnlySpan<char> text, Passphrase? passphrase)
    {
        using ECDsa reader = Create();
        ECParameters parameters = default;
        try
        {
            if (passphrase is null)
            {
                reader.ImportFromPem(text);
            }
            else
            {
                reader.ImportFromEncryptedPem(text, passphrase.Bytes);
            }

            parameters = reader.ExportParameters(includePrivateParameters: true);
            return parameters.Curve.Oid.Value == PrivateKeyFile.P256Oid ? P256PrivateKey.Import(parameters.D) : null;
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            // The parser's message could quote the file; the caller says what was expected instead.
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }
}
