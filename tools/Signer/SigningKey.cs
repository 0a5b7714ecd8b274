using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>The private key of a release, from its file until disposed; then its bytes are zero.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly P256PrivateKey _key;

    private SigningKey(P256PrivateKey key) => _key = key;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo: the image's KEYHASH.</summary>
    public byte[] KeyHash => _key.PublicKey.KeyHash();

    /// <summary>Reads an unencrypted PEM file with a P-256 key, or ends the tool with bad input.</summary>
    public static SigningKey Read(string path)
    {
        CryptoSelfTest selfTest = new();
        if (!selfTest.Verifies() || !selfTest.Signs())
        {
            throw new CryptographicException("the crypto self-test failed; nothing is signed");
        }

        using ECDsa key = P256KeyFile.Read(path);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
        try
        {
            return P256PrivateKey.Import(parameters.D) is P256PrivateKey imported
                ? new SigningKey(imported)
                : throw ToolFailure.BadInput($"{path} does not hold a private scalar of P-256");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    /// <summary>Signs a SHA-256 hash: ECDSA with the deterministic nonce of RFC 6979, DER.</summary>
    public byte[] SignHash(byte[] hash) => EcdsaSignatureDer.Encode(Ecdsa.Sign(_key, hash));

    /// <inheritdoc/>
    public void Dispose() => _key.Clear();
}
