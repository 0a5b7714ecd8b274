using System.Buffers.Binary;
using System.Security.Cryptography;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.HostTests.Image;

/// <summary>The images that the tests make are MCUboot images to another reader too: this one shares no code with the firmware.</summary>
[TestClass]
public class ImageBuilderTests
{
    [TestMethod]
    public void AnotherReaderFindsTheSame()
    {
        byte[] image = new ImageBuilder { HeaderSize = 64 }.Build();
        ReadOnlySpan<byte> bytes = image;
        Assert.AreEqual(0x96F3B83Du, BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        int headerSize = BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]);
        int protectedSize = BinaryPrimitives.ReadUInt16LittleEndian(bytes[10..]);
        int payloadSize = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        Assert.AreEqual(64, headerSize);
        Assert.AreEqual("1.2.3+4", $"{bytes[20]}.{bytes[21]}.{BinaryPrimitives.ReadUInt16LittleEndian(bytes[22..])}+{BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..])}");

        int signedSize = headerSize + payloadSize + protectedSize;
        Dictionary<int, byte[]> trusted = ReadArea(image, headerSize + payloadSize, 0x6908, protectedSize);
        Assert.AreEqual(7u, BinaryPrimitives.ReadUInt32LittleEndian(trusted[0x50]));
        Assert.AreEqual("virtual-board", System.Text.Encoding.ASCII.GetString(trusted[0xA0]));
        Dictionary<int, byte[]> area = ReadArea(image, signedSize, 0x6907, image.Length - signedSize);
        byte[] digest = SHA256.HashData(bytes[..signedSize]);
        CollectionAssert.AreEqual(digest, area[0x10]);
        using ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(TestKeys.Ota.PublicKey.EncodeSubjectPublicKeyInfo(), out _);
        CollectionAssert.AreEqual(SHA256.HashData(key.ExportSubjectPublicKeyInfo()), area[0x01]);
        Assert.IsTrue(key.VerifyHash(digest, area[0x22], DSASignatureFormat.Rfc3279DerSequence));
    }

    private static Dictionary<int, byte[]> ReadArea(byte[] image, int start, int magic, int size)
    {
        Assert.AreEqual(magic, BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(start)));
        Assert.AreEqual(size, BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(start + 2)));
        Dictionary<int, byte[]> entries = [];
        for (int position = start + 4; position < start + size;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(position + 2));
            entries.Add(BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(position)), image.AsSpan(position + 4, length).ToArray());
            position += 4 + length;
        }

        return entries;
    }
}
