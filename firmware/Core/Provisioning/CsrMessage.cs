using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The board's certification request: {1: PEM}.</summary>
    public sealed class CsrMessage
    {
        /// <summary>A request as PEM text, ASCII.</summary>
        public CsrMessage(byte[] pem)
        {
            Pem = pem;
        }

        /// <summary>PEM text, ASCII.</summary>
        public byte[] Pem { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(1).Unsigned(1).Bytes(Pem).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static CsrMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            byte[] pem = reader.Bytes(1, 1500);
            return reader.IsComplete ? new CsrMessage(pem) : null;
        }
    }
}
