using System.Buffers.Binary;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>
/// Puts assemblies into one payload. Kind 1: the files one after the other, each padded with zeros to 4 bytes (a <c>.pe</c> carries its own
/// length). Kind 2: before each file its length, 4 bytes, low byte first; then the file, padded likewise.
/// </summary>
public static class Payload
{
    /// <summary>Most assemblies in a payload.</summary>
    public const int MaximumAssemblies = 16;

    /// <summary>The payload of those files, in that order; a file that is no assembly of the kind ends the tool with bad input.</summary>
    public static byte[] Pack(PayloadKind kind, IReadOnlyList<string> paths)
    {
        if (paths.Count is 0 or > MaximumAssemblies)
        {
            throw ToolFailure.BadInput($"a payload has 1 to {MaximumAssemblies} assemblies");
        }

        using MemoryStream payload = new();
        foreach (string path in paths)
        {
            byte[] assembly = WholeFile.Read(path, ImageFormat.MaximumImageSize);
            if (Problem(kind, assembly) is string problem)
            {
                throw ToolFailure.BadInput($"{path} is not a {(kind == PayloadKind.NanoAssemblies ? "nanoFramework (.pe, NFMRK1)" : ".NET")} assembly: {problem}");
            }

            if (kind == PayloadKind.DotNetAssemblies)
            {
                byte[] length = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(length, assembly.Length);
                payload.Write(length);
            }

            payload.Write(assembly);
            payload.Write(new byte[-assembly.Length & 3]);
        }

        return payload.Length <= ImageFormat.MaximumImageSize
            ? payload.ToArray()
            : throw ToolFailure.BadInput($"the payload is larger than {ImageFormat.MaximumImageSize} bytes");
    }

    /// <summary>What the CLR would say against an assembly before it looks at its tables; null when nothing.</summary>
    private static string? Problem(PayloadKind kind, byte[] assembly) =>
        kind == PayloadKind.DotNetAssemblies ? assembly.AsSpan().StartsWith("MZ"u8) ? null : "no MZ header"
        : NanoAssembly.HeaderProblem(assembly, assembly.Length)
            ?? (NanoAssembly.Length(assembly) != assembly.Length ? "bytes after its end"
                : !NanoAssembly.IsBodyWhole(assembly) ? "assembly CRC"
                : null);
}
