using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// The time, as the fleet signs it for one question: {1: nonce, 2: seconds since 1970}, the payload of a COSE_Sign1. The question is
    /// {1: nonce}.
    /// </summary>
    public sealed class SignedTime
    {
        /// <summary>What its signature is for (external_aad).</summary>
        public const string Context = "DeviceFirmware/time/1";

        /// <summary>Bytes of a nonce.</summary>
        public const int NonceSize = 16;

        /// <summary>Most bytes of a payload.</summary>
        public const int MaximumPayload = 32;

        /// <summary>A time.</summary>
        public SignedTime(byte[] nonce, long time)
        {
            if (nonce is null || nonce.Length != NonceSize)
            {
                throw new ArgumentException(nameof(nonce));
            }

            Nonce = nonce;
            Time = time;
        }

        /// <summary>The question's nonce.</summary>
        public byte[] Nonce { get; }

        /// <summary>Seconds since 1970-01-01 UTC.</summary>
        public long Time { get; }

        /// <summary>The question.</summary>
        public static byte[] EncodeRequest(byte[] nonce)
        {
            return new CborWriter().Map(1).Unsigned(1).Bytes(nonce).ToArray();
        }

        /// <summary>The question's nonce; null when it is malformed.</summary>
        public static byte[] DecodeRequest(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            byte[] nonce = reader.Bytes(NonceSize, NonceSize);
            return reader.IsComplete ? nonce : null;
        }

        /// <summary>The hash that the time key of that key hash signs.</summary>
        public byte[] Digest(byte[] signer)
        {
            return CoseSign1.Digest(signer, Payload(), Context);
        }

        /// <summary>The signed time.</summary>
        public byte[] Encode(byte[] signer, byte[] signature)
        {
            return CoseSign1.Encode(signer, Payload(), signature);
        }

        internal static SignedTime Parse(byte[] payload)
        {
            var reader = new CborReader(payload);
            reader.Map(2);
            reader.Key(1);
            byte[] nonce = reader.Bytes(NonceSize, NonceSize);
            reader.Key(2);
            long time = reader.Unsigned(0x1FFFFFFFFFFFFF);
            return reader.IsComplete ? new SignedTime(nonce, time) : null;
        }

        private byte[] Payload()
        {
            return new CborWriter().Map(2).Unsigned(1).Bytes(Nonce).Unsigned(2).Unsigned(Time).ToArray();
        }
    }
}
