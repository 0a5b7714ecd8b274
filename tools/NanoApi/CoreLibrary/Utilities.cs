// Package nanoFramework.CoreLibrary (mscorlib): console, conversion, noise, versions, garbage collector.

namespace System
{
    public static class Console
    {
        public static void Write(string value) => throw null;
        public static void WriteLine() => throw null;
        public static void WriteLine(string value) => throw null;
    }

    public static class Convert
    {
        public static byte ToByte(string value, int fromBase = 10) => throw null;
        public static byte[] FromBase64CharArray(char[] inArray, int offset, int length) => throw null;
        public static byte[] FromBase64String(string inString) => throw null;
        public static int ToInt32(string value, int fromBase = 10) => throw null;
        public static string ToBase64String(byte[] inArray) => throw null;
        public static string ToBase64String(byte[] inArray, Base64FormattingOptions options) => throw null;
        public static string ToBase64String(byte[] inArray, int offset, int length) => throw null;
        public static string ToBase64String(byte[] inArray, int offset, int length, Base64FormattingOptions options) => throw null;
    }

    public enum Base64FormattingOptions
    {
        None = 0,
        InsertLineBreaks = 1,
    }

    public class Random
    {
        public Random() => throw null;
        public Random(int seed) => throw null;
        public virtual void NextBytes(byte[] buffer) => throw null;
    }
}
