using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The board did what the request said: {1: hash of the request, as <see cref="SerialSession.HashOf"/> has it}.</summary>
    public sealed class AckMessage
    {
        /// <summary>An acknowledgement of that request.</summary>
        public AckMessage(byte[] requestHash)
        {
            RequestHash = requestHash;
        }

        /// <summary>The hash of what was received.</summary>
        public byte[] RequestHash { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(1).Unsigned(1).Bytes(RequestHash).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static AckMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            return reader.IsComplete ? new AckMessage(hash) : null;
        }
    }
}
