using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Image
{
    /// <summary>
    /// The 32-byte header of an MCUboot image (MCUboot design document, "Image format"), little-endian: magic, load address (0 here),
    /// header size, size of the protected TLV area, payload size, flags (0 here: no encryption, compression or RAM loading), version, pad.
    /// </summary>
    public sealed class ImageHeader
    {
        /// <summary>Bytes of the fixed part; the header size in it may be larger, the rest is padding.</summary>
        public const int Size = 32;

        /// <summary>IMAGE_MAGIC.</summary>
        public const uint Magic = 0x96F3B83D;

        /// <summary>The largest header size taken.</summary>
        public const int MaximumHeaderSize = 4096;

        /// <summary>The largest TLV area taken, protected or not; four times what the demanded TLVs need.</summary>
        public const int MaximumTlvArea = 1024;

        private ImageHeader(int headerSize, int protectedSize, int payloadSize, ImageVersion version)
        {
            HeaderSize = headerSize;
            ProtectedSize = protectedSize;
            PayloadSize = payloadSize;
            Version = version;
        }

        /// <summary>Bytes from the start of the image to the payload, 32 to <see cref="MaximumHeaderSize"/>.</summary>
        public int HeaderSize { get; }

        /// <summary>Bytes of the protected TLV area with its own 4-byte head; 0 when there is none (such an image is refused later: it has no counter).</summary>
        public int ProtectedSize { get; }

        /// <summary>Bytes of payload.</summary>
        public int PayloadSize { get; }

        /// <summary>The version.</summary>
        public ImageVersion Version { get; }

        /// <summary>Bytes that the digest covers: header, payload and protected TLVs.</summary>
        public int SignedSize => HeaderSize + PayloadSize + ProtectedSize;

        /// <summary>Reads a header from the first 32 bytes; null unless it is one that this project takes, in an image of <paramref name="imageLength"/> bytes.</summary>
        public static ImageHeader Decode(byte[] data, int imageLength)
        {
            if (data is null)
            {
                throw new ArgumentNullException(nameof(data));
            }

            if (data.Length < Size || LittleEndian.GetUInt32(data, 0) != Magic)
            {
                return null;
            }

            uint loadAddress = LittleEndian.GetUInt32(data, 4);
            int headerSize = LittleEndian.GetUInt16(data, 8);
            int protectedSize = LittleEndian.GetUInt16(data, 10);
            int payloadSize = LittleEndian.GetSize(data, 12, imageLength);
            uint flags = LittleEndian.GetUInt32(data, 16);
            uint pad = LittleEndian.GetUInt32(data, 28);
            if (loadAddress != 0 || flags != 0 || pad != 0
                || headerSize < Size || headerSize > MaximumHeaderSize
                || protectedSize > MaximumTlvArea
                || payloadSize < 1
                || headerSize + protectedSize > imageLength - payloadSize)
            {
                return null;
            }

            var version = new ImageVersion(data[20], data[21], LittleEndian.GetUInt16(data, 22), LittleEndian.GetUInt32(data, 24));
            return new ImageHeader(headerSize, protectedSize, payloadSize, version);
        }
    }
}
