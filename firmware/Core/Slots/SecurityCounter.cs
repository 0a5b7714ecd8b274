using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Slots
{
    /// <summary>
    /// The lowest security counter an image may have: the larger of the stored one and the constant in this deployment. It only rises, and
    /// only after an image was confirmed.
    /// </summary>
    public sealed class SecurityCounter
    {
        private const string RecordName = "counter";

        private readonly RecordStore _store;

        /// <summary>Reads the stored counter.</summary>
        public SecurityCounter(RecordStore store, uint deploymentMinimum)
        {
            _store = store ?? throw new ArgumentNullException(nameof(store));
            byte[] body = store.Read(RecordName);
            uint stored = !(body is null) && body.Length == 4 ? BigEndian.GetUInt32(body, 0) : 0;
            Value = stored > deploymentMinimum ? stored : deploymentMinimum;
        }

        /// <summary>The lowest counter taken.</summary>
        public uint Value { get; private set; }

        /// <summary>Stores a higher counter; nothing happens when it is not higher.</summary>
        public void RaiseTo(uint value)
        {
            if (value <= Value)
            {
                return;
            }

            var body = new byte[4];
            BigEndian.PutUInt32(body, 0, value);
            _store.Write(RecordName, body);
            Value = value;
        }
    }
}
