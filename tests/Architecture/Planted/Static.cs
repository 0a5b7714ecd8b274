namespace Planted.Static;

internal static class Stateful
{
    internal const int Allowed = 1;

    internal static readonly long AlsoAllowed = Environment.ProcessId;

    internal static int Counter;

    private static readonly byte[] _table = [1, 2, 3];

    private static readonly object _lock = new();

    internal static object? Cache { get; set; }

    internal static int Sum() => _table.Length + _lock.GetHashCode() + Counter++;
}
