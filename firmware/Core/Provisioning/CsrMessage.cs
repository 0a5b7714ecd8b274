using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The board's certification request: {1: PEM, 2: hash of the request}.</summary>
    public sealed class CsrMessage
    {
        /// <summary>A request as PEM text, ASCII.</summary>
        public CsrMessage(byte[] pem, byte[] requestHash)
        {
            Pem = pem;
            RequestHash = requestHash;
        }

        /// <summary>PEM text, ASCII.</summary>
        public byte[] Pem { get; }

        /// <summary>See <see cref="SerialSession.HashOf"/>.</summary>
        public byte[] RequestHash { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(2).Unsigned(1).Bytes(Pem).Unsigned(2).Bytes(RequestHash).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static CsrMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(2);
            reader.Key(1);
            byte[] pem = reader.Bytes(1, 1500);
            reader.Key(2);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            return reader.IsComplete ? new CsrMessage(pem, hash) : null;
        }
    }
}
