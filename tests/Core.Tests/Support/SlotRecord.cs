using DeviceFirmware.Bytes;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Writes the record of the two slots in any state, reachable or not.</summary>
    internal sealed class SlotRecord
    {
        private readonly SlotState[] _state = new SlotState[2];
        private readonly int[] _trials = new int[2];
        private readonly uint[] _counter = new uint[2];
        private readonly byte[][] _digest = new byte[][] { new byte[32], new byte[32] };
        private readonly byte[][] _fileHash = new byte[][] { new byte[32], new byte[32] };
        private readonly string[] _version = new string[2];
        private readonly string[] _token = new string[] { "", "" };
        private readonly int[] _unreached = new int[2];

        internal int Active { get; set; } = SlotTable.None;

        /// <summary>2, or 1 for the format before.</summary>
        internal int Format { get; set; } = 2;

        internal byte[] Refused { get; set; } = new byte[0];

        internal int Setbacks { get; set; }

        internal SlotRecord Slot(int slot, SlotState state, int trials, uint counter)
        {
            _state[slot] = state;
            _trials[slot] = trials;
            _counter[slot] = counter;
            _version[slot] = state == SlotState.Empty || state == SlotState.Receiving ? "" : "1.0.0+0";
            return this;
        }

        /// <summary>The slot's record speaks of that image.</summary>
        internal SlotRecord Image(int slot, byte[] digest, byte[] fileHash, string version)
        {
            _digest[slot] = digest;
            _fileHash[slot] = fileHash;
            _version[slot] = version;
            return this;
        }

        internal SlotRecord Returned(int slot, string token, int unreached)
        {
            _token[slot] = token;
            _unreached[slot] = unreached;
            return this;
        }

        internal byte[] Encode()
        {
            bool isFormat1 = Format == 1;
            var writer = new CborWriter();
            writer.Map(isFormat1 ? 3 : 6);
            if (!isFormat1)
            {
                writer.Unsigned(0).Unsigned(Format);
            }

            writer.Unsigned(1).Unsigned(Active);
            for (int slot = 0; slot < 2; slot++)
            {
                bool wasVerified = _state[slot] != SlotState.Empty && _state[slot] != SlotState.Receiving;
                writer.Unsigned(2 + slot).Map(isFormat1 ? 8 : 9)
                    .Unsigned(1).Unsigned((int)_state[slot])
                    .Unsigned(2).Bytes(_fileHash[slot])
                    .Unsigned(3).Bytes(_digest[slot])
                    .Unsigned(4).Text(_version[slot] ?? (wasVerified ? "1.0.0+0" : ""))
                    .Unsigned(5).Unsigned(_counter[slot])
                    .Unsigned(6).Unsigned(_trials[slot])
                    .Unsigned(7).Text(_token[slot])
                    .Unsigned(8).Text("");
                if (!isFormat1)
                {
                    writer.Unsigned(9).Unsigned(_unreached[slot]);
                }
            }

            if (!isFormat1)
            {
                writer.Unsigned(4).Bytes(Refused).Unsigned(5).Unsigned(Setbacks);
            }

            return writer.ToArray();
        }

        /// <summary>The table that a board reads from it.</summary>
        internal SlotTable Load()
        {
            return Load(new MemoryFiles());
        }

        internal SlotTable Load(MemoryFiles files)
        {
            var store = new RecordStore(files);
            store.Write("slots", Encode());
            return SlotTable.Load(store);
        }
    }
}
