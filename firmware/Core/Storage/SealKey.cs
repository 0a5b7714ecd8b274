using System;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Storage
{
    /// <summary>
    /// The 32 random bytes that this board's records are sealed under. They lie in the same flash as the records: see THREATS.md for how
    /// little that is against a cable. Without them every sealed record is as good as absent.
    /// </summary>
    public static class SealKey
    {
        /// <summary>Length in bytes.</summary>
        public const int Size = 32;

        private const string RecordName = "seal";

        /// <summary>True when the board has one.</summary>
        public static bool Exists(RecordStore store)
        {
            byte[] key = Load(store);
            if (key is null)
            {
                return false;
            }

            FixedTime.Clear(key);
            return true;
        }

        /// <summary>Makes one if there is none; false when the noise source is not good enough to make one of.</summary>
        public static bool Ensure(RecordStore store, TestedNoise noise, out EntropyVerdict verdict)
        {
            if (noise is null)
            {
                throw new ArgumentNullException(nameof(noise));
            }

            verdict = EntropyVerdict.Accepted;
            if (Exists(store))
            {
                return true;
            }

            HmacDrbg drbg = noise.Draw("DeviceFirmware seal key", out verdict);
            if (drbg is null)
            {
                return false;
            }

            var key = new byte[Size];
            drbg.Generate(key, 0, key.Length);
            drbg.Clear();
            store.Write(RecordName, key);
            FixedTime.Clear(key);
            return true;
        }

        /// <summary>The key, null when there is none. The caller zeroes it.</summary>
        internal static byte[] Load(RecordStore store)
        {
            byte[] key = store.Read(RecordName);
            return key is null || key.Length != Size ? null : key;
        }
    }
}
