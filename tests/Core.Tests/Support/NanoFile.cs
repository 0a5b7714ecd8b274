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

        /// <summary>
        /// A file with the references mscorlib (a name that the CLR knows by heart), one that begins alike, and that one in that version.
        /// </summary>
        internal static byte[] Referring(string name, byte major, byte minor)
        {
            const int Strings = HeaderSize + 36;
            byte[] names = Ascii.GetBytes(name);
            var file = new byte[Strings + 2 * names.Length + 7];
            Array.Copy(Of(HeaderSize, 0), 0, file, 0, HeaderSize);
            for (int i = 1; i < 16; i++)
            {
                Put(file, 40 + 4 * i, i < 12 ? Strings : (uint)file.Length);
            }

            Array.Copy(new byte[] { 0xD2, 0xFC, 0, 0, 1, 0, 17, 0, 11, 0, 0, 0 }, 0, file, HeaderSize, 12);
            Array.Copy(new byte[] { 1, 0, 0, 0, 9, 0, 9 }, 0, file, HeaderSize + 12, 7);
            Array.Copy(new byte[] { (byte)(names.Length + 4), 0, 0, 0, major, 0, minor }, 0, file, HeaderSize + 24, 7);
            Array.Copy(names, 0, file, Strings + 1, names.Length);
            file[Strings + 1 + names.Length] = (byte)'x';
            Array.Copy(names, 0, file, Strings + names.Length + 4, names.Length);
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
