namespace Planted.Language;

internal delegate T Maker<T>();

internal class Box<T>
{
    internal T? Value = default;
}

internal sealed class Derived : Box<int>
{
}

internal sealed class Dialects
{
    ~Dialects()
    {
        Maybe();
    }

    internal static T Same<T>(T value) => value;

    internal static int Call() => Same(1);

    internal static int? Maybe() => null;

    internal static int[,] Grid() => new int[2, 2];

    internal static async Task Later() => await Task.Yield();

    internal static int First(int[] numbers) => numbers.Where(n => n > 1).First();

    internal static unsafe int Stack()
    {
        byte* bytes = stackalloc byte[4];
        return bytes[0];
    }

    internal static int Add(int a, int b) => checked(a + b);

    internal static byte Narrow(int a) => checked((byte)a);

    internal static int Lambda()
    {
        var twice = (int x) => 2 * x;
        return twice(1);
    }

    internal static string OwnDelegate()
    {
        Maker<string> make = () => "made";
        return make();
    }

    internal static unsafe int Point(int* p) => *p;
}
