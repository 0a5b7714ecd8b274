using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// One message on the serial line: D5 F1, type (1 byte), body length (2, big-endian), body (CBOR), CRC-32 over type, length and body (4,
    /// big-endian). The start bytes are not ASCII, so that frames and a person's text can share the line.
    /// </summary>
    public sealed class SerialFrame
    {
        /// <summary>The longest body, in bytes.</summary>
        public const int MaximumBody = 2048;

        /// <summary>Bytes around the body.</summary>
        public const int Overhead = 9;

        internal const byte Start0 = 0xD5;
        internal const byte Start1 = 0xF1;

        /// <summary>A message of that type.</summary>
        public SerialFrame(byte type, byte[] body)
        {
            if (body is null)
            {
                throw new ArgumentNullException(nameof(body));
            }

            if (body.Length > MaximumBody)
            {
                throw new ArgumentOutOfRangeException(nameof(body));
            }

            Type = type;
            Body = body;
        }

        /// <summary>What the message is: see <see cref="MessageType"/>.</summary>
        public byte Type { get; }

        /// <summary>The message's CBOR.</summary>
        public byte[] Body { get; }

        /// <summary>The bytes for the line.</summary>
        public byte[] Encode()
        {
            var frame = new byte[Body.Length + Overhead];
            frame[0] = Start0;
            frame[1] = Start1;
            frame[2] = Type;
            BigEndian.PutUInt16(frame, 3, Body.Length);
            Array.Copy(Body, 0, frame, 5, Body.Length);
            BigEndian.PutUInt32(frame, 5 + Body.Length, Crc32.Compute(frame, 2, 3 + Body.Length));
            return frame;
        }
    }
}
