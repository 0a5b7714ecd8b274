using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// One entry of an append-only chain of records: [sequence, previous, time, kind, body], deterministic CBOR. The factory's record, the fleet's
    /// audit and a board's ledger are chains of these. An entry says what happened; that it is still what was written, its successor's
    /// <see cref="Previous"/> says, and the last one's hash a <see cref="ChainHead"/>.
    /// </summary>
    public sealed class ChainEntry
    {
        /// <summary>Most bytes of a body in any chain.</summary>
        public const int MaximumBody = 8192;

        /// <summary>Most bytes of an entry beside its body.</summary>
        public const int MaximumOverhead = 1 + 9 + 2 + Sha256.Size + 9 + 2 + MaximumKind + 3;

        private const int MaximumKind = 32;
        private const int Items = 5;

        private ChainEntry(long sequence, byte[] previous, long time, string kind, byte[] body, byte[] encoded)
        {
            Sequence = sequence;
            Previous = previous;
            Time = time;
            Kind = kind;
            Body = body;
            Encoded = encoded;
            Position = new ChainPosition(sequence, Sha256.Hash(encoded));
        }

        /// <summary>The entry's number, from 1.</summary>
        public long Sequence { get; }

        /// <summary>The hash of the entry before it, 32 bytes.</summary>
        public byte[] Previous { get; }

        /// <summary>When its writer believes that it happened: seconds since 1970-01-01 UTC. Writers have bad clocks: times may fall.</summary>
        public long Time { get; }

        /// <summary>What happened: a name of 1 to 32 characters of <c>a-z 0-9 -</c>.</summary>
        public string Kind { get; }

        /// <summary>The particulars; their form goes with the kind.</summary>
        public byte[] Body { get; }

        /// <summary>The entry's bytes.</summary>
        public byte[] Encoded { get; }

        /// <summary>The entry's own place.</summary>
        public ChainPosition Position { get; }

        /// <summary>The entry that follows that place.</summary>
        public static ChainEntry After(ChainPosition last, long time, string kind, byte[] body)
        {
            if (last is null)
            {
                throw new ArgumentNullException(nameof(last));
            }

            if (body is null || body.Length > MaximumBody)
            {
                throw new ArgumentException(nameof(body));
            }

            if (!Ascii.IsName(kind))
            {
                throw new ArgumentException(nameof(kind));
            }

            long sequence = last.Sequence + 1;
            byte[] encoded = new CborWriter().Array(Items).Unsigned(sequence).Bytes(last.Hash).Unsigned(time).Text(kind).Bytes(body).ToArray();
            return new ChainEntry(sequence, last.Hash, time, kind, body, encoded);
        }

        /// <summary>Reads an entry of anybody's; null when it is malformed or its body longer than <paramref name="maximumBody"/> bytes.</summary>
        public static ChainEntry Decode(byte[] encoded, int maximumBody)
        {
            if (encoded is null || encoded.Length > MaximumOverhead + maximumBody)
            {
                return null;
            }

            var reader = new CborReader(encoded);
            int items = reader.Array(Items);
            long sequence = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            byte[] previous = reader.Bytes(Sha256.Size, Sha256.Size);
            long time = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            string kind = reader.Text(1, MaximumKind);
            byte[] body = reader.Bytes(0, maximumBody);
            if (!reader.IsComplete || items != Items || sequence == 0 || !Ascii.IsName(kind))
            {
                return null;
            }

            return new ChainEntry(sequence, previous, time, kind, body, encoded);
        }
    }
}
