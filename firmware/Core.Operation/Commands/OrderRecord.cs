using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Commands
{
    /// <summary>
    /// What the board remembers of the orders it obeyed: for each command key the last number to itself and to its group with the order's
    /// hash, and whether the other key has retired it; and the update order that is under way. Stored before an order is obeyed. It survives
    /// a wipe: a retired key stays retired, and an order to a group is not obeyed twice. Also the order whose deed has a write of its own and is not
    /// known to be done: after a cut between the two it is obeyed when it comes again.
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
        private byte[] _undone = new byte[0];

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

        /// <summary>True when that order was noted and <see cref="Finish"/> never came.</summary>
        public bool IsUndone(byte[] orderHash)
        {
            return ByteArray.AreEqual(_undone, orderHash);
        }

        /// <summary>The order that was noted last is obeyed.</summary>
        internal void Finish()
        {
            if (_undone.Length > 0)
            {
                _undone = new byte[0];
                Save();
            }
        }

        /// <summary>
        /// Notes an order that is about to be obeyed; one that retires a key is obeyed by this, so that no cut in power lies between its number
        /// and what it asked for.
        /// </summary>
        /// <param name="embedded">The deployment's command keys, at most four: what is known of them is never forgotten.</param>
        /// <param name="signer">Key hash of the signer, one of theirs.</param>
        /// <param name="order">The order.</param>
        /// <param name="orderHash">SHA-256 of the signed order.</param>
        /// <param name="retired">Key hash of the key that it retires; null for none.</param>
        internal void Note(P256PublicKey[] embedded, byte[] signer, Order order, byte[] orderHash, byte[] retired)
        {
            KeyHistory history = FindOrAdd(signer, embedded);
            if (order.IsForGroup)
            {
                history.GroupSequence = order.Sequence;
                history.GroupHash = orderHash;
            }
            else
            {
                history.OwnSequence = order.Sequence;
                history.OwnHash = orderHash;
            }

            if (!(retired is null))
            {
                FindOrAdd(retired, embedded).IsRetired = true;
            }

            _update = order.Verb == OrderVerb.Update ? orderHash : _update;
            _undone = OrderVerb.HasDeed(order.Verb) ? orderHash : new byte[0];
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

        /// <summary>
        /// The oldest key of an earlier deployment leaves for a new one, first those that are not retired. Those of this deployment stay: what was obeyed
        /// of them must not be obeyed again.
        /// </summary>
        private KeyHistory FindOrAdd(byte[] key, P256PublicKey[] embedded)
        {
            KeyHistory history = Find(key);
            if (!(history is null))
            {
                return history;
            }

            int place = 0;
            for (int i = 1; i < MaximumKeys; i++)
            {
                place = Ease(i, embedded) > Ease(place, embedded) ? i : place;
            }

            if (Ease(place, embedded) == 0)
            {
                throw new InvalidOperationException();
            }

            // Oldest first: who came later moves up.
            while (place + 1 < MaximumKeys && !(_keys[place + 1] is null))
            {
                _keys[place] = _keys[place + 1];
                place++;
            }

            _keys[place] = new KeyHistory(key);
            return _keys[place];
        }

        /// <summary>How easily that place is given up; 0 for never.</summary>
        private int Ease(int place, P256PublicKey[] embedded)
        {
            return _keys[place] is null ? 3 : IsOneOf(embedded, _keys[place].Key) ? 0 : _keys[place].IsRetired ? 1 : 2;
        }

        private static bool IsOneOf(P256PublicKey[] keys, byte[] keyHash)
        {
            for (int i = 0; i < keys.Length; i++)
            {
                if (ByteArray.AreEqual(keys[i].KeyHash(), keyHash))
                {
                    return true;
                }
            }

            return false;
        }

        private void Save()
        {
            int count = 0;
            for (int i = 0; i < MaximumKeys; i++)
            {
                count += _keys[i] is null ? 0 : 1;
            }

            CborWriter writer = new CborWriter().Map(4).Unsigned(0).Unsigned(Format).Unsigned(1).Bytes(_update).Unsigned(2).Bytes(_undone).Unsigned(3).Array(count);
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
            reader.Map(4);
            reader.Key(0);
            reader.Key(Format);
            reader.Key(1);
            _update = reader.Bytes(0, Sha256.Size);
            reader.Key(2);
            _undone = reader.Bytes(0, Sha256.Size);
            reader.Key(3);
            int count = reader.Array(MaximumKeys);
            for (int i = 0; i < count && !reader.Failed; i++)
            {
                _keys[i] = KeyHistory.Read(reader, MaximumNumber);
            }

            return reader.IsComplete;
        }
    }
}
