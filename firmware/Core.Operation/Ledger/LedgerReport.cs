using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// What the board hands over of its ledger: {1: public key, 2: signed head, 3: checkpoint, 4: entries, 5: the fleet's head}. Without a head it
    /// is the question how far the fleet has it. The head is of the last entry of the message, so nothing has to be kept unproved; without entries,
    /// of any place. The fleet's head is the one that the fleet gave last: it comes back as it was.
    /// </summary>
    public sealed class LedgerReport
    {
        /// <summary>Most entries in one message.</summary>
        public const int MaximumEntries = 8;

        /// <summary>Most bytes of an entry.</summary>
        public const int MaximumEntry = ChainEntry.MaximumOverhead + LedgerEvent.MaximumBody;

        /// <summary>Most bytes of a body.</summary>
        public const int MaximumSize = 4 + 68 + (3 * (4 + ChainHead.MaximumSize)) + 2 + (MaximumEntries * (3 + MaximumEntry));

        /// <summary>A report.</summary>
        /// <param name="publicKey">The identity key's public half, 65 bytes.</param>
        /// <param name="head">The signed head; empty in a question.</param>
        /// <param name="checkpoint">The signed head of the place before the first entry, when older ones are gone; empty otherwise.</param>
        /// <param name="entries">Entries, each as its bytes, in order.</param>
        /// <param name="fleetHead">The head of the fleet's audit that this board was last given; empty for none.</param>
        public LedgerReport(byte[] publicKey, byte[] head, byte[] checkpoint, byte[][] entries, byte[] fleetHead)
        {
            PublicKey = publicKey ?? throw new ArgumentNullException(nameof(publicKey));
            Head = head ?? throw new ArgumentNullException(nameof(head));
            Checkpoint = checkpoint ?? throw new ArgumentNullException(nameof(checkpoint));
            Entries = entries ?? throw new ArgumentNullException(nameof(entries));
            FleetHead = fleetHead ?? throw new ArgumentNullException(nameof(fleetHead));
        }

        /// <summary>The identity key's public half, 65 bytes.</summary>
        public byte[] PublicKey { get; }

        /// <summary>The signed head; empty in a question.</summary>
        public byte[] Head { get; }

        /// <summary>The checkpoint; empty for none.</summary>
        public byte[] Checkpoint { get; }

        /// <summary>Entries.</summary>
        public byte[][] Entries { get; }

        /// <summary>The head of the fleet's audit that this board was last given, 0 to <see cref="ChainHead.MaximumSize"/> bytes.</summary>
        public byte[] FleetHead { get; }

        /// <summary>The question how far the fleet has the ledger of that key.</summary>
        public static LedgerReport Question(P256PublicKey key, byte[] fleetHead)
        {
            return new LedgerReport(key.Encode(), new byte[0], new byte[0], new byte[0][], fleetHead);
        }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            CborWriter writer = new CborWriter().Map(5)
                .Unsigned(1).Bytes(PublicKey)
                .Unsigned(2).Bytes(Head)
                .Unsigned(3).Bytes(Checkpoint)
                .Unsigned(4).Array(Entries.Length);
            for (int i = 0; i < Entries.Length; i++)
            {
                writer.Bytes(Entries[i]);
            }

            return writer.Unsigned(5).Bytes(FleetHead).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static LedgerReport Decode(byte[] body)
        {
            if (body is null || body.Length > MaximumSize)
            {
                return null;
            }

            var reader = new CborReader(body);
            reader.Map(5);
            reader.Key(1);
            byte[] publicKey = reader.Bytes(P256PublicKey.EncodedSize, P256PublicKey.EncodedSize);
            reader.Key(2);
            byte[] head = reader.Bytes(0, ChainHead.MaximumSize);
            reader.Key(3);
            byte[] checkpoint = reader.Bytes(0, ChainHead.MaximumSize);
            reader.Key(4);
            int count = reader.Array(MaximumEntries);
            var entries = new byte[reader.Failed ? 0 : count][];
            for (int i = 0; i < entries.Length; i++)
            {
                entries[i] = reader.Bytes(1, MaximumEntry);
            }

            reader.Key(5);
            byte[] fleetHead = reader.Bytes(0, ChainHead.MaximumSize);
            return reader.IsComplete ? new LedgerReport(publicKey, head, checkpoint, entries, fleetHead) : null;
        }
    }
}
