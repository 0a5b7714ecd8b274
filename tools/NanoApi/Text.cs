// Package nanoFramework.System.Text. There is no Encoding.GetString(byte[]) with one argument.

namespace System.Text
{
    public abstract class Encoding
    {
        protected Encoding() => throw null;
        public static Encoding UTF8 => throw null;
        public virtual byte[] GetBytes(string s) => throw null;
        public virtual string GetString(byte[] bytes, int index, int count) => throw null;
    }

    public sealed class StringBuilder
    {
        public StringBuilder() => throw null;
        public StringBuilder(int capacity) => throw null;
        public StringBuilder(string value) => throw null;
        public StringBuilder Append(byte value) => throw null;
        public StringBuilder Append(char value) => throw null;
        public StringBuilder Append(char[] value) => throw null;
        public StringBuilder Append(int value) => throw null;
        public StringBuilder Append(long value) => throw null;
        public StringBuilder Append(object value) => throw null;
        public StringBuilder Append(string value) => throw null;
        public StringBuilder Append(uint value) => throw null;
        public StringBuilder Append(ulong value) => throw null;
        public StringBuilder Append(ushort value) => throw null;
        public StringBuilder AppendLine() => throw null;
        public StringBuilder AppendLine(string str) => throw null;
        public StringBuilder Clear() => throw null;
        public char this[int index] { get => throw null; set => throw null; }
        public int Length { get => throw null; set => throw null; }
        public string ToString(int startIndex, int length) => throw null;
        public override string ToString() => throw null;
    }
}
