using System.Buffers.Binary;
using DeviceFirmware.Image;

namespace DeviceFirmware.Signer;

/// <summary>A version as 8 bytes: major, minor, revision (2, low byte first), build (4, low byte first).</summary>
public static class VersionField
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 8;

    /// <summary>The version in the first 8 bytes.</summary>
    public static ImageVersion Read(ReadOnlySpan<byte> source) => new(
        source[0], source[1], BinaryPrimitives.ReadUInt16LittleEndian(source[2..]), BinaryPrimitives.ReadUInt32LittleEndian(source[4..]));

    /// <summary>The 8 bytes of a version.</summary>
    public static byte[] Write(ImageVersion version)
    {
        byte[] field = new byte[Size];
        field[0] = version.Major;
        field[1] = version.Minor;
        BinaryPrimitives.WriteUInt16LittleEndian(field.AsSpan(2), (ushort)version.Revision);
        BinaryPrimitives.WriteUInt32LittleEndian(field.AsSpan(4), version.Build);
        return field;
    }
}
