using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DeviceFirmware.Scenario.Signer;

/// <summary>MCUboot's format read a second time, from its document alone: neither the writer's code nor the board's.</summary>
public sealed class McubootParser
{
    public McubootParser(byte[] image)
    {
        ReadOnlySpan<byte> bytes = image;
        Assert.AreEqual(0x96F3B83Du, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        Assert.AreEqual(0u, BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), "load address");
        HeaderSize = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        int protectedSize = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        int payloadSize = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        Assert.AreEqual(0u, BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]), "flags");
        Version = $"{bytes[20]}.{bytes[21]}.{BinaryPrimitives.ReadUInt16LittleEndian(bytes[22..])}+{BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..])}";
        Assert.AreEqual(0u, BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]), "pad");

        int payloadEnd = HeaderSize + payloadSize;
        Payload = image[HeaderSize..payloadEnd];
        int end = ReadArea(image, payloadEnd, 0x6908, Protected);
        Assert.AreEqual(payloadEnd + protectedSize, end, "the header's size of the protected area");
        Signed = image[..end];
        Assert.AreEqual(image.Length, ReadArea(image, end, 0x6907, Unprotected), "bytes after the end");
    }

    public int HeaderSize { get; }

    public string Version { get; }

    public byte[] Payload { get; }

    public byte[] Signed { get; }

    public List<(int Type, byte[] Value)> Protected { get; } = [];

    public List<(int Type, byte[] Value)> Unprotected { get; } = [];

    public bool IsSignedBy(ECDsa key) =>
        Value(Unprotected, 0x10).SequenceEqual(SHA256.HashData(Signed))
        && Value(Unprotected, 0x01).SequenceEqual(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))
        && key.VerifyData(Signed, Value(Unprotected, 0x22), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public static byte[] Value(List<(int Type, byte[] Value)> area, int type) => area.Single(tlv => tlv.Type == type).Value;

    private static int ReadArea(byte[] image, int start, int magic, List<(int Type, byte[] Value)> area)
    {
        Assert.AreEqual(magic, BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(start)));
        int end = start + BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(start + 2));
        int position = start + 4;
        while (position < end)
        {
            int type = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(position));
            int length = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(position + 2));
            area.Add((type, image[(position + 4)..(position + 4 + length)]));
            position += 4 + length;
        }

        Assert.AreEqual(end, position);
        return end;
    }
}
