using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// What happened to this board since it has its key, as a chain, in one record of bounded size. Entries are added in one write, which a cut
    /// leaves undone or done. When there is no room the oldest go: the place up to which they went is signed (a checkpoint), the next entry says
    /// so, and the chain reads on from there. Another identity key begins another chain.
    /// </summary>
    /// <remarks>
    /// Record: {0: 1, the format; 1: key hash; 2: sequence and 3: hash of the place before the oldest entry kept; 4: checkpoint of that place, or
    /// nothing; 5: the entries kept}. An entry is kept as [time, kind, body]: number and hash of the one before follow from its place.
    /// </remarks>
    public sealed class BoardLedger
    {
        /// <summary>The record's name.</summary>
        public const string RecordName = "ledger";

        /// <summary>Most bytes of the entries kept: the record stays below a block of 4096 bytes of flash.</summary>
        public const int Room = 2048;

        private const int Format = 1;
        private const int PackedItems = 3;
        private const long MaximumNumber = 0x7FFFFFFFFFFFFFFF;
        private const int MaximumKind = 32;

        private readonly RecordStore _store;
        private readonly byte[] _keyHash;

        private byte[] _checkpoint = new byte[0];
        private byte[] _kept = new byte[0];
        private long _lastTime;

        private BoardLedger(RecordStore store, byte[] keyHash)
        {
            _store = store;
            _keyHash = keyHash;
            Chain = ChainName(keyHash);
            Start = ChainPosition.Start(Chain);
            Last = Start;
        }

        /// <summary>The chain's name.</summary>
        public string Chain { get; }

        /// <summary>The place before the oldest entry kept.</summary>
        public ChainPosition Start { get; private set; }

        /// <summary>The last entry's place.</summary>
        public ChainPosition Last { get; private set; }

        /// <summary>The signed head of <see cref="Start"/>; empty while nothing was let go.</summary>
        public byte[] Checkpoint => _checkpoint;

        /// <summary>The chain of a board's ledger: <c>board:</c> and the key hash of its identity key in hexadecimal.</summary>
        public static string ChainName(byte[] keyHash)
        {
            return "board:" + Hex.Encode(keyHash);
        }

        /// <summary>The stored ledger; an empty one when there is none, it is another key's or cannot be read. Whoever holds a head sees that.</summary>
        public static BoardLedger Load(RecordStore store, byte[] keyHash)
        {
            if (store is null || keyHash is null || keyHash.Length != Sha256.Size)
            {
                throw new ArgumentException(nameof(keyHash));
            }

            var ledger = new BoardLedger(store, keyHash);
            byte[] body = store.Read(RecordName);
            return body is null || ledger.Decode(body) ? ledger : new BoardLedger(store, keyHash);
        }

        /// <summary>Adds entries, all in one write. When it returns they are durable; when it throws, all are there or none.</summary>
        /// <param name="events">What happened, in order.</param>
        /// <param name="time">
        /// When the board believes that it is: seconds since 1970. After a start that may be its floor, days before what it knew: no entry is
        /// given an earlier time than the one before it.
        /// </param>
        /// <param name="key">The identity key; it signs only when old entries have to go.</param>
        public void Append(LedgerEvent[] events, long time, IIdentityKey key)
        {
            if (events is null || key is null)
            {
                throw new ArgumentNullException(nameof(events));
            }

            time = NotBeforeLast(time);
            ChainPosition start = Start;
            byte[] checkpoint = _checkpoint;
            byte[] kept = _kept;
            ChainPosition last = Last;
            for (int i = 0; i < events.Length; i++)
            {
                ChainEntry entry = ChainEntry.After(last, time, events[i].Kind, events[i].Body());
                byte[] packed = Pack(entry);
                if (kept.Length + packed.Length > Room)
                {
                    int dropped = Half(kept, start, out start);
                    var head = new ChainHead(Chain, start, time);
                    checkpoint = head.Encode(_keyHash, key.Sign(head.Digest(_keyHash)));
                    ChainEntry said = ChainEntry.After(last, time, LedgerKind.Dropped, new LedgerEvent(LedgerKind.Dropped, "", start.Sequence, null).Body());
                    kept = ByteArray.Concat(ByteArray.Slice(kept, dropped, kept.Length - dropped), Pack(said));
                    last = said.Position;
                    entry = ChainEntry.After(last, time, events[i].Kind, events[i].Body());
                }

                kept = ByteArray.Concat(kept, packed);
                last = entry.Position;
            }

            _store.Write(RecordName, Encode(start, checkpoint, kept));
            Start = start;
            Last = last;
            _lastTime = events.Length == 0 ? _lastTime : time;
            _checkpoint = checkpoint;
            _kept = kept;
        }

        /// <summary>The entries after that number, the oldest kept first, at most so many. Empty when there are none.</summary>
        public ChainEntry[] After(long sequence, int maximum)
        {
            long first = sequence > Start.Sequence ? sequence : Start.Sequence;
            long count = Last.Sequence - first;
            count = count < 0 ? 0 : count > maximum ? maximum : count;
            var entries = new ChainEntry[(int)count];
            var reader = new CborReader(_kept);
            ChainPosition place = Start;
            for (int i = 0; i < entries.Length;)
            {
                ChainEntry entry = Unpack(reader, place);
                place = entry.Position;
                if (entry.Sequence > first)
                {
                    entries[i++] = entry;
                }
            }

            return entries;
        }

        /// <summary>The last event kept of either kind, about that hash or, without one, about any; null when there is none.</summary>
        public LedgerEvent Latest(string kind, string orKind, byte[] hash)
        {
            LedgerEvent latest = null;
            var reader = new CborReader(_kept);
            for (long left = Last.Sequence - Start.Sequence; left > 0; left--)
            {
                reader.Array(PackedItems);
                reader.Unsigned(MaximumNumber);
                string found = reader.Text(1, MaximumKind);
                byte[] body = reader.Bytes(0, LedgerEvent.MaximumBody);
                LedgerEvent read = found == kind || found == orKind ? LedgerEvent.Read(found, body) : null;
                latest = read is null || (!(hash is null) && !ByteArray.AreEqual(hash, read.Hash)) ? latest : read;
            }

            return latest;
        }

        /// <summary>True when this chain passes that place, as far as the entries kept can tell.</summary>
        public bool Passes(ChainPosition place)
        {
            if (place is null || place.Sequence < Start.Sequence || place.Sequence > Last.Sequence)
            {
                return false;
            }

            if (place.Sequence == Start.Sequence)
            {
                return place.IsSameAs(Start);
            }

            ChainEntry[] found = After(place.Sequence - 1, 1);
            return found[0].Position.IsSameAs(place);
        }

        /// <summary>The signed head of a place that this chain passes, not earlier than the last entry.</summary>
        public byte[] Head(ChainPosition place, long time, IIdentityKey key)
        {
            if (key is null)
            {
                throw new ArgumentNullException(nameof(key));
            }

            if (!Passes(place))
            {
                throw new ArgumentException(nameof(place));
            }

            var head = new ChainHead(Chain, place, NotBeforeLast(time));
            return head.Encode(_keyHash, key.Sign(head.Digest(_keyHash)));
        }

        /// <summary>How many bytes the oldest entries have that go when half the room is to be free, and the place up to which they go.</summary>
        private static int Half(byte[] kept, ChainPosition start, out ChainPosition place)
        {
            var reader = new CborReader(kept);
            place = start;
            int bytes = 0;
            while (kept.Length - bytes > Room / 2)
            {
                ChainEntry entry = Unpack(reader, place);
                bytes += Pack(entry).Length;
                place = entry.Position;
            }

            return bytes;
        }

        private long NotBeforeLast(long time)
        {
            return time < _lastTime ? _lastTime : time;
        }

        private static byte[] Pack(ChainEntry entry)
        {
            return new CborWriter().Array(PackedItems).Unsigned(entry.Time).Text(entry.Kind).Bytes(entry.Body).ToArray();
        }

        /// <summary>The next entry kept; null when there is none that can be read.</summary>
        private static ChainEntry Unpack(CborReader reader, ChainPosition place)
        {
            int items = reader.Array(PackedItems);
            long time = reader.Unsigned(MaximumNumber);
            string kind = reader.Text(1, MaximumKind);
            byte[] body = reader.Bytes(0, LedgerEvent.MaximumBody);
            return reader.Failed || items != PackedItems || !Ascii.IsName(kind) ? null : ChainEntry.After(place, time, kind, body);
        }

        private byte[] Encode(ChainPosition start, byte[] checkpoint, byte[] kept)
        {
            return new CborWriter().Map(6)
                .Unsigned(0).Unsigned(Format)
                .Unsigned(1).Bytes(_keyHash)
                .Unsigned(2).Unsigned(start.Sequence)
                .Unsigned(3).Bytes(start.Hash)
                .Unsigned(4).Bytes(checkpoint)
                .Unsigned(5).Bytes(kept)
                .ToArray();
        }

        private bool Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(6);
            reader.Key(0);
            reader.Key(Format);
            reader.Key(1);
            byte[] keyHash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(2);
            long sequence = reader.Unsigned(MaximumNumber);
            reader.Key(3);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(4);
            byte[] checkpoint = reader.Bytes(0, ChainHead.MaximumSize);
            reader.Key(5);
            byte[] kept = reader.Bytes(0, Room);
            if (!reader.IsComplete || !ByteArray.AreEqual(keyHash, _keyHash))
            {
                return false;
            }

            Start = new ChainPosition(sequence, hash);
            ChainPosition last = Start;
            var entries = new CborReader(kept);
            while (!entries.IsComplete)
            {
                ChainEntry entry = Unpack(entries, last);
                if (entry is null)
                {
                    return false;
                }

                last = entry.Position;
                _lastTime = entry.Time;
            }

            Last = last;
            _checkpoint = checkpoint;
            _kept = kept;
            return true;
        }
    }
}
