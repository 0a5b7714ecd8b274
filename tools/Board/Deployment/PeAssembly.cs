using System.Buffers.Binary;
using System.Text;

namespace DeviceFirmware.Board;

/// <summary>
/// One assembly in the CLR's format NFMRK1, little-endian. Header of 124 bytes: marker (8), header CRC (4, computed with this field zero),
/// assembly CRC (4, over what follows the header), flags (4), native checksum (4, 0 for none), patch entry (4), version (4 x 2), name (2, an
/// offset into the strings), string table version (2), starts of the 16 tables (16 x 4, the last is the assembly's length), patched methods (4),
/// paddings (16).
/// </summary>
/// <param name="Name">The assembly's name; empty when it is one of the CLR's own well-known strings.</param>
/// <param name="NativeChecksum">Checksum of the native side that it needs; 0 for none.</param>
/// <param name="Strings">Its table of strings, each ended by a zero.</param>
public sealed record PeAssembly(string Name, uint NativeChecksum, byte[] Strings)
{
    /// <summary>Length of the header, bytes.</summary>
    public const int HeaderSize = 124;

    private const int HeaderCrcOffset = 8;
    private const int AssemblyCrcOffset = 12;
    private const int NativeChecksumOffset = 20;
    private const int NameOffset = 36;
    private const int StringTableVersionOffset = 38;
    private const int TablesOffset = 40;
    private const int StringTable = 11;
    private const int EndOfAssembly = 15;
    private const ushort StringTableVersion = 1;

    /// <summary>Reads the assembly at the beginning; its length without padding. Null when it is none, and why.</summary>
    public static PeAssembly? Read(ReadOnlySpan<byte> bytes, out int length, out string problem)
    {
        length = 0;
        if (bytes.Length < HeaderSize)
        {
            problem = "it ends inside a header";
            return null;
        }

        if (!bytes[..8].SequenceEqual("NFMRK1\0\0"u8))
        {
            problem = bytes[..6].SequenceEqual("NFMRK2"u8) ? "it is an NFMRK2 assembly, for a CLR of the 2.x line" : "there is no NFMRK1 assembly";
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        bytes[..HeaderSize].CopyTo(header);
        header.Slice(HeaderCrcOffset, 4).Clear();
        if (Crc(header) != Word(bytes, HeaderCrcOffset) || BinaryPrimitives.ReadUInt16LittleEndian(bytes[StringTableVersionOffset..]) != StringTableVersion)
        {
            problem = "its header is damaged";
            return null;
        }

        uint total = Word(bytes, TablesOffset + (4 * EndOfAssembly));
        if (total < HeaderSize || total > bytes.Length)
        {
            problem = "it is cut off";
            return null;
        }

        if (Crc(bytes[HeaderSize..(int)total]) != Word(bytes, AssemblyCrcOffset))
        {
            problem = "its content is damaged";
            return null;
        }

        uint strings = Word(bytes, TablesOffset + (4 * StringTable));
        uint end = Word(bytes, TablesOffset + (4 * (StringTable + 1)));
        if (strings < HeaderSize || end < strings || end > total)
        {
            problem = "its tables do not lie inside it";
            return null;
        }

        length = (int)total;
        problem = "";
        byte[] table = bytes[(int)strings..(int)end].ToArray();
        return new PeAssembly(NameIn(table, BinaryPrimitives.ReadUInt16LittleEndian(bytes[NameOffset..])), Word(bytes, NativeChecksumOffset), table);
    }

    /// <summary>True when the string stands whole in the table of strings.</summary>
    public bool HasString(string text) => Encoding.UTF8.GetString(Strings).Split('\0').Contains(text);

    /// <summary>CRC-32, polynomial 04C11DB7, not reflected, beginning with 0 and without a final inversion.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= (uint)value << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1;
            }
        }

        return crc;
    }

    private static string NameIn(byte[] strings, int offset)
    {
        if (offset >= strings.Length)
        {
            return "";
        }

        int length = strings.AsSpan(offset).IndexOf((byte)0);
        return length < 0 ? "" : Encoding.UTF8.GetString(strings, offset, length);
    }

    private static uint Word(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
