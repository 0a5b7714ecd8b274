using System.Buffers.Binary;
using System.Text;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>One TLV as it stands in a file.</summary>
public sealed record DumpedTlv(bool Protected, int Type, byte[] Value);

/// <summary>
/// What stands in an image file, for people: reads as far as it can and judges nothing. Whether an image may run is
/// <c>signer verify</c>'s question, and the board's.
/// </summary>
public sealed class ImageDump
{
    private ImageDump(int length, ImageVersion version)
    {
        Length = length;
        Version = version;
    }

    /// <summary>Length of the file, in bytes.</summary>
    public int Length { get; }

    /// <summary>Bytes before the payload, as the header says.</summary>
    public int HeaderSize { get; private set; }

    /// <summary>Bytes of payload, as the header says.</summary>
    public long PayloadSize { get; private set; }

    /// <summary>Bytes of the protected TLV area, as the header says.</summary>
    public int ProtectedSize { get; private set; }

    /// <summary>The flags.</summary>
    public uint Flags { get; private set; }

    /// <summary>The version.</summary>
    public ImageVersion Version { get; }

    /// <summary>The TLVs in the order of the file.</summary>
    public List<DumpedTlv> Tlvs { get; } = [];

    /// <summary>Bytes after the last TLV area.</summary>
    public long TrailingBytes { get; private set; }

    /// <summary>What stopped the reading, or null when the file was read to its end.</summary>
    public string? Problem { get; private set; }

    /// <summary>The board type as it stands there, unprintable characters replaced; empty when there is none.</summary>
    public string BoardType => ToolFailure.OneLine(Encoding.Latin1.GetString(ValueOf(ImageFormat.BoardTypeTlv)));

    /// <summary>The security counter; 0 when there is none of 4 bytes.</summary>
    public uint SecurityCounter => ValueOf(ImageFormat.SecurityCounterTlv) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32LittleEndian(value) : 0;

    /// <summary>The value of the first protected TLV of a type; empty when there is none.</summary>
    public byte[] ValueOf(int type) => Tlvs.FirstOrDefault(tlv => tlv.Protected && tlv.Type == type)?.Value ?? [];

    /// <summary>Reads an image; null when the file does not start with an image header.</summary>
    public static ImageDump? Read(byte[] image)
    {
        if (image.Length < ImageHeader.Size || BinaryPrimitives.ReadUInt32LittleEndian(image) != ImageHeader.Magic)
        {
            return null;
        }

        ReadOnlySpan<byte> header = image;
        ImageDump dump = new(image.Length, VersionField.Read(header[20..]))
        {
            HeaderSize = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]),
            ProtectedSize = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]),
            PayloadSize = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]),
            Flags = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
        };
        dump.ReadAreas(image);
        return dump;
    }

    private void ReadAreas(ReadOnlySpan<byte> image)
    {
        long position = HeaderSize + PayloadSize;
        if (ProtectedSize > 0)
        {
            position = ReadArea(image, position, ImageFormat.ProtectedInfoMagic);
        }

        position = Problem is null ? ReadArea(image, position, ImageFormat.InfoMagic) : position;
        TrailingBytes = Problem is null ? image.Length - position : 0;
    }

    private long ReadArea(ReadOnlySpan<byte> image, long start, ushort magic)
    {
        if (start + ImageFormat.InfoSize > image.Length)
        {
            return Stop("the file ends before its TLV area");
        }

        int position = (int)start;
        int end = position + BinaryPrimitives.ReadUInt16LittleEndian(image[(position + 2)..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(image[position..]) != magic || end > image.Length)
        {
            return Stop($"no TLV area 0x{magic:x4} at {position}, or one that is longer than the file");
        }

        position += ImageFormat.InfoSize;
        while (position < end)
        {
            int valueStart = position + ImageFormat.TlvHeaderSize;
            int length = valueStart <= end ? BinaryPrimitives.ReadUInt16LittleEndian(image[(position + 2)..]) : 0;
            if (valueStart + length > end)
            {
                return Stop($"a TLV at {position} is longer than its area");
            }

            Tlvs.Add(new DumpedTlv(
                magic == ImageFormat.ProtectedInfoMagic,
                BinaryPrimitives.ReadUInt16LittleEndian(image[position..]),
                image.Slice(valueStart, length).ToArray()));
            position = valueStart + length;
        }

        return end;
    }

    private long Stop(string problem)
    {
        Problem = problem;
        return 0;
    }
}
