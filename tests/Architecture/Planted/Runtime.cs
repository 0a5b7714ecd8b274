using System.Collections;

namespace Planted.Runtime;

internal enum Kind
{
    None,
    One,
}

/// <summary>What the runtime does otherwise.</summary>
internal static class Wrong
{
    internal static string EnumText(Kind kind) => kind.ToString();

    internal static string EnumJoined(Kind kind) => string.Concat("kind ", kind);

    internal static void OwnKey(Hashtable table, Key key) => table[key] = 1;

    internal static bool UnknownKey(Hashtable table, object key) => table.Contains(key);

    internal static void ThrowNull() => throw null!;

    internal static DateTime Late() => new(9999, 12, 31);

    internal static int Ignored(string text)
    {
        int.TryParse(text, out int number);
        return number;
    }

    internal static void Open() => new Thread(Run).Start();

    private static void Run() => Open();

    internal sealed class Key
    {
    }

    internal sealed class Eager
    {
        internal static readonly int Number = Other.Number + 1;
    }

    internal sealed class Other
    {
        internal static readonly int Number = 1;
    }

    internal interface IDefault
    {
        int Answer() => 42;
    }

    internal class Hidden
    {
        internal string Name() => "hidden";
    }

    internal sealed class Hiding : Hidden
    {
        internal new string Name() => "hiding";
    }
}

/// <summary>Beside them, what it does as written.</summary>
internal static class Right
{
    private static readonly byte[] _table = [1, 2, 3, 4, 5];
    private static readonly int _length = _table.Length;

    internal static string NumberOfEnum(Kind kind) => ((int)kind).ToString(System.Globalization.CultureInfo.InvariantCulture);

    internal static void TextKey(Hashtable table, string key) => table[key] = table[1];

    internal static void Throw() => throw new InvalidOperationException();

    internal static DateTime Soon() => new(2999, 12, 31);

    internal static int Parsed(string text) => int.TryParse(text, out int number) ? number : _length;

    internal static void Closed() => new Thread(Run).Start();

    private static void Run()
    {
        try
        {
            Closed();
        }
        catch (Exception)
        {
            Throw();
        }
    }

    internal interface IAbstract
    {
        int Answer();
    }

    internal class Base
    {
        internal virtual string Name() => "base";

        internal string Name(int number) => Name() + number;
    }

    internal sealed class Overriding : Base
    {
        internal override string Name() => "overriding";
    }
}
