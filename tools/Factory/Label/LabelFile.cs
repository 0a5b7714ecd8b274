using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Factory;

/// <summary>A label's picture as a file: PNG (ISO/IEC 15948, one bit a dot, with its size in metres) or SVG with its size in millimetres.</summary>
public static class LabelFile
{
    private static readonly byte[] _signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>PNG.</summary>
    public static byte[] Png(LabelPicture picture)
    {
        using MemoryStream file = new();
        file.Write(_signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        header[8] = 1; // bits a dot, grey
        Chunk(file, "IHDR", header);
        byte[] size = new byte[9];
        int dotsAMetre = (int)Math.Round(picture.Width * 1000 / LabelPicture.WidthMillimetres);
        BinaryPrimitives.WriteInt32BigEndian(size, dotsAMetre);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), dotsAMetre);
        size[8] = 1; // the metre
        Chunk(file, "pHYs", size);
        Chunk(file, "IDAT", Compressed(picture));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>SVG: each run of black dots a rectangle; no font has to be there.</summary>
    public static byte[] Svg(LabelPicture picture)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{LabelPicture.WidthMillimetres:0.##}mm\" height=\"{picture.HeightMillimetres:0.##}mm\" viewBox=\"0 0 {picture.Width} {picture.Height}\" shape-rendering=\"crispEdges\">\n");
        text.Append(CultureInfo.InvariantCulture, $"<rect width=\"{picture.Width}\" height=\"{picture.Height}\" fill=\"#fff\"/>\n<path fill=\"#000\" d=\"");
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                int start = x;
                while (x < picture.Width && picture.IsBlack(x, y))
                {
                    x++;
                }

                if (x > start)
                {
                    text.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
                }
            }
        }

        return Encoding.ASCII.GetBytes(text.Append("\"/>\n</svg>\n").ToString());
    }

    private static byte[] Compressed(LabelPicture picture)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] row = new byte[1 + ((picture.Width + 7) / 8)];
            for (int y = 0; y < picture.Height; y++)
            {
                Array.Clear(row);
                for (int x = 0; x < picture.Width; x++)
                {
                    row[1 + (x / 8)] |= picture.IsBlack(x, y) ? (byte)0 : (byte)(0x80 >> (x % 8));
                }

                zlib.Write(row);
            }
        }

        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, byte[] content)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. content];
        file.Write(typed);
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)Crc32.Compute(typed, 0, typed.Length));
        file.Write(number);
    }
}
