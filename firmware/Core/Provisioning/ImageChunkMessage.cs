using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>A part of an image: {1: offset, 2: bytes}.</summary>
    public sealed class ImageChunkMessage
    {
        /// <summary>The most bytes in one part.</summary>
        public const int MaximumBytes = 1024;

        /// <summary>A part.</summary>
        public ImageChunkMessage(int offset, byte[] data)
        {
            Offset = offset;
            Data = data;
        }

        /// <summary>Where it goes.</summary>
        public int Offset { get; }

        /// <summary>1 to <see cref="MaximumBytes"/> bytes.</summary>
        public byte[] Data { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(2).Unsigned(1).Unsigned(Offset).Unsigned(2).Bytes(Data).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static ImageChunkMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(2);
            reader.Key(1);
            int offset = (int)reader.Unsigned(0x7FFFFFFF);
            reader.Key(2);
            byte[] data = reader.Bytes(1, MaximumBytes);
            return reader.IsComplete ? new ImageChunkMessage(offset, data) : null;
        }
    }
}
