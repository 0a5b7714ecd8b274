using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// The end of a chain at some moment, signed by the chain's writer: COSE_Sign1 over {1: chain, 2: sequence, 3: hash, 4: time}. A chain
    /// proves its order only up to the last head that somebody else holds, so heads are handed over.
    /// </summary>
    public sealed class ChainHead
    {
        /// <summary>What a head's signature is for (external_aad).</summary>
        public const string Context = "DeviceFirmware/chain/1";

        private const int MaximumPayload = 1 + 3 + ChainPosition.MaximumName + 10 + 3 + Sha256.Size + 10;

        /// <summary>Most bytes of a signed head.</summary>
        public const int MaximumSize = CoseSign1.Overhead + 2 + MaximumPayload;

        /// <summary>A head, not signed yet.</summary>
        /// <param name="chain">The chain's name, 1 to 96 characters of printable ASCII.</param>
        /// <param name="position">Its last entry's place.</param>
        /// <param name="time">When its writer believes it to be: seconds since 1970-01-01 UTC.</param>
        public ChainHead(string chain, ChainPosition position, long time)
        {
            ChainPosition.CheckName(chain);
            Chain = chain;
            Position = position ?? throw new ArgumentNullException(nameof(position));
            Time = time;
        }

        /// <summary>The chain's name.</summary>
        public string Chain { get; }

        /// <summary>The last entry's place.</summary>
        public ChainPosition Position { get; }

        /// <summary>When its writer believed it to be: seconds since 1970-01-01 UTC.</summary>
        public long Time { get; }

        /// <summary>The hash that the writer signs, for the signer of that key hash.</summary>
        public byte[] Digest(byte[] keyHash)
        {
            return CoseSign1.Digest(keyHash, Payload(), Context);
        }

        /// <summary>The signed head.</summary>
        /// <param name="keyHash">The signer's key hash, 32 bytes.</param>
        /// <param name="signature">r and s of <see cref="Digest"/>, 64 bytes.</param>
        public byte[] Encode(byte[] keyHash, byte[] signature)
        {
            return CoseSign1.Encode(keyHash, Payload(), signature);
        }

        /// <summary>Reads a head of anybody's; null unless it is well-formed and signed by that key.</summary>
        public static ChainHead Read(byte[] message, P256PublicKey key)
        {
            CoseSign1 signed = CoseSign1.Decode(message, MaximumPayload);
            if (signed is null)
            {
                return null;
            }

            ChainHead head = Parse(signed.Payload);
            return head is null || !signed.IsSignedBy(key, Context) ? null : head;
        }

        private static ChainHead Parse(byte[] payload)
        {
            var reader = new CborReader(payload);
            reader.Map(4);
            reader.Key(1);
            string chain = reader.Text(1, ChainPosition.MaximumName);
            reader.Key(2);
            long sequence = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            reader.Key(3);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(4);
            long time = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            return reader.IsComplete ? new ChainHead(chain, new ChainPosition(sequence, hash), time) : null;
        }

        private byte[] Payload()
        {
            return new CborWriter().Map(4)
                .Unsigned(1).Text(Chain)
                .Unsigned(2).Unsigned(Position.Sequence)
                .Unsigned(3).Bytes(Position.Hash)
                .Unsigned(4).Unsigned(Time)
                .ToArray();
        }
    }
}
