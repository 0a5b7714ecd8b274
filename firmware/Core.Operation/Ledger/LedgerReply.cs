using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// How far the fleet has a board's ledger, and how far its own audit goes: {1: sequence, 2: hash, 3: the audit's signed head}. The place is
    /// believed only where the ledger passes it, so one of another board, or of this one before a wipe, says nothing. The head is the fleet's
    /// matter: a board keeps its bytes and gives them back.
    /// </summary>
    public sealed class LedgerReply
    {
        /// <summary>Most bytes of a body.</summary>
        public const int MaximumSize = 1 + 10 + 1 + 2 + Sha256.Size + 1 + 3 + ChainHead.MaximumSize;

        /// <summary>A reply.</summary>
        /// <param name="known">The last entry that the fleet has.</param>
        /// <param name="fleetHead">The signed head of the fleet's audit; empty for none.</param>
        public LedgerReply(ChainPosition known, byte[] fleetHead)
        {
            Known = known ?? throw new ArgumentNullException(nameof(known));
            FleetHead = fleetHead ?? throw new ArgumentNullException(nameof(fleetHead));
        }

        /// <summary>The last entry that the fleet has.</summary>
        public ChainPosition Known { get; }

        /// <summary>The signed head of the fleet's audit, 0 to <see cref="ChainHead.MaximumSize"/> bytes; whether it is one, nobody has looked.</summary>
        public byte[] FleetHead { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(3)
                .Unsigned(1).Unsigned(Known.Sequence)
                .Unsigned(2).Bytes(Known.Hash)
                .Unsigned(3).Bytes(FleetHead)
                .ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static LedgerReply Decode(byte[] body)
        {
            if (body is null || body.Length > MaximumSize)
            {
                return null;
            }

            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            long sequence = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            reader.Key(2);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(3);
            byte[] fleetHead = reader.Bytes(0, ChainHead.MaximumSize);
            return reader.IsComplete ? new LedgerReply(new ChainPosition(sequence, hash), fleetHead) : null;
        }
    }
}
