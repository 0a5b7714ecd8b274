using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Crypto;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>The private key of a release, from its file until disposed; then its bytes are zero.</summary>
public sealed class SigningKey : IDisposable
{
    private const int MaximumFileLength = 4096;
    private const string P256Oid = "1.2.840.10045.3.1.7";
    private readonly P256PrivateKey _key;

    private SigningKey(P256PrivateKey key) => _key = key;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo: the image's KEYHASH.</summary>
    public byte[] KeyHash => _key.PublicKey.KeyHash();

    /// <summary>Reads an unencrypted PKCS#8 PEM file with a P-256 key, or ends the tool with bad input.</summary>
    public static SigningKey Read(string path)
    {
        if (!CryptoSelfTest.Run())
        {
            throw new CryptographicException("the crypto self-test failed; nothing is signed");
        }

        byte[] content = WholeFile.Read(path, MaximumFileLength);
        char[] text = new char[content.Length];
        try
        {
            Encoding.Latin1.GetChars(content, text);
            return Parse(text) ?? throw ToolFailure.BadInput($"{path} is not an unencrypted P-256 private key in PEM");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
            Array.Clear(text);
        }
    }

    /// <summary>Signs a SHA-256 hash: ECDSA with the deterministic nonce of RFC 6979, DER.</summary>
    public byte[] SignHash(byte[] hash) => EcdsaSignatureDer.Encode(Ecdsa.Sign(_key, hash));

    /// <inheritdoc/>
    public void Dispose() => _key.Clear();

    private static SigningKey? Parse(ReadOnlySpan<char> text)
    {
        using ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
            bool usable = parameters.Curve.Oid.Value == P256Oid && parameters.D is { Length: P256PrivateKey.ScalarSize };
            P256PrivateKey? imported = usable ? P256PrivateKey.Import(parameters.D) : null;
            CryptographicOperations.ZeroMemory(parameters.D);
            return imported is null ? null : new SigningKey(imported);
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            // The parser's message could quote the file; the caller says what was expected instead.
            return null;
        }
    }
}
