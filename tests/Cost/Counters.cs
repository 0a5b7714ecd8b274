namespace DeviceFirmware.Tests.Cost;

/// <summary>
/// What the woven code counts into. Sizes are those of the 32-bit nanoCLR: its heap gives out blocks of 12 bytes; an array has a head of 20 bytes,
/// an element that is a reference takes a block; an object is a block and one for each field; a string a block and its UTF-8 bytes with a NUL;
/// a boxed value two blocks. (<c>new byte[32]</c>: 60 bytes, as measured on the real CLR.)
/// </summary>
public static class Counters
{
    internal const int HeapBlock = 12;

    private const int ArrayHead = 20;

    /// <summary>How often each basic block was entered.</summary>
    public static long[] Blocks = [];

    /// <summary>Arrays and strings made by each method: how many, and their bytes.</summary>
    internal static long[] Made = [];

    /// <inheritdoc cref="Made"/>
    internal static long[] MadeBytes = [];

    /// <summary>The largest array or string made, in bytes.</summary>
    internal static long Largest { get; private set; }

    /// <summary>An array is about to be made.</summary>
    public static void Array(int length, int elementSize, int method) => Add(ArrayHead + ((long)length * elementSize), method);

    /// <summary>A library call has made a string.</summary>
    public static void Text(string? text, int method)
    {
        if (text is not null)
        {
            Add(HeapBlock + System.Text.Encoding.UTF8.GetByteCount(text) + 1, method);
        }
    }

    /// <summary>A library call has made an array of bytes or characters.</summary>
    public static void Elements(Array? array, int elementSize, int method)
    {
        if (array is not null)
        {
            Array(array.Length, elementSize, method);
        }
    }

    /// <summary>Called before each array and string; null for nobody.</summary>
    internal static Action? OnMade { get; set; }

    internal static void Clear()
    {
        System.Array.Clear(Blocks);
        System.Array.Clear(Made);
        System.Array.Clear(MadeBytes);
        Largest = 0;
    }

    private static void Add(long bytes, int method)
    {
        OnMade?.Invoke();
        long rounded = (bytes + HeapBlock - 1) / HeapBlock * HeapBlock;
        Made[method]++;
        MadeBytes[method] += rounded;
        Largest = Math.Max(Largest, rounded);
    }
}
