using System.Buffers.Binary;
using System.Text;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Unsigned images: enough header for the fleet, which does not judge them.</summary>
internal static class Images
{
    public static byte[] Make(string boardType, byte major, byte minor, ushort revision, int payload)
    {
        byte[] type = Encoding.ASCII.GetBytes(boardType);
        byte[] image = new byte[32 + payload + 8 + type.Length];
        new Random(payload).NextBytes(image.AsSpan(32, payload));
        BinaryPrimitives.WriteUInt32LittleEndian(image, 0x96F3B83D);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(8), 32);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(10), (ushort)(8 + type.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), (uint)payload);
        image[20] = major;
        image[21] = minor;
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(22), revision);
        Span<byte> tlvs = image.AsSpan(32 + payload);
        BinaryPrimitives.WriteUInt16LittleEndian(tlvs, 0x6908);
        BinaryPrimitives.WriteUInt16LittleEndian(tlvs[2..], (ushort)tlvs.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(tlvs[4..], 0x00A0);
        BinaryPrimitives.WriteUInt16LittleEndian(tlvs[6..], (ushort)type.Length);
        type.CopyTo(tlvs[8..]);
        return image;
    }
}
