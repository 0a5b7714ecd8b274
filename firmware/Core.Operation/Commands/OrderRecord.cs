using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Commands
{
    /// <summary>
    /// What the board remembers of the orders it obeyed: for each command key the last number to itself and to its group with the order's
    /// hash, and whether the other key has retired it; and the update order that is under way. Stored before an order is obeyed. It survives
    /// a wipe: a retired key stays retired, and an order to a group is not obeyed twice.
    /// </summary>
    public sealed class OrderRecord
    {
        /// <summary>The record's name.</summary>
        public const string RecordName = "orders";

        private const int Format = 1;
        private const int MaximumKeys = 4;
        private const long MaximumNumber = 0x1FFFFFFFFFFFFF;

        private readonly RecordStore _store;
        private readonly KeyHistory[] _keys = new KeyHistory[MaximumKeys];
        private byte[] _update = new byte[0];

        private OrderRecord(RecordStore store)
        {
            _store = store;
        }

        /// <summary>Reads the record; an empty one when there is none or it cannot be read.</summary>
        public static OrderRecord Load(RecordStore store)
        {
            var record = new OrderRecord(store ?? throw new ArgumentNullException(nameof(store)));
            byte[] body = store.Read(RecordName);
            return body is null || record.Decode(body) ? record : new OrderRecord(store);
        }

        /// <summary>True when the other command key has retired this one.</summary>
        public bool IsRetired(byte[] key)
        {
            KeyHistory history = Find(key);
            return !(history is null) && history.IsRetired;
        }

        /// <summary>The number of the last order of that key to this board, or to its group; 0 when there was none.</summary>
        public long LastSequence(byte[] key, bool group)
        {
            KeyHistory history = Find(key);
            return history is null ? 0 : group ? history.GroupSequence : history.OwnSequence;
        }

        /// <summary>True when that is the last order obeyed of its key and scope, or the update order that is under way: to be answered again, not to be obeyed again.</summary>
        public bool IsKnown(byte[] key, bool group, byte[] orderHash)
        {
            KeyHistory history = Find(key);
            return ByteArray.AreEqual(_update, orderHash)
                || (!(history is null) && ByteArray.AreEqual(group ? history.GroupHash : history.OwnHash, orderHash));
        }

        /// <summary>Notes an order that is about to be obeyed.</summary>
        internal void Note(byte[] key, bool group, long sequence, byte[] orderHash, bool isUpdate)
        {
            KeyHistory history = FindOrAdd(key);
            if (group)
            {
                history.GroupSequence = sequence;
                history.GroupHash = orderHash;
            }
            else
            {
                history.OwnSequence = sequence;
                history.OwnHash = orderHash;
            }

            _update = isUpdate ? orderHash : _update;
            Save();
        }

        /// <summary>That command key is obeyed no more.</summary>
        internal void Retire(byte[] key)
        {
            FindOrAdd(key).IsRetired = true;
            Save();
        }

        private KeyHistory Find(byte[] key)
        {
            for (int i = 0; i < MaximumKeys; i++)
            {
                if (!(_keys[i] is null) && ByteArray.AreEqual(_keys[i].Key, key))
                {
                    return _keys[i];
                }
            }

            return null;
        }

        /// <summary>Keys of earlier deployments leave first, but never a retired one before others.</summary>
        private KeyHistory FindOrAdd(byte[] key)
        {
            KeyHistory history = Find(key);
            if (!(history is null))
            {
                return history;
            }

            int place = MaximumKeys - 1;
            for (int i = MaximumKeys - 1; i >= 0; i--)
            {
                if (_keys[i] is null)
                {
                    place = i;
                }
                else if (!(_keys[place] is null) && _keys[place].IsRetired && !_keys[i].IsRetired)
                {
                    place = i;
                }
            }

            _keys[place] = new KeyHistory(key);
            return _keys[place];
        }

        private void Save()
        {
            int count = 0;
            for (int i = 0; i < MaximumKeys; i++)
            {
                count += _keys[i] is null ? 0 : 1;
            }

            CborWriter writer = new CborWriter().Map(3).Unsigned(0).Unsigned(Format).Unsigned(1).Bytes(_update).Unsigned(2).Array(count);
            for (int i = 0; i < MaximumKeys; i++)
            {
                if (!(_keys[i] is null))
                {
                    _keys[i].Write(writer);
                }
            }

            _store.Write(RecordName, writer.ToArray());
        }

        private bool Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(0);
            reader.Key(Format);
            reader.Key(1);
            _update = reader.Bytes(0, Sha256.Size);
            reader.Key(2);
            int count = reader.Array(MaximumKeys);
            for (int i = 0; i < count && !reader.Failed; i++)
            {
                _keys[i] = KeyHistory.Read(reader, MaximumNumber);
            }

            return reader.IsComplete;
        }
    }
}
