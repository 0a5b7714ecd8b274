namespace DeviceFirmware.Ports
{
    /// <summary>
    /// The platform's own AES and HMAC, which sealed records are made of. All arrays are whole messages and new arrays come back. Wrong lengths
    /// throw. The native AES takes keys of 128 bits only and neither pads nor checks: both are the caller's.
    /// </summary>
    public interface ISealer
    {
        /// <summary>AES-128 in CBC mode (NIST SP 800-38A), no padding.</summary>
        /// <param name="key">16 bytes.</param>
        /// <param name="iv">16 bytes.</param>
        /// <param name="data">A multiple of 16 bytes, at least 16.</param>
        byte[] Encrypt(byte[] key, byte[] iv, byte[] data);

        /// <summary>The way back.</summary>
        byte[] Decrypt(byte[] key, byte[] iv, byte[] data);

        /// <summary>HMAC-SHA-256 (RFC 2104), 32 bytes, under a key of 16 to 64 bytes.</summary>
        byte[] Mac(byte[] key, byte[] data);
    }
}
