using System.Buffers.Binary;
using System.Security.Cryptography;
using DeviceFirmware.Image;

namespace DeviceFirmware.Signer;

/// <summary>
/// Writes a signed MCUboot image: header, payload, protected TLVs, then hash, key hash and signature. The same inputs give the same bytes:
/// there is no time in it, and the signature is deterministic.
/// </summary>
public static class ImageWriter
{
    // What imgtool fills a padded header with: the value of erased flash.
    private const byte HeaderPadding = 0xFF;

    /// <summary>The whole image.</summary>
    public static byte[] Write(ImageDescription description, byte[] payload, SigningKey key)
    {
        byte[] protectedTlvs = description.ProtectedTlvs().ToArray();
        byte[] header = Header(description, payload.Length, protectedTlvs.Length);
        byte[] signed = [.. header, .. payload, .. protectedTlvs];
        byte[] hash = SHA256.HashData(signed);

        TlvArea tlvs = new(ImageFormat.InfoMagic);
        tlvs.Add(ImageFormat.Sha256Tlv, hash);
        tlvs.Add(ImageFormat.KeyHashTlv, key.KeyHash);
        tlvs.Add(ImageFormat.EcdsaSignatureTlv, key.SignHash(hash));
        return [.. signed, .. tlvs.ToArray()];
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
