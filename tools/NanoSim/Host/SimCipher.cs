using System;
using System.Security.Cryptography;

namespace DeviceFirmware.NanoSim.Host
{
    /// <summary>
    /// The native side of the package System.Security.Cryptography, with its narrowness: it sets up AES-128 whatever the key, so a longer key
    /// is an ArgumentException; lengths are whole blocks; nothing is padded.
    /// </summary>
    public static class SimCipher
    {
        private const int Block = 16;
        private const int KeyLength = 16;

        /// <summary>Encrypts or decrypts whole blocks.</summary>
        public static byte[] Run(bool isCbc, bool encrypts, byte[] key, byte[] iv, byte[] data)
        {
            if (key is null)
            {
                throw new InvalidOperationException();
            }

            if (data is null)
            {
                throw new ArgumentNullException(nameof(data));
            }

            if (key.Length != KeyLength || data.Length % Block != 0)
            {
                throw new ArgumentException("the native AES takes keys of 16 bytes and whole blocks");
            }

            using Aes aes = Aes.Create();
            aes.Key = key;
            return !isCbc ? (encrypts ? aes.EncryptEcb(data, PaddingMode.None) : aes.DecryptEcb(data, PaddingMode.None))
                : encrypts ? aes.EncryptCbc(data, iv ?? new byte[Block], PaddingMode.None)
                : aes.DecryptCbc(data, iv ?? new byte[Block], PaddingMode.None);
        }

        /// <summary>HMAC-SHA-256.</summary>
        public static byte[] Mac(byte[] key, byte[] data)
        {
            return HMACSHA256.HashData(key ?? throw new ArgumentNullException(nameof(key)), data ?? throw new ArgumentNullException(nameof(data)));
        }
    }
}
