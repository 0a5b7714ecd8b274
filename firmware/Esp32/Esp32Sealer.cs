using System.Security.Cryptography;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// AES and HMAC of the package System.Security.Cryptography: mbedTLS below. The native side (nf-interpreter,
    /// nf_sys_sec_cryptography_System_Security_Cryptography_Aes.cpp) names its cipher AES-128 whatever the key: 16 bytes or an exception; no
    /// padding, lengths in whole blocks; and it looks at no result of the encryption itself. Core asks for known answers before it is used.
    /// </summary>
    public sealed class Esp32Sealer : ISealer
    {
        /// <inheritdoc/>
        public byte[] Encrypt(byte[] key, byte[] iv, byte[] data)
        {
            return Make(key, iv).Encrypt(data);
        }

        /// <inheritdoc/>
        public byte[] Decrypt(byte[] key, byte[] iv, byte[] data)
        {
            return Make(key, iv).Decrypt(data);
        }

        /// <inheritdoc/>
        public byte[] Mac(byte[] key, byte[] data)
        {
            return HMACSHA256.HashData(key, data);
        }

        /// <summary>The object keeps the arrays; it is gone when the call is over, and the caller zeroes the key.</summary>
        private static Aes Make(byte[] key, byte[] iv)
        {
            // In this order: sources of the package between two releases set the key through IV.
            return new Aes(CipherMode.CBC) { IV = iv, Key = key };
        }
    }
}
