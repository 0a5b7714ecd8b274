using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Identity
{
    /// <summary>The board's own ECDSA P-256 key: made on the board at first boot, kept in the record store, never sent anywhere.</summary>
    public static class DeviceKey
    {
        private const string RecordName = "key";

        /// <summary>The stored key, or null when there is none.</summary>
        public static StoredKey Load(RecordStore store)
        {
            if (store is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            byte[] scalar = store.Read(RecordName);
            if (scalar is null || scalar.Length != P256PrivateKey.ScalarSize)
            {
                return null;
            }

            P256PrivateKey key = P256PrivateKey.Import(scalar);
            FixedTime.Clear(scalar);
            return key is null ? null : new StoredKey(key);
        }

        /// <summary>
        /// Makes a key and stores it. Null when the noise source does not promise true randomness (the radio is off; then nothing is
        /// evaluated) or fails its health tests: then there is no key rather than a guessable one.
        /// </summary>
        public static StoredKey Generate(RecordStore store, IEntropy entropy, string hardwareId, out EntropyVerdict verdict)
        {
            if (store is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            verdict = EntropyVerdict.NotEvaluated;
            if (!entropy.IsTrueRandom)
            {
                return null;
            }

            var samples = new byte[EntropyHealth.MinimumSamples];
            entropy.Fill(samples);
            HmacDrbg drbg = HmacDrbg.FromNoise(samples, Ascii.GetBytes("DeviceFirmware identity key " + hardwareId), out verdict);
            FixedTime.Clear(samples);
            if (drbg is null)
            {
                return null;
            }

            P256PrivateKey key = P256PrivateKey.Generate(drbg);
            drbg.Clear();

            byte[] scalar = key.ExportScalar();
            store.Write(RecordName, scalar);
            FixedTime.Clear(scalar);
            return new StoredKey(key);
        }
    }
}
