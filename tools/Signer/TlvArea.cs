using System.Buffers.Binary;

namespace DeviceFirmware.Signer;

/// <summary>A TLV area in the making: info {magic, total length}, then {type, length, value} each; all 16-bit, low byte first.</summary>
public sealed class TlvArea(ushort infoMagic)
{
    private readonly List<byte> _items = [];

    /// <summary>Appends one TLV.</summary>
    public void Add(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[ImageFormat.TlvHeaderSize];
        BinaryPrimitives.WriteUInt16LittleEndian(head, type);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], checked((ushort)value.Length));
        _items.AddRange(head);
        _items.AddRange(value);
    }

    /// <summary>The area, info included.</summary>
    public byte[] ToArray()
    {
        byte[] area = new byte[ImageFormat.InfoSize + _items.Count];
        BinaryPrimitives.WriteUInt16LittleEndian(area, infoMagic);
        BinaryPrimitives.WriteUInt16LittleEndian(area.AsSpan(2), checked((ushort)area.Length));
        _items.CopyTo(area, ImageFormat.InfoSize);
        return area;
    }
}
