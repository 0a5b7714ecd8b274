using System.Buffers.Binary;
using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>
/// Writes an MCUboot image: the content (header, payload, protected TLVs), then hash, key hash and signature. The same inputs give the same
/// content: there is no time in it. A key whose signatures are deterministic gives the same file.
/// </summary>
public static class ImageWriter
{
    // What imgtool fills a padded header with: the value of erased flash.
    private const byte HeaderPadding = 0xFF;

    /// <summary>Header, payload and protected TLVs: what is hashed and signed.</summary>
    public static byte[] Content(ImageDescription description, byte[] payload)
    {
        byte[] protectedTlvs = description.ProtectedTlvs().ToArray();
        return [.. Header(description, payload.Length, protectedTlvs.Length), .. payload, .. protectedTlvs];
    }

    /// <summary>The image with its hash alone.</summary>
    public static byte[] Unsigned(byte[] content)
    {
        TlvArea tlvs = new(ImageFormat.InfoMagic);
        tlvs.Add(ImageFormat.Sha256Tlv, SHA256.HashData(content));
        return [.. content, .. tlvs.ToArray()];
    }

    /// <summary>The whole image.</summary>
    public static byte[] Signed(byte[] content, HeldKey key)
    {
        byte[] hash = SHA256.HashData(content);
        TlvArea tlvs = new(ImageFormat.InfoMagic);
        tlvs.Add(ImageFormat.Sha256Tlv, hash);
        tlvs.Add(ImageFormat.KeyHashTlv, key.KeyHash);
        tlvs.Add(ImageFormat.EcdsaSignatureTlv, EcdsaSignatureDer.Encode(key.SignHash(hash)));
        return [.. content, .. tlvs.ToArray()];
    }

    private static byte[] Header(ImageDescription description, int payloadLength, int protectedLength)
    {
        byte[] header = new byte[description.HeaderSize];
        Span<byte> field = header;
        BinaryPrimitives.WriteUInt32LittleEndian(field, ImageHeader.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(field[4..], 0); // load address: not used here
        BinaryPrimitives.WriteUInt16LittleEndian(field[8..], (ushort)description.HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(field[10..], checked((ushort)protectedLength));
        BinaryPrimitives.WriteUInt32LittleEndian(field[12..], (uint)payloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(field[16..], 0); // flags: none
        VersionField.Write(description.Version).CopyTo(field[20..]);
        BinaryPrimitives.WriteUInt32LittleEndian(field[28..], 0);
        field[ImageHeader.Size..].Fill(HeaderPadding);
        return header;
    }
}
