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
        public static P256PrivateKey Load(RecordStore store)
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
            return key;
        }

        /// <summary>
        /// Makes a key and stores it. Null when the noise source does not promise true randomness (the radio is off) or repeats itself:
        /// then there is no key rather than a guessable one.
        /// </summary>
        public static P256PrivateKey Generate(RecordStore store, IEntropy entropy, string hardwareId)
        {
            if (store is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            if (!entropy.IsTrueRandom)
            {
                return null;
            }

            var seed = new byte[48];
            var nonce = new byte[16];
            entropy.Fill(seed);
            entropy.Fill(nonce);
            if (IsStuck(seed))
            {
                return null;
            }

            var drbg = new HmacDrbg(seed, nonce, Ascii.GetBytes("DeviceFirmware identity key " + hardwareId));
            P256PrivateKey key = P256PrivateKey.Generate(drbg);
            drbg.Clear();
            FixedTime.Clear(seed);
            FixedTime.Clear(nonce);

            byte[] scalar = key.ExportScalar();
            store.Write(RecordName, scalar);
            FixedTime.Clear(scalar);
            return key;
        }

        /// <summary>SP 800-90B 4.4.1, repetition count: 6 equal bytes in a row come once in 10^12 from a good source.</summary>
        private static bool IsStuck(byte[] sample)
        {
            int run = 1;
            for (int i = 1; i < sample.Length; i++)
            {
                run = sample[i] == sample[i - 1] ? run + 1 : 1;
                if (run == 6)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
