using System.Security.Cryptography;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Tools;

/// <summary>
/// A private P-256 key that signs and is never given out: an <see cref="ECDsa"/> whose private half cannot be exported, wherever it lies.
/// Every signature is checked under the public key before it leaves.
/// </summary>
public abstract class HeldKey : ECDsa
{
    private readonly P256PublicKey _publicKey;
    private bool _isDisposed;

    /// <summary>Runs the known answers first: a library that computes wrongly signs nothing.</summary>
    protected HeldKey(P256PublicKey publicKey)
    {
        CryptoSelfTest selfTest = new();
        if (!selfTest.Verifies() || !selfTest.Signs())
        {
            throw new CryptographicException("the crypto self-test failed; nothing is signed");
        }

        _publicKey = publicKey;
        KeySizeValue = 256;
        LegalKeySizesValue = [new KeySizes(256, 256, 0)];
    }

    /// <summary>The public half.</summary>
    public P256PublicKey PublicKey => _publicKey;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo: the KEYHASH of images.</summary>
    public byte[] KeyHash => _publicKey.KeyHash();

    /// <summary>True when the same hash gives the same signature (RFC 6979).</summary>
    public abstract bool IsDeterministic { get; }

    /// <summary>Signs a SHA-256 hash; r and s, 32 bytes each.</summary>
    public sealed override byte[] SignHash(byte[] hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (hash.Length != Sha256.Size)
        {
            throw new CryptographicException("P-256 signs SHA-256 here, and nothing else");
        }

        byte[] signature = SignHashCore(hash);
        return signature.Length == Ecdsa.SignatureSize && Ecdsa.Verify(_publicKey, hash, signature)
            ? signature
            : throw new CryptographicException("the signature that was made does not verify under the key's public half");
    }

    /// <inheritdoc/>
    public sealed override bool VerifyHash(byte[] hash, byte[] signature)
    {
        ArgumentNullException.ThrowIfNull(hash);
        ArgumentNullException.ThrowIfNull(signature);
        return hash.Length == Sha256.Size && signature.Length == Ecdsa.SignatureSize && Ecdsa.Verify(_publicKey, hash, signature);
    }

    /// <summary>The public half; asking for the private one is misuse.</summary>
    public sealed override ECParameters ExportParameters(bool includePrivateParameters)
    {
        if (includePrivateParameters)
        {
            throw new CryptographicException("the private half is not given out");
        }

        byte[] point = _publicKey.Encode();
        return new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } };
    }

    /// <summary>Makes the signature; the caller checks it.</summary>
    protected abstract byte[] SignHashCore(byte[] hash);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        base.Dispose(disposing);
    }
}
