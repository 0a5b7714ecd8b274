using System.Buffers.Binary;
using System.Text;
using DeviceFirmware.Image;

namespace DeviceFirmware.Board;

/// <summary>One assembly of a deployment, as <see cref="NanoAssembly"/> judges it, and what a deployment is judged by.</summary>
/// <param name="Name">The assembly's name; empty when it is one of the CLR's own well-known strings.</param>
/// <param name="NativeChecksum">Checksum of the native side that it needs; 0 for none.</param>
/// <param name="Strings">Its table of strings, each ended by a zero.</param>
public sealed record PeAssembly(string Name, uint NativeChecksum, byte[] Strings)
{
    private const int NativeChecksumOffset = 20;
    private const int NameOffset = 36;
    private const int TablesOffset = 40;
    private const int StringTable = 11;

    /// <summary>Reads the assembly at the beginning; its length without padding. Null when it is none, and why.</summary>
    public static PeAssembly? Read(ReadOnlySpan<byte> bytes, out int length, out string problem)
    {
        length = 0;
        if (bytes.StartsWith("NFMRK2"u8))
        {
            problem = "an NFMRK2 assembly, for a CLR of the 2.x line";
            return null;
        }

        byte[] header = bytes[..Math.Min(bytes.Length, NanoAssembly.HeaderSize)].ToArray();
        if (NanoAssembly.HeaderProblem(header, bytes.Length) is string found)
        {
            problem = "no whole NFMRK1 assembly: " + found;
            return null;
        }

        byte[] assembly = bytes[..NanoAssembly.Length(header)].ToArray();
        if (!NanoAssembly.IsBodyWhole(assembly))
        {
            problem = "an assembly whose content is damaged: CRC";
            return null;
        }

        length = assembly.Length;
        problem = "";
        byte[] strings = assembly[Start(assembly, StringTable)..Start(assembly, StringTable + 1)];
        return new PeAssembly(
            NameIn(strings, BinaryPrimitives.ReadUInt16LittleEndian(assembly.AsSpan(NameOffset))),
            BinaryPrimitives.ReadUInt32LittleEndian(assembly.AsSpan(NativeChecksumOffset)),
            strings);
    }

    /// <summary>True when the string stands whole in the table of strings.</summary>
    public bool HasString(string text) => Encoding.UTF8.GetString(Strings).Split('\0').Contains(text);

    private static string NameIn(byte[] strings, int offset)
    {
        int length = offset < strings.Length ? strings.AsSpan(offset).IndexOf((byte)0) : -1;
        return length < 0 ? "" : Encoding.UTF8.GetString(strings, offset, length);
    }

    // The header has no problem: its tables are in order and inside the assembly.
    private static int Start(byte[] assembly, int table) => BinaryPrimitives.ReadInt32LittleEndian(assembly.AsSpan(TablesOffset + (4 * table)));
}
