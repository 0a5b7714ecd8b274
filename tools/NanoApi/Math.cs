// Package nanoFramework.System.Math.

namespace System
{
    public static class Math
    {
        public static int Abs(int value) => throw null;
        public static int Max(int val1, int val2) => throw null;
        public static int Min(int val1, int val2) => throw null;
        public static long Clamp(long value, long min, long max) => throw null;
    }
}
