using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Identity
{
    /// <summary>The board's own ECDSA P-256 key: made on the board at first boot, kept in a sealed record, never sent anywhere.</summary>
    public static class DeviceKey
    {
        private const string RecordName = "identity-key";

        /// <summary>Where firmware before there was a seal kept the scalar, as it is.</summary>
        private const string OldName = "key";

        /// <summary>The record that keeps it.</summary>
        public static SealedRecord Record(RecordStore store, ISealer sealer, IEntropy entropy)
        {
            return new SealedRecord(store, sealer, entropy, RecordName);
        }

        /// <summary>
        /// The stored key; null when there is none, or none that this board can read, and the verdict says which. A key that was stored before
        /// there was a seal (32 bytes as they are) is read too.
        /// </summary>
        public static StoredKey Load(SealedRecord record, out SealVerdict verdict)
        {
            if (record is null)
            {
                throw new ArgumentNullException(nameof(record));
            }

            byte[] scalar = record.Read(out verdict) ?? record.Store.Read(OldName);
            if (scalar is null)
            {
                return null;
            }

            P256PrivateKey key = scalar.Length == P256PrivateKey.ScalarSize ? P256PrivateKey.Import(scalar) : null;
            FixedTime.Clear(scalar);
            verdict = key is null ? SealVerdict.Malformed : SealVerdict.Opened;
            return key is null ? null : new StoredKey(key);
        }

        /// <summary>
        /// Moves a key that was stored before there was a seal into its sealed record: that first, then the old record goes. Done again after a
        /// cut; nothing happens to any other board. When the noise source is not good enough for a seal key, the key stays as it is, and readable.
        /// </summary>
        public static void SealOld(SealedRecord record, TestedNoise noise)
        {
            if (record is null)
            {
                throw new ArgumentNullException(nameof(record));
            }

            byte[] old = record.Store.Read(OldName);
            if (old is null)
            {
                return;
            }

            byte[] scalar = record.Read(out SealVerdict verdict);
            bool isSealed = verdict == SealVerdict.Opened || (SealKey.Ensure(record.Store, noise, out EntropyVerdict _) && record.Write(old));
            if (isSealed)
            {
                record.Store.Delete(OldName);
            }

            FixedTime.Clear(old);
            if (!(scalar is null))
            {
                FixedTime.Clear(scalar);
            }
        }

        /// <summary>
        /// Makes a key, and a seal key if there is none, and stores it. Null when the noise source does not promise true randomness (nothing is
        /// evaluated then) or fails its health tests: then there is no key rather than a guessable one.
        /// </summary>
        public static StoredKey Generate(SealedRecord record, TestedNoise noise, string hardwareId, out EntropyVerdict verdict)
        {
            if (record is null)
            {
                throw new ArgumentNullException(nameof(record));
            }

            if (!SealKey.Ensure(record.Store, noise, out verdict))
            {
                return null;
            }

            HmacDrbg drbg = noise.Draw("DeviceFirmware identity key " + hardwareId, out verdict);
            if (drbg is null)
            {
                return null;
            }

            P256PrivateKey key = P256PrivateKey.Generate(drbg);
            drbg.Clear();

            byte[] scalar = key.ExportScalar();
            record.Write(scalar);
            FixedTime.Clear(scalar);
            return new StoredKey(key);
        }
    }
}
