using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Whether the board keeps itself apart: by order; by itself when images that were rightly signed crash in trial after trial; and, for this
    /// power-on at least, when the flash does not keep what it is given. It ends by an order to this board and by nothing else. Record
    /// <c>quarantine</c>: {0: 1, the format; 1: 0 free, 1 by the board, 2 by order; 2: reason; 3: crashed trials in a row; 4: digest of the last
    /// image that crashed}.
    /// </summary>
    /// <remarks>
    /// In quarantine the board connects, answers heartbeats, says its status and health, asks for the time, hands over its ledger, takes network
    /// settings, and obeys every order but an update. It does not start the application, so there is no telemetry, and it starts no trial.
    /// </remarks>
    public sealed class Quarantine
    {
        /// <summary>The record's name.</summary>
        public const string RecordName = "quarantine";

        /// <summary>Trials in a row, each of another image, that crash by the image's own fault before the board quarantines itself.</summary>
        public const int MaximumCrashes = 3;

        private const int Format = 1;
        private const int Free = 0;
        private const int ByBoard = 1;
        private const int ByOrder = 2;

        private readonly RecordStore _store;
        private int _state;
        private int _crashes;
        private byte[] _crashed = new byte[0];

        private Quarantine(RecordStore store)
        {
            _store = store;
            Reason = "";
        }

        /// <summary>True while it lasts.</summary>
        public bool IsActive => _state != Free;

        /// <summary>True when an order began it.</summary>
        public bool IsByOrder => _state == ByOrder;

        /// <summary>Why; empty when free.</summary>
        public string Reason { get; private set; }

        /// <summary>True once the flash did not keep something in this power-on.</summary>
        public bool HasStorageFault { get; private set; }

        /// <summary>The stored state; free when there is none, in quarantine when it cannot be read.</summary>
        public static Quarantine Load(RecordStore store)
        {
            var quarantine = new Quarantine(store ?? throw new ArgumentNullException(nameof(store)));
            byte[] body = store.Read(RecordName);
            if (!(body is null) && !quarantine.Decode(body))
            {
                quarantine = new Quarantine(store) { _state = ByBoard, Reason = "record" };
            }

            return quarantine;
        }

        /// <summary>True for the orders that are obeyed in quarantine: all but an update, whose image would not be started.</summary>
        public static bool Allows(string verb)
        {
            return verb != OrderVerb.Update;
        }

        /// <summary>An order begins it; stored when this returns.</summary>
        public void EnterByOrder(string reason)
        {
            Set(ByOrder, reason);
        }

        /// <summary>An order ends it, and what the board held against trials; stored when this returns.</summary>
        public void Release()
        {
            _crashes = 0;
            Set(Free, "");
        }

        /// <summary>The flash does not keep what it is given: for this power-on, and for the next ones if that can be stored.</summary>
        public void StorageFault()
        {
            HasStorageFault = true;
            if (IsActive)
            {
                return;
            }

            _state = ByBoard;
            Reason = "storage";
            try
            {
                Save();
            }
            catch (StorageFailedException)
            {
                // That is what it is about.
            }
        }

        /// <summary>At a start: counts a trial that ended by the image's own fault, once for each image. True when this began the quarantine.</summary>
        public bool NoteTrial(SlotTable table, int running)
        {
            if (table is null)
            {
                throw new ArgumentNullException(nameof(table));
            }

            Slot other = table[1 - running];
            if (other.State != SlotState.Rejected || !table.IsRefused(other.Digest) || ByteArray.AreEqual(_crashed, other.Digest))
            {
                return false;
            }

            _crashed = other.Digest;
            _crashes++;
            if (_crashes < MaximumCrashes || IsActive)
            {
                Save();
                return false;
            }

            Set(ByBoard, "crashing-trials");
            return true;
        }

        /// <summary>A trial ended well: what came before it does not count any more.</summary>
        public void NoteConfirmed()
        {
            if (_crashes > 0)
            {
                _crashes = 0;
                Save();
            }
        }

        /// <summary>
        /// Before a slot is chosen: in quarantine an image that waits for its trial goes back; it may be ordered again. Flash that does not keep
        /// that is a storage fault; the table in memory says it all the same.
        /// </summary>
        public void HoldBack(SlotTable table)
        {
            if (table is null)
            {
                throw new ArgumentNullException(nameof(table));
            }

            for (int slot = 0; IsActive && slot < 2; slot++)
            {
                if (table[slot].State == SlotState.Staged || table[slot].State == SlotState.Trial)
                {
                    try
                    {
                        table.Return(slot, "quarantined", "the board is in quarantine");
                    }
                    catch (StorageFailedException)
                    {
                        StorageFault();
                    }
                }
            }
        }

        private void Set(int state, string reason)
        {
            _state = state;
            Reason = reason ?? throw new ArgumentNullException(nameof(reason));
            Save();
        }

        private void Save()
        {
            _store.Write(RecordName, new CborWriter().Map(5)
                .Unsigned(0).Unsigned(Format)
                .Unsigned(1).Unsigned(_state)
                .Unsigned(2).Text(Reason)
                .Unsigned(3).Unsigned(_crashes)
                .Unsigned(4).Bytes(_crashed)
                .ToArray());
        }

        private bool Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(5);
            reader.Key(0);
            reader.Key(Format);
            reader.Key(1);
            _state = (int)reader.Unsigned(ByOrder);
            reader.Key(2);
            Reason = reader.Text(0, OrderVerb.MaximumReason);
            reader.Key(3);
            _crashes = (int)reader.Unsigned(255);
            reader.Key(4);
            _crashed = reader.Bytes(0, Sha256.Size);
            return reader.IsComplete;
        }
    }
}
