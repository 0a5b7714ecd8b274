using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
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

        /// <summary>How many starts on trial may end without a word before the image is rejected.</summary>
        public const int MaximumTrials = 3;

        /// <summary>How many windows of a trial may go by without the fleet being reached before the image goes back.</summary>
        public const int MaximumUnreached = 3;

        /// <summary>How many refused images are remembered; one more pushes the oldest out.</summary>
        public const int MaximumRefused = 8;

        private const string RecordName = "slots";
        private const int Format = 2;

        /// <summary>How a body of the format before begins: a map of three.</summary>
        private const byte Format1Head = 0xA3;

        private readonly RecordStore _store;
        private readonly Slot[] _slots;
        private byte[] _refused;

        private SlotTable(RecordStore store)
        {
            _store = store;
            _slots = new Slot[] { new Slot(), new Slot() };
            _refused = new byte[0];
            Active = None;
        }

        /// <summary>The slot that holds the application in use: 0, 1 or <see cref="None"/>. Moves when an image is confirmed, and when it has to be fallen back from.</summary>
        public int Active { get; private set; }

        /// <summary>The slot for the next image.</summary>
        public int Idle => Active == 0 ? 1 : 0;

        /// <summary>Trials in a row that did not end with a confirmation, 0 to 255. The more there were, the longer the next download waits.</summary>
        public int Setbacks { get; private set; }

        /// <summary>
        /// Digests (32 bytes each, one behind the other, oldest first) of the images that failed a trial on this board by their own fault. An
        /// image is known by its digest, which the signature covers: the same image in a file of another hash is the same image.
        /// </summary>
        public byte[] RefusedDigests => ByteArray.Slice(_refused, 0, _refused.Length);

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
            Setbacks = 0;
            Save();
        }

        /// <summary>Counts a start of the image on trial. Stored before anything of the image is loaded.</summary>
        public void StartTrial(int slot)
        {
            _slots[slot].Start();
            Save();
        }

        /// <summary>
        /// A window of the trial ended in order, but the fleet was never reached: the start does not count. After
        /// <see cref="MaximumUnreached"/> of them the image goes back, and may be tried again.
        /// </summary>
        public void EndUnreached(int slot)
        {
            if (_slots[slot].State != SlotState.Trial)
            {
                throw new InvalidOperationException();
            }

            _slots[slot].EndUnreached();
            if (_slots[slot].Unreached >= MaximumUnreached)
            {
                Return(slot, "no-network", "the fleet was not reached in " + MaximumUnreached.ToString() + " windows");
            }
            else
            {
                Save();
            }
        }

        /// <summary>The image on trial proved healthy: it is the one in use from now on.</summary>
        public void Confirm(int slot)
        {
            _slots[slot].Confirm();
            Active = slot;
            Setbacks = 0;
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

        /// <summary>The image on trial failed by its own fault; the reason is kept, and the image is not taken again, in whatever file it comes.</summary>
        public void Reject(int slot, string token, string reason)
        {
            Refuse(_slots[slot].Digest);
            Return(slot, token, reason);
        }

        /// <summary>The trial is over and says nothing against the image; the reason is kept, and the image may be tried again.</summary>
        public void Return(int slot, string token, string reason)
        {
            _slots[slot].Return(token, reason);
            Setbacks = Setbacks < 255 ? Setbacks + 1 : 255;
            Save();
        }

        /// <summary>True when the image of that digest failed a trial here by its own fault.</summary>
        public bool IsRefused(byte[] digest)
        {
            return ImageRules.Contains(_refused, digest);
        }

        /// <summary>Both slots for people, for example <c>active=a a=confirmed/1.0.0+0 b=empty</c>.</summary>
        public string Describe()
        {
            return "active=" + Letter(Active) + " a=" + _slots[0].Describe() + " b=" + _slots[1].Describe();
        }

        private void Save()
        {
            var writer = new CborWriter();
            writer.Map(6).Unsigned(0).Unsigned(Format).Unsigned(1).Unsigned(Active).Unsigned(2);
            _slots[0].Write(writer);
            writer.Unsigned(3);
            _slots[1].Write(writer);
            writer.Unsigned(4).Bytes(_refused).Unsigned(5).Unsigned(Setbacks);
            _store.Write(RecordName, writer.ToArray());
        }

        private void Refuse(byte[] digest)
        {
            if (!IsRefused(digest))
            {
                int first = _refused.Length == MaximumRefused * Sha256.Size ? Sha256.Size : 0;
                _refused = ByteArray.Concat(ByteArray.Slice(_refused, first, _refused.Length - first), digest);
            }
        }

        private bool Decode(byte[] body)
        {
            var reader = new CborReader(body);
            bool isFormat1 = body.Length > 0 && body[0] == Format1Head;
            reader.Map(isFormat1 ? 3 : 6);
            if (!isFormat1)
            {
                reader.Key(0);
                reader.Key(Format);
            }

            reader.Key(1);
            Active = (int)reader.Unsigned(None);
            reader.Key(2);
            _slots[0].Read(reader, isFormat1);
            reader.Key(3);
            _slots[1].Read(reader, isFormat1);
            if (!isFormat1)
            {
                reader.Key(4);
                _refused = reader.Bytes(0, MaximumRefused * Sha256.Size);
                reader.Key(5);
                Setbacks = (int)reader.Unsigned(255);
            }

            bool isWhole = reader.IsComplete && _refused.Length % Sha256.Size == 0 && _slots[0].IsConsistent && _slots[1].IsConsistent;
            if (!isWhole || (Active != None && _slots[Active].State != SlotState.Confirmed))
            {
                return false;
            }

            if (isFormat1)
            {
                RefuseAsFormat1Did(_slots[0]);
                RefuseAsFormat1Did(_slots[1]);
            }

            return true;
        }

        /// <summary>The format before remembered one refused image, by its slot.</summary>
        private void RefuseAsFormat1Did(Slot slot)
        {
            if (slot.State == SlotState.Rejected && (slot.RejectToken == "crashed" || slot.RejectToken == "hung" || slot.RejectToken == "trial-failed"))
            {
                Refuse(slot.Digest);
            }
        }
    }
}
