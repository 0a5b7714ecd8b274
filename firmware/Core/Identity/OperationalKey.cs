using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Identity
{
    /// <summary>The key of an operational certificate: made for it, replaced with it, never used for anything but connections.</summary>
    public static class OperationalKey
    {
        /// <summary>
        /// Makes a key; it is in memory only, until its certificate has come. Null when the noise source does not promise true randomness or
        /// fails its health tests: then there is no key rather than a guessable one.
        /// </summary>
        public static StoredKey Generate(TestedNoise noise, string hardwareId, out EntropyVerdict verdict)
        {
            if (noise is null)
            {
                throw new ArgumentNullException(nameof(noise));
            }

            HmacDrbg drbg = noise.Draw("DeviceFirmware operational key " + hardwareId, out verdict);
            if (drbg is null)
            {
                return null;
            }

            P256PrivateKey key = P256PrivateKey.Generate(drbg);
            drbg.Clear();
            return new StoredKey(key);
        }

        /// <summary>The key of a stored scalar, 32 bytes, which the caller zeroes; null when it is none.</summary>
        public static StoredKey Import(byte[] scalar)
        {
            P256PrivateKey key = P256PrivateKey.Import(scalar);
            return key is null ? null : new StoredKey(key);
        }
    }
}
