using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Ledger
{
    /// <summary>A place in a chain: an entry's number and its hash. Whoever holds one can tell whether a chain still says what it said up to there.</summary>
    public sealed class ChainPosition
    {
        /// <summary>Most characters of a chain's name.</summary>
        public const int MaximumName = 96;

        /// <summary>That place.</summary>
        /// <param name="sequence">The entry's number, from 1; 0 is before the first.</param>
        /// <param name="hash">Its hash, 32 bytes.</param>
        public ChainPosition(long sequence, byte[] hash)
        {
            if (sequence < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(sequence));
            }

            if (hash is null || hash.Length != Sha256.Size)
            {
                throw new ArgumentException(nameof(hash));
            }

            Sequence = sequence;
            Hash = hash;
        }

        /// <summary>The entry's number, from 1; 0 is before the first.</summary>
        public long Sequence { get; }

        /// <summary>SHA-256 of the entry; before the first, of the text <c>DeviceFirmware/chain/1 </c> and the chain's name, so that no entry fits into two chains.</summary>
        public byte[] Hash { get; }

        /// <summary>Before the first entry of the chain of that name, 1 to 96 characters of printable ASCII.</summary>
        public static ChainPosition Start(string chain)
        {
            CheckName(chain);
            return new ChainPosition(0, Sha256.Hash(Ascii.GetBytes(ChainHead.Context + " " + chain)));
        }

        /// <summary>True when both are the same place of the same chain.</summary>
        public bool IsSameAs(ChainPosition other)
        {
            return !(other is null) && Sequence == other.Sequence && ByteArray.AreEqual(Hash, other.Hash);
        }

        internal static void CheckName(string chain)
        {
            if (chain is null || chain.Length == 0 || chain.Length > MaximumName)
            {
                throw new ArgumentException(nameof(chain));
            }
        }
    }
}
