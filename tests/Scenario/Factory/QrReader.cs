namespace DeviceFirmware.Scenario.Factory;

/// <summary>
/// Reads an upright QR code of version 4 or 5, level M, byte mode (ISO/IEC 18004), out of a clean picture: a second implementation, from the
/// standard, of what the label's library writes. It corrects nothing: a wrong module is a wrong letter.
/// </summary>
internal static class QrReader
{
    /// <summary>The text.</summary>
    public static byte[] Read(Func<int, int, bool> isBlack, int width, int height)
    {
        (int left, int top) = First(isBlack, width, height);
        int run = 0;
        while (isBlack(left + run, top))
        {
            run++;
        }

        // The finder pattern is seven modules wide.
        int module = run / 7;
        int right = width - 1;
        while (!isBlack(right, top))
        {
            right--;
        }

        int size = (right - left + 1) / module;
        int version = (size - 17) / 4;
        Assert.IsTrue(version is 4 or 5, $"version {version}");
        bool[][] dark = [.. Enumerable.Range(0, size).Select(y => Enumerable.Range(0, size).Select(x => isBlack(left + (x * module) + (module / 2), top + (y * module) + (module / 2))).ToArray())];
        int format = 0;
        foreach ((int x, int y) in (ReadOnlySpan<(int, int)>)[(0, 8), (1, 8), (2, 8), (3, 8), (4, 8)])
        {
            format = (format << 1) | (dark[y][x] ? 1 : 0);
        }

        format ^= 0b10101;
        Assert.AreEqual(0b00, format >> 3, "level M");
        return Text(Codewords(dark, size, format & 7), version);
    }

    private static (int Left, int Top) First(Func<int, int, bool> isBlack, int width, int height)
    {
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                if (isBlack(x, y))
                {
                    return (x, y);
                }
            }
        }

        throw new AssertFailedException("an empty picture");
    }

    private static byte[] Codewords(bool[][] dark, int size, int mask)
    {
        List<bool> bits = [];
        bool up = true;
        for (int column = size - 1; column > 0; column -= 2)
        {
            column -= column == 6 ? 1 : 0;
            for (int i = 0; i < size; i++)
            {
                int y = up ? size - 1 - i : i;
                foreach (int x in (int[])[column, column - 1])
                {
                    if (!IsFunction(x, y, size))
                    {
                        bits.Add(dark[y][x] ^ Mask(mask, x, y));
                    }
                }
            }

            up = !up;
        }

        return [.. bits.Chunk(8).Where(chunk => chunk.Length == 8).Select(chunk => (byte)chunk.Aggregate(0, (value, bit) => (value << 1) | (bit ? 1 : 0)))];
    }

    private static bool IsFunction(int x, int y, int size)
    {
        bool finder = (x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8);
        int centre = size - 7;
        bool alignment = Math.Abs(x - centre) <= 2 && Math.Abs(y - centre) <= 2;
        return finder || alignment || x == 6 || y == 6;
    }

    private static bool Mask(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => ((y / 2) + (x / 3)) % 2 == 0,
        5 => (x * y % 2) + (x * y % 3) == 0,
        6 => ((x * y % 2) + (x * y % 3)) % 2 == 0,
        _ => (((x + y) % 2) + (x * y % 3)) % 2 == 0,
    };

    private static byte[] Text(byte[] codewords, int version)
    {
        // Two blocks of 32 or 43, their codewords by turns.
        int block = version == 4 ? 32 : 43;
        byte[] data = [.. Enumerable.Range(0, 2).SelectMany(b => Enumerable.Range(0, block).Select(i => codewords[(i * 2) + b]))];
        Assert.AreEqual(4, data[0] >> 4, "byte mode");
        int length = ((data[0] & 15) << 4) | (data[1] >> 4);
        return [.. Enumerable.Range(0, length).Select(i => (byte)((data[i + 1] << 4) | (data[i + 2] >> 4)))];
    }
}
