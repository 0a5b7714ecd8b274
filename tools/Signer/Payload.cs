using System.Buffers.Binary;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>
/// Puts assemblies into one payload. Kind 1: the files one after the other, each padded with zeros to 4 bytes (a <c>.pe</c> carries its own
/// length). Kind 2: before each file its length, 4 bytes, low byte first; then the file, padded likewise.
/// </summary>
public static class Payload
{
    private static ReadOnlySpan<byte> NanoMarker => "NFMRK1\0\0"u8;

    private static ReadOnlySpan<byte> DotNetMarker => "MZ"u8;

    /// <summary>The payload of those files, in that order; a file that is no assembly of the kind ends the tool with bad input.</summary>
    public static byte[] Pack(PayloadKind kind, IReadOnlyList<string> paths)
    {
        using MemoryStream payload = new();
        foreach (string path in paths)
        {
            byte[] assembly = WholeFile.Read(path, ImageFormat.MaximumImageSize);
            if (!assembly.AsSpan().StartsWith(kind == PayloadKind.NanoAssemblies ? NanoMarker : DotNetMarker))
            {
                throw ToolFailure.BadInput($"{path} is not a {(kind == PayloadKind.NanoAssemblies ? "nanoFramework (.pe, NFMRK1)" : ".NET")} assembly");
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
}
