namespace Planted.Division;

/// <summary>Divisors that may be zero, or -1.</summary>
internal static class Wrong
{
    internal static int Plain(int a, int b) => a / b;

    internal static uint Unsigned(uint a, uint b) => a / b;

    internal static ulong Remainder(ulong a, ulong b) => a % b;

    internal static int TooLate(int a, int b)
    {
        int quotient = a / b;
        return b <= 0 ? 0 : quotient;
    }

    internal static int OneWay(int a, int b, bool isKnown)
    {
        if (isKnown && b <= 0)
        {
            return 0;
        }

        return a / b;
    }

    internal static int MinusOne(int a, int b) => b == 0 ? 0 : a / b;

    internal static uint Changed(uint a, uint b)
    {
        if (b == 0)
        {
            return 0;
        }

        b--;
        return a / b;
    }

    internal static uint ByAddress(uint a, uint b)
    {
        if (b == 0)
        {
            return 0;
        }

        Clear(ref b);
        return a % b;
    }

    internal static uint Narrowed(uint a, uint b) => b == 0 ? 0 : a / (byte)b;

    internal static double Real(double a, double b) => a / b;

    private static void Clear(ref uint b) => b = 0;
}

/// <summary>Divisors that were checked.</summary>
internal static class Right
{
    internal const int Size = 64;

    internal static int Constant(int a) => (a / Size) + (a % 10);

    internal static ulong Unsigned(ulong a, ulong b) => b == 0 ? 0 : a / b;

    internal static int Signed(int a, int b)
    {
        if (b <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(b));
        }

        return a / b;
    }

    internal static int Both(int a, int b, int c) => b > 0 && c >= 1 ? a / b % c : 0;

    internal static int Length(int a, byte[] bytes) => bytes.Length == 0 ? 0 : a % bytes.Length;

    internal static int Loop(int number)
    {
        int sum = 0;
        while (number > 0)
        {
            sum += 1000 / number;
            number -= 3;
        }

        return sum;
    }

    internal static uint Local(uint a)
    {
        uint b = 7;
        return a / b;
    }
}
