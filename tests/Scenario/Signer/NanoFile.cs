using System.Buffers.Binary;

namespace DeviceFirmware.Scenario.Signer;

/// <summary>Files in the layout of nf-interpreter's CLR_RECORD_ASSEMBLY, written here a second time: neither the signer's code nor the board's.</summary>
public static class NanoFile
{
    public const int HeaderSize = 124;

    /// <summary>An assembly without types, whose byte code table has that many bytes, and their padding.</summary>
    public static byte[] Make(int code, bool padded = true)
    {
        int padding = padded ? -code & 3 : 0;
        byte[] file = new byte[HeaderSize + code + padding];
        "NFMRK1"u8.CopyTo(file);
        file.AsSpan(HeaderSize, code).Fill(0x2A);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(38), 1);
        for (int table = 0; table < 16; table++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40 + 4 * table), table <= 13 ? HeaderSize : file.Length);
        }

        file[108 + 13] = (byte)padding;
        return Sum(file);
    }

    /// <summary>Writes both checksums.</summary>
    public static byte[] Sum(byte[] file)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(12), Crc(file.AsSpan(HeaderSize)));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(8), Crc(file.AsSpan(0, HeaderSize)));
        return file;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = 0;
        foreach (byte value in data)
        {
            crc ^= (uint)value << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ (0u - (crc >> 31) & 0x04C11DB7);
            }
        }

        return crc;
    }
}
