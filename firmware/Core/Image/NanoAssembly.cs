using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Image
{
    /// <summary>
    /// The header of an NFMRK1 assembly (<c>.pe</c>; nf-interpreter, CLR_RECORD_ASSEMBLY), 124 bytes, little-endian: marker (8), CRC of the
    /// header (4, taken as zeros in the sum), CRC of the rest (4), flags (4), checksum of native methods (4), patch entry (4), version (8),
    /// name (2), version of the string table (2), starts of the 15 tables and their end (16 times 4), patched methods (4), bytes of padding
    /// behind each table (15), 1 unused. The CLR's load checks the same; here a reason comes of it before anything is loaded.
    /// </summary>
    public static class NanoAssembly
    {
        /// <summary>Bytes of the header.</summary>
        public const int HeaderSize = 124;

        private const int HeaderCrcOffset = 8;
        private const int BodyCrcOffset = 12;
        private const int FlagsOffset = 16;
        private const int StringTableOffset = 38;
        private const int TablesOffset = 40;
        private const int TableCount = 15;
        private const int EndOffset = TablesOffset + 4 * TableCount;
        private const int PatchedOffset = 104;
        private const int PaddingOffset = 108;
        private const int StringTableVersion = 1;
        private const int StringsOffset = TablesOffset + 4 * 11;
        private const int ReferenceSize = 12;

        /// <summary>
        /// Why a CLR would not load an assembly with this header, in <paramref name="available"/> bytes with the header; null when it would
        /// look at the rest.
        /// </summary>
        public static string HeaderProblem(byte[] header, int available)
        {
            if (header is null)
            {
                throw new ArgumentNullException(nameof(header));
            }

            if (header.Length < HeaderSize)
            {
                return "shorter than its header";
            }

            if (header[0] != 'N' || header[1] != 'F' || header[2] != 'M' || header[3] != 'R' || header[4] != 'K' || header[5] != '1' || header[6] != 0 || header[7] != 0)
            {
                return "no NFMRK1 marker";
            }

            uint crc = Crc(header, 0, HeaderCrcOffset, 0);
            crc = Crc(new byte[4], 0, 4, crc);
            crc = Crc(header, BodyCrcOffset, HeaderSize - BodyCrcOffset, crc);
            if (crc != LittleEndian.GetUInt32(header, HeaderCrcOffset))
            {
                return "header CRC";
            }

            if (LittleEndian.GetUInt16(header, StringTableOffset) != StringTableVersion)
            {
                return "another string table";
            }

            if (LittleEndian.GetUInt32(header, FlagsOffset) != 0 || LittleEndian.GetUInt32(header, PatchedOffset) != 0)
            {
                return "flags or patched methods";
            }

            return TablesProblem(header, available);
        }

        /// <summary>Bytes of the assembly, header included, as a header without problem says.</summary>
        public static int Length(byte[] header)
        {
            return LittleEndian.GetSize(header, EndOffset, int.MaxValue);
        }

        /// <summary>
        /// True when the CRC of what stands behind the header is right. The board leaves this to the CLR's load, which sums natively: it has
        /// hashed the same bytes already.
        /// </summary>
        public static bool IsBodyWhole(byte[] assembly)
        {
            if (assembly is null)
            {
                throw new ArgumentNullException(nameof(assembly));
            }

            return assembly.Length >= HeaderSize
                && Crc(assembly, HeaderSize, assembly.Length - HeaderSize, 0) == LittleEndian.GetUInt32(assembly, BodyCrcOffset);
        }

        /// <summary>
        /// The line, major.minor, in which an assembly whose header has no problem was built against another; null when it has no such reference.
        /// A reference (CLR_RECORD_ASSEMBLYREF) is 12 bytes: place of the name in the string table (2; of names that the CLR knows by heart, a
        /// number from its upper end), 2 unused, version (4 times 2).
        /// </summary>
        public static string LineOf(byte[] assembly, string reference)
        {
            if (assembly is null || reference is null)
            {
                throw new ArgumentNullException(nameof(assembly));
            }

            int end = LittleEndian.GetSize(assembly, TablesOffset + 4, assembly.Length) - assembly[PaddingOffset];
            int strings = LittleEndian.GetSize(assembly, StringsOffset, assembly.Length);
            for (int at = LittleEndian.GetSize(assembly, TablesOffset, assembly.Length); at + ReferenceSize <= end; at += ReferenceSize)
            {
                if (IsText(assembly, strings + LittleEndian.GetUInt16(assembly, at), reference))
                {
                    return LittleEndian.GetUInt16(assembly, at + 4).ToString() + "." + LittleEndian.GetUInt16(assembly, at + 6).ToString();
                }
            }

            return null;
        }

        private static bool IsText(byte[] data, int at, string text)
        {
            if (at > data.Length - text.Length - 1 || data[at + text.Length] != 0)
            {
                return false;
            }

            for (int i = 0; i < text.Length; i++)
            {
                if (data[at + i] != text[i])
                {
                    return false;
                }
            }

            return true;
        }

        private static string TablesProblem(byte[] header, int available)
        {
            int position = HeaderSize;
            for (int i = 0; i <= TableCount; i++)
            {
                int start = LittleEndian.GetSize(header, TablesOffset + 4 * i, available);
                if (start < position)
                {
                    return start < 0 ? "longer than the payload" : "tables out of order";
                }

                position = start;
                if (i < TableCount)
                {
                    position += header[PaddingOffset + i];
                }
            }

            return null;
        }

        /// <summary>SUPPORT_ComputeCRC: polynomial 0x04C11DB7, high bit first, from zero, not inverted. Half a byte a step.</summary>
        private static uint Crc(byte[] data, int offset, int count, uint crc)
        {
            var table = new uint[]
            {
                0x00000000, 0x04C11DB7, 0x09823B6E, 0x0D4326D9, 0x130476DC, 0x17C56B6B, 0x1A864DB2, 0x1E475005,
                0x2608EDB8, 0x22C9F00F, 0x2F8AD6D6, 0x2B4BCB61, 0x350C9B64, 0x31CD86D3, 0x3C8EA00A, 0x384FBDBD,
            };
            for (int i = 0; i < count; i++)
            {
                uint b = data[offset + i];
                crc = (crc << 4) ^ table[(int)((crc >> 28) ^ (b >> 4))];
                crc = (crc << 4) ^ table[(int)((crc >> 28) ^ (b & 15))];
            }

            return crc;
        }
    }
}
