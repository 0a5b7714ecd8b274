using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>A sign of life that has to come back: {1: nonce of 8 bytes}, the same body both ways.</summary>
    public sealed class Heartbeat
    {
        /// <summary>Bytes of the nonce.</summary>
        public const int NonceSize = 8;

        /// <summary>A heartbeat.</summary>
        public Heartbeat(byte[] nonce)
        {
            if (nonce is null || nonce.Length != NonceSize)
            {
                throw new ArgumentException(nameof(nonce));
            }

            Nonce = nonce;
        }

        /// <summary>The nonce.</summary>
        public byte[] Nonce { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(1).Unsigned(1).Bytes(Nonce).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static Heartbeat Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            byte[] nonce = reader.Bytes(NonceSize, NonceSize);
            return reader.IsComplete ? new Heartbeat(nonce) : null;
        }
    }
}
