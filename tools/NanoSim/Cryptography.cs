// Shadows of package nanoFramework.System.Security.Cryptography, on the simulated cipher.
using DeviceFirmware.NanoSim.Host;

namespace System.Security.Cryptography
{
    /// <summary>Modes of operation.</summary>
    public enum CipherMode
    {
        /// <summary>None.</summary>
        None = 0,

        /// <summary>Cipher block chaining.</summary>
        CBC = 1,

        /// <summary>Electronic code book.</summary>
        ECB = 2,
    }

    /// <summary>AES as the platform has it: keys of 128 bits only, whole blocks, no padding. The arrays given are kept, not copied.</summary>
    public class Aes
    {
        private readonly CipherMode _mode;

        /// <summary>A cipher in that mode.</summary>
        public Aes(CipherMode mode)
        {
            _mode = mode;
        }

        /// <summary>Initialization vector.</summary>
        public byte[] IV { get; set; }

        /// <summary>Key.</summary>
        public byte[] Key { get; set; }

        /// <summary>Encrypts whole blocks.</summary>
        public byte[] Encrypt(byte[] data) => SimCipher.Run(_mode == CipherMode.CBC, true, Key, IV, data);

        /// <summary>Decrypts whole blocks.</summary>
        public byte[] Decrypt(byte[] data) => SimCipher.Run(_mode == CipherMode.CBC, false, Key, IV, data);
    }

    /// <summary>HMAC with SHA-256, one-shot.</summary>
    public class HMACSHA256 : IDisposable
    {
        /// <summary>The code of a whole message.</summary>
        public static byte[] HashData(byte[] key, byte[] source) => SimCipher.Mac(key, source);

        /// <summary>Nothing to do here.</summary>
        public virtual void Dispose()
        {
        }
    }
}
