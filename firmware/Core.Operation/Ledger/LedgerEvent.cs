using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Ledger
{
    /// <summary>What happened, for a board's ledger: a kind, and {1: word, 2: number, 3: hash}, which mean what <see cref="LedgerKind"/> says.</summary>
    public sealed class LedgerEvent
    {
        /// <summary>Most characters of a word.</summary>
        public const int MaximumWord = 64;

        /// <summary>Most bytes of an entry's body in a board's ledger.</summary>
        public const int MaximumBody = 1 + 1 + 2 + MaximumWord + 1 + 9 + 1 + 2 + Sha256.Size;

        /// <summary>An event; a longer word is cut.</summary>
        /// <param name="kind">One of <see cref="LedgerKind"/>.</param>
        /// <param name="word">At most <see cref="MaximumWord"/> characters of printable ASCII.</param>
        /// <param name="number">0 for none.</param>
        /// <param name="hash">32 bytes, or null for none.</param>
        public LedgerEvent(string kind, string word, long number, byte[] hash)
        {
            if (!Ascii.IsName(kind))
            {
                throw new ArgumentException(nameof(kind));
            }

            Kind = kind;
            Word = word is null ? "" : word.Length > MaximumWord ? word.Substring(0, MaximumWord) : word;
            Number = number;
            Hash = hash ?? new byte[0];
        }

        /// <summary>What happened.</summary>
        public string Kind { get; }

        /// <summary>Which, or why.</summary>
        public string Word { get; }

        /// <summary>How many, or which number.</summary>
        public long Number { get; }

        /// <summary>SHA-256 of what it is about; empty for none.</summary>
        public byte[] Hash { get; }

        /// <summary>The entry's body.</summary>
        public byte[] Body()
        {
            return new CborWriter().Map(3).Unsigned(1).Text(Word).Unsigned(2).Unsigned(Number).Unsigned(3).Bytes(Hash).ToArray();
        }

        /// <summary>Reads an entry of anybody's; null when its body is none of a board's ledger.</summary>
        public static LedgerEvent Read(ChainEntry entry)
        {
            if (entry is null)
            {
                throw new ArgumentNullException(nameof(entry));
            }

            return Read(entry.Kind, entry.Body);
        }

        internal static LedgerEvent Read(string kind, byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            string word = reader.Text(0, MaximumWord);
            reader.Key(2);
            long number = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            reader.Key(3);
            byte[] hash = reader.Bytes(0, Sha256.Size);
            return reader.IsComplete && (hash.Length == 0 || hash.Length == Sha256.Size) ? new LedgerEvent(kind, word, number, hash) : null;
        }
    }
}
