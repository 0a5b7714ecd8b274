using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// How often this board has started, and why it started last, as far as it can know: the platform tells no reset reason, so a board that
    /// restarts by itself writes down why. Whatever leaves no word is power, a fault or a native reset. Record <c>boots</c>: count (uint32,
    /// big-endian), then the word for the next start in ASCII.
    /// </summary>
    public sealed class BootRecord
    {
        private const string RecordName = "boots";
        private const int MaximumWord = 32;
        private const string NoWord = "power-or-fault";

        private readonly RecordStore _store;

        private BootRecord(RecordStore store, uint count, string reset)
        {
            _store = store;
            Count = count;
            Reset = reset;
        }

        /// <summary>Number of this start, from 1; with the number of a message it names the message for ever. Begins anew when the flash was lost.</summary>
        public uint Count { get; }

        /// <summary>True when the flash did not keep the count.</summary>
        public bool IsLost { get; private set; }

        /// <summary>Why the board started: the word of a restart of its own, or <c>power-or-fault</c>.</summary>
        public string Reset { get; }

        /// <summary>Counts this start.</summary>
        public static BootRecord Next(RecordStore store)
        {
            if (store is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            byte[] body = store.Read(RecordName);
            bool valid = !(body is null) && body.Length >= 4 && body.Length <= 4 + MaximumWord && BigEndian.GetUInt32(body, 0) != uint.MaxValue;
            uint count = valid ? BigEndian.GetUInt32(body, 0) : 0;
            string word = valid ? Ascii.GetString(body, 4, body.Length - 4) : "";
            var record = new BootRecord(store, count + 1, string.IsNullOrEmpty(word) ? NoWord : word);
            try
            {
                record.Write("");
            }
            catch (StorageFailedException)
            {
                record.IsLost = true;
            }

            return record;
        }

        /// <summary>The board is about to restart by itself: at most 32 characters.</summary>
        public void Leave(string word)
        {
            if (string.IsNullOrEmpty(word) || word.Length > MaximumWord)
            {
                throw new ArgumentException(nameof(word));
            }

            Write(word);
        }

        private void Write(string word)
        {
            var count = new byte[4];
            BigEndian.PutUInt32(count, 0, Count);
            _store.Write(RecordName, ByteArray.Concat(count, Ascii.GetBytes(word)));
        }
    }
}
