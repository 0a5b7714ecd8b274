using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// How far the fleet has a board's ledger: {1: sequence, 2: hash}. It is believed only where the ledger passes that place, so one of another
    /// board, or of this one before a wipe, says nothing.
    /// </summary>
    public static class LedgerReply
    {
        /// <summary>The body.</summary>
        public static byte[] Encode(ChainPosition known)
        {
            if (known is null)
            {
                throw new ArgumentNullException(nameof(known));
            }

            return new CborWriter().Map(2).Unsigned(1).Unsigned(known.Sequence).Unsigned(2).Bytes(known.Hash).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static ChainPosition Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(2);
            reader.Key(1);
            long sequence = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            reader.Key(2);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            return reader.IsComplete ? new ChainPosition(sequence, hash) : null;
        }
    }
}
