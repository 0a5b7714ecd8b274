using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The station greets a board, and begins a session: {1: protocol version, 2: nonce}.</summary>
    public sealed class HelloMessage
    {
        /// <summary>The protocol version of this source.</summary>
        public const int Version = 2;

        /// <summary>A greeting with that nonce, 8 bytes.</summary>
        public HelloMessage(byte[] nonce)
        {
            Nonce = nonce;
        }

        /// <summary>Names the session; random, never zeros.</summary>
        public byte[] Nonce { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(2).Unsigned(1).Unsigned(Version).Unsigned(2).Bytes(Nonce).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed or of another protocol version.</summary>
        public static HelloMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(2);
            reader.Key(1);
            long version = reader.Unsigned(255);
            reader.Key(2);
            byte[] nonce = reader.Bytes(SerialSession.NonceSize, SerialSession.NonceSize);
            return reader.IsComplete && version == Version ? new HelloMessage(nonce) : null;
        }
    }
}
