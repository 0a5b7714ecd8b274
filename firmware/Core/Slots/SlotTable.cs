using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Image;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Slots
{
    /// <summary>
    /// The two slots and which of them is active, kept as one record, so that every change below is one step that a cut leaves undone or
    /// done. Only a verified image gets past <see cref="SlotState.Receiving"/>.
    /// </summary>
    public sealed class SlotTable
    {
        /// <summary>No slot.</summary>
        public const int None = 2;

        /// <summary>How often an image on trial is started before it is rejected.</summary>
        public const int MaximumTrials = 3;

        private const string RecordName = "slots";

        private readonly RecordStore _store;
        private readonly Slot[] _slots;

        private SlotTable(RecordStore store)
        {
            _store = store;
            _slots = new Slot[] { new Slot(), new Slot() };
            Active = None;
        }

        /// <summary>The slot that holds the application in use: 0, 1 or <see cref="None"/>. Moves when an image is confirmed, and when it has to be fallen back from.</summary>
        public int Active { get; private set; }

        /// <summary>The slot for the next image.</summary>
        public int Idle => Active == 0 ? 1 : 0;

        /// <summary>File name of a slot's image.</summary>
        public static string FileName(int slot)
        {
            return slot == 0 ? "slot-a.img" : "slot-b.img";
        }

        /// <summary>Name of a slot for people: a or b.</summary>
        public static string Letter(int slot)
        {
            return slot == 0 ? "a" : slot == 1 ? "b" : "none";
        }

        /// <summary>The stored table; an empty one when there is none or it cannot be read.</summary>
        public static SlotTable Load(RecordStore store)
        {
            var table = new SlotTable(store ?? throw new ArgumentNullException(nameof(store)));
            byte[] body = store.Read(RecordName);
            if (!(body is null) && !table.Decode(body))
            {
                table = new SlotTable(store);
            }

            return table;
        }

        /// <summary>The record of slot 0 or 1.</summary>
        public Slot this[int slot] => _slots[slot];

        /// <summary>The idle slot now expects the file with that SHA-256.</summary>
        public void BeginReceiving(byte[] fileHash)
        {
            _slots[Idle].Receive(fileHash);
            Save();
        }

        /// <summary>The idle slot holds nothing.</summary>
        public void Abandon()
        {
            _slots[Idle].Clear();
            Save();
        }

        /// <summary>The file in the idle slot was verified; it starts on trial at the next boot.</summary>
        public void Stage(VerifiedImage image)
        {
            _slots[Idle].Hold(SlotState.Staged, image);
            Save();
        }

        /// <summary>The file in the idle slot was verified and came over the factory or recovery line: in use at once.</summary>
        public void Install(VerifiedImage image)
        {
            int slot = Idle;
            _slots[slot].Hold(SlotState.Confirmed, image);
            Active = slot;
            Save();
        }

        /// <summary>Counts a start of the image on trial. Stored before anything of the image is loaded.</summary>
        public void StartTrial(int slot)
        {
            _slots[slot].Start();
            Save();
        }

        /// <summary>The image on trial proved healthy: it is the one in use from now on.</summary>
        public void Confirm(int slot)
        {
            _slots[slot].Confirm();
            Active = slot;
            Save();
        }

        /// <summary>
        /// The image in use does not boot, the other one does and is in use from now on: else the next download would go into the slot of the
        /// only image that boots.
        /// </summary>
        public void FallBack(int slot)
        {
            _slots[1 - slot].Clear();
            Active = slot;
            Save();
        }

        /// <summary>The image on trial failed; the reason is kept, and the image is not taken again.</summary>
        public void Reject(int slot, string token, string reason)
        {
            _slots[slot].Reject(token, reason);
            Save();
        }

        /// <summary>Both slots for people, for example <c>active=a a=confirmed/1.0.0+0 b=empty</c>.</summary>
        public string Describe()
        {
            return "active=" + Letter(Active) + " a=" + _slots[0].Describe() + " b=" + _slots[1].Describe();
        }

        private void Save()
        {
            var writer = new CborWriter();
            writer.Map(3).Unsigned(1).Unsigned(Active).Unsigned(2);
            _slots[0].Write(writer);
            writer.Unsigned(3);
            _slots[1].Write(writer);
            _store.Write(RecordName, writer.ToArray());
        }

        private bool Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            Active = (int)reader.Unsigned(None);
            reader.Key(2);
            _slots[0].Read(reader);
            reader.Key(3);
            _slots[1].Read(reader);
            bool isWhole = reader.IsComplete && _slots[0].IsConsistent && _slots[1].IsConsistent;
            return isWhole && (Active == None || _slots[Active].State == SlotState.Confirmed);
        }
    }
}
