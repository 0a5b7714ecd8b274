using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// The password of the board's own access point, as it stands on its label: made on the board, told to the station once, kept sealed.
    /// </summary>
    public static class SetupPassword
    {
        /// <summary>Characters of Crockford's base32 alphabet: 60 bits.</summary>
        public const int Length = 12;

        private const string RecordName = "setup";

        /// <summary>The record that keeps it.</summary>
        public static SealedRecord Record(RecordStore store, ISealer sealer, IEntropy entropy)
        {
            return new SealedRecord(store, sealer, entropy, RecordName);
        }

        /// <summary>The password, <see cref="Length"/> bytes of ASCII that the caller zeroes; null when the board has none that it can read.</summary>
        public static byte[] Load(SealedRecord record)
        {
            byte[] password = record.Read(out SealVerdict _);
            return password is null || password.Length != Length ? null : password;
        }
    }
}
