using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The station greets a board: {1: protocol version}.</summary>
    public sealed class HelloMessage
    {
        /// <summary>The protocol version of this source.</summary>
        public const int Version = 1;

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(1).Unsigned(1).Unsigned(Version).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed or of another protocol version.</summary>
        public static HelloMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            long version = reader.Unsigned(255);
            return reader.IsComplete && version == Version ? new HelloMessage() : null;
        }
    }
}
