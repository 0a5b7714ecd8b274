using System.Buffers.Binary;
using DeviceFirmware.Bytes;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>Exported entries of a chain: a CBOR sequence (RFC 8742) of byte strings, each the bytes of one entry of the chain.</summary>
internal static class AuditFile
{
    private const int MaximumEntry = ChainEntry.MaximumOverhead + AuditBody.MaximumBytes;

    public static async Task WriteAsync(Stream stream, IEnumerable<byte[]> entries)
    {
        foreach (byte[] entry in entries)
        {
            await stream.WriteAsync(new CborWriter().Bytes(entry).ToArray()).ConfigureAwait(false);
        }
    }

    /// <summary>The entries of a file, in order. What is no entry of this length is bad input.</summary>
    public static IEnumerable<byte[]> Read(string path)
    {
        using FileStream file = File.Exists(path) ? File.OpenRead(path) : throw ToolFailure.BadInput("no such file: " + path);
        byte[] length = new byte[2];
        for (int first = file.ReadByte(); first >= 0; first = file.ReadByte())
        {
            int size = first switch
            {
                >= 0x40 and < 0x58 => first - 0x40,
                0x58 => file.ReadByte(),
                0x59 when file.ReadAtLeast(length, 2, throwOnEndOfStream: false) == 2 => BinaryPrimitives.ReadUInt16BigEndian(length),
                _ => -1,
            };
            byte[] entry = new byte[Math.Max(size, 0)];
            if (size is < 0 or > MaximumEntry || file.ReadAtLeast(entry, size, throwOnEndOfStream: false) != size)
            {
                throw ToolFailure.BadInput($"{path}: is not a sequence of entries at byte {file.Position}");
            }

            yield return entry;
        }
    }
}
