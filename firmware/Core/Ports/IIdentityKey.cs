using DeviceFirmware.Crypto;

namespace DeviceFirmware.Ports
{
    /// <summary>
    /// The board's own ECDSA P-256 key: what the rest of the firmware may ask of it. Whether it is software or lies in a secure element is not
    /// seen from here, but for <see cref="ExportTlsKey"/>: the platform's TLS client takes a key only as bytes (DESIGN.md).
    /// </summary>
    public interface IIdentityKey
    {
        /// <summary>The public key.</summary>
        P256PublicKey PublicKey { get; }

        /// <summary>Signs a SHA-256 hash of 32 bytes; r and s, 32 bytes each, most significant first. Takes no randomness (RFC 6979).</summary>
        byte[] Sign(byte[] hash);

        /// <summary>
        /// The private key as the TLS client takes it: ECPrivateKey (RFC 5915) in DER, a new array. The caller zeroes it once the connection
        /// has ended. Null when the key cannot leave its place; then this platform has no TLS for it.
        /// </summary>
        byte[] ExportTlsKey();
    }
}
