using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Makes files with the outline of NFMRK1 assemblies: marker, checksums, tables that are one run of bytes.</summary>
    internal static class NanoFile
    {
        internal const int HeaderSize = 124;

        /// <summary>A file of that length whose tables hold the same byte all over.</summary>
        internal static byte[] Of(int length, byte fill)
        {
            var file = new byte[length];
            for (int i = HeaderSize; i < length; i++)
            {
                file[i] = fill;
            }

            Array.Copy(new byte[] { 0x4E, 0x46, 0x4D, 0x52, 0x4B, 0x31, 0x00, 0x00 }, 0, file, 0, 8);
            file[38] = 1;
            for (int i = 0; i < 16; i++)
            {
                Put(file, 40 + 4 * i, i < 13 ? HeaderSize : (uint)length);
            }

            return Sum(file);
        }

        /// <summary>The same with one byte of the header changed, and the checksums right again.</summary>
        internal static byte[] With(int length, int offset, byte value)
        {
            byte[] file = Of(length, 1);
            file[offset] = value;
            return Sum(file);
        }

        /// <summary>Writes both checksums.</summary>
        internal static byte[] Sum(byte[] file)
        {
            Put(file, 8, 0);
            Put(file, 12, Crc(file, HeaderSize, file.Length - HeaderSize));
            Put(file, 8, Crc(file, 0, HeaderSize));
            return file;
        }

        /// <summary>The CLR's checksum, a bit a step.</summary>
        internal static uint Crc(byte[] data, int offset, int count)
        {
            uint crc = 0;
            for (int i = 0; i < count; i++)
            {
                uint next = data[offset + i];
                crc ^= next << 24;
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 0x80000000) == 0 ? crc << 1 : (crc << 1) ^ 0x04C11DB7;
                }
            }

            return crc;
        }

        private static void Put(byte[] file, int offset, uint value)
        {
            Array.Copy(ImageBuilder.UInt32(value), 0, file, offset, 4);
        }
    }
}
