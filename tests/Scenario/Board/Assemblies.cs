using System.Buffers.Binary;
using System.Text;
using DeviceFirmware.Scenario.Signer;

namespace DeviceFirmware.Scenario.Board;

/// <summary>NFMRK1 assemblies built from bytes, as far as a deployment is judged: header, checksums, a table of strings.</summary>
internal static class Assemblies
{
    /// <summary>The native side of CoreLibrary 1.17.</summary>
    public const uint CoreLibraryNatives = 0x1549C856;

    private const int Header = NanoFile.HeaderSize;

    /// <summary>A deployment as the build makes it, for one board.</summary>
    public static byte[] Deployment(string target = "ESP32_PSRAM_REV3") =>
        [.. Make("mscorlib", CoreLibraryNatives), .. Make("DeviceFirmware.Core", 0), .. Make("DeviceFirmware.Esp32", 0, target), .. Make("DeviceFirmware.Loader", 0)];

    /// <summary>One assembly, padded to 4 bytes.</summary>
    public static byte[] Make(string name, uint natives, params string[] strings)
    {
        byte[] table = Encoding.UTF8.GetBytes("\0" + name + "\0" + string.Concat(strings.Select(text => text + "\0")));
        byte[] code = [1, 2, 3, 4, 5];
        byte[] assembly = new byte[Header + table.Length + code.Length];
        "NFMRK1"u8.CopyTo(assembly);
        Write(assembly, 20, natives);
        BinaryPrimitives.WriteUInt16LittleEndian(assembly.AsSpan(28), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(assembly.AsSpan(36), 1); // the name, behind the empty string
        BinaryPrimitives.WriteUInt16LittleEndian(assembly.AsSpan(38), 1);
        for (int i = 0; i < 16; i++)
        {
            Write(assembly, 40 + (4 * i), (uint)(i < 12 ? Header : i < 15 ? Header + table.Length : assembly.Length));
        }

        table.CopyTo(assembly, Header);
        code.CopyTo(assembly, Header + table.Length);
        NanoFile.Sum(assembly);
        return [.. assembly, .. new byte[-assembly.Length & 3]];
    }

    private static void Write(byte[] target, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(target.AsSpan(offset), value);
}
