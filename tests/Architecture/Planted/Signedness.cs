namespace Planted.Signedness;

/// <summary>Each gives another number on the platform.</summary>
internal static class Wrong
{
    private static uint _seen;

    internal static int Shift(uint u) => (int)u >> 31;

    internal static long ShiftLong(ulong u) => (long)u >> 63;

    internal static int Remainder(uint u) => (int)(u + 1) % 7;

    internal static void Widen(uint u, long[] wide) => wide[0] = (int)u;

    internal static int Result(uint u) => (int)u;

    internal static void Argument(uint u, int[] sign) => sign[0] = Right.Sign((int)u);

    internal static void HandedOn(uint u, long[] sign) => sign[0] = Right.HandOn(1, (long)u);

    internal static void ToThePlatform(uint u, int[] least) => least[0] = Math.Min((int)u, 5);

    internal static void Either(bool first, uint u, int i, int[] sign) => sign[0] = (first ? (int)u : i) >> 31;

    internal static void Element(uint[] words, int[] sign) => sign[0] = (int)words[0] >> 31;

    internal static void LongElement(ulong[] words, long[] sign) => sign[0] = (long)words[0] >> 63;

    internal static void Borrow(uint a, uint b, long[] borrow) => borrow[0] = ((long)a - b) >> 32;

    internal static void Negated(uint u, int[] sign) => sign[0] = -(int)u >> 31;

    internal static void OfByte(byte b, long[] sign) => sign[0] = ((long)b - 129) >> 63;

    internal static void Real(uint u, double[] real) => real[0] = (int)u;

    internal static void Field(int[] sign) => sign[0] = ((int)_seen ^ 1) >> 31;

    internal static void Called(int[] sign) => sign[0] = (int)Seen() >> 31;

    private static uint Seen() => _seen++;
}

/// <summary>Each is right on the platform.</summary>
internal static class Right
{
    internal static int Sign(int i) => i >> 31;

    internal static long HandOn(int times, long number) => times * Half(number);

    internal static long Half(long number) => number >> 1;

    internal static bool Compared(uint u, uint limit) => IsBelow(limit, (long)u);

    internal static int Stored(uint u)
    {
        int i = (int)u;
        return i >> 31;
    }

    internal static uint BorrowBit(uint a, uint b) => (uint)((((ulong)a - b) >> 32) & 1);

    internal static uint Mask(uint a, uint b) => 0u - (uint)(((ulong)a - b) >> 63);

    internal static long Accumulated(uint[] a, uint[] b)
    {
        long carry = 0;
        for (int i = 0; i < a.Length; i++)
        {
            carry += (long)a[i] - b[i];
            carry >>= 32;
        }

        return carry;
    }

    internal static int ThroughLong(uint u) => (int)(long)u >> 31;

    internal static long ConstantFirst(ulong u) => (-1L & (long)u) >> 63;

    internal static int OfBytes(byte[] bytes) => (bytes[0] - bytes[1]) >> 8;

    internal static int Narrowed(uint u) => ((byte)u - 1) >> 8;

    internal static int Length(byte[] bytes) => (bytes.Length - 2) >> 1;

    internal static void Elements(uint[] words, int[] into)
    {
        into[0] = (int)words[0];
        into[0] >>= 31;
    }

    internal static uint Unsigned(uint u, ulong l) => (u >> 3) % 7 + (uint)(l >> 60);

    private static bool IsBelow(uint limit, long number) => number >= 0 && number < limit;
}
