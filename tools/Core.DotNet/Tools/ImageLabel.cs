using System;
using System.Buffers.Binary;
using System.Text;

namespace DeviceFirmware.Tools
{
    /// <summary>
    /// What an MCUboot image says it is: version and board type. Read without judging: the boards trust no fleet, so the fleet may offer what
    /// they will refuse, and the laboratory makes it do so. Only what has no readable header is turned away.
    /// </summary>
    public static class ImageLabel
    {
        private const uint Magic = 0x96F3B83D;
        private const int HeaderSize = 32;
        private const ushort ProtectedMagic = 0x6908;
        private const ushort BoardType = 0x00A0;

        /// <summary>Version as <c>major.minor.revision+build</c> and board type, empty when there is none to read; null when this is no image.</summary>
        public static (string Version, string BoardType)? Read(ReadOnlySpan<byte> image)
        {
            if (image.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(image) != Magic)
            {
                return null;
            }

            string version = $"{image[20]}.{image[21]}.{BinaryPrimitives.ReadUInt16LittleEndian(image[22..])}+{BinaryPrimitives.ReadUInt32LittleEndian(image[24..])}";
            long start = (long)BinaryPrimitives.ReadUInt16LittleEndian(image[8..]) + BinaryPrimitives.ReadUInt32LittleEndian(image[12..]);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(image[10..]);
            return (version, start <= image.Length - size && size >= 4 ? FindBoardType(image.Slice((int)start, size)) : "");
        }

        private static string FindBoardType(ReadOnlySpan<byte> area)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(area) != ProtectedMagic)
            {
                return "";
            }

            area = area[4..];
            while (area.Length >= 4)
            {
                ushort type = BinaryPrimitives.ReadUInt16LittleEndian(area);
                int length = BinaryPrimitives.ReadUInt16LittleEndian(area[2..]);
                if (length > area.Length - 4)
                {
                    return "";
                }

                ReadOnlySpan<byte> value = area.Slice(4, length);
                if (type == BoardType && length <= 32 && value.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0)
                {
                    return Encoding.ASCII.GetString(value);
                }

                area = area[(4 + length)..];
            }

            return "";
        }
    }
}
