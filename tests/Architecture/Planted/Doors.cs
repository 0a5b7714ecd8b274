namespace Planted.Doors;

internal sealed class GoodDoor
{
    private GoodDoor()
    {
    }

    internal static GoodCheck Check(bool good) => new(good ? new GoodDoor() : null);
}

internal sealed class GoodCheck
{
    internal GoodCheck(GoodDoor? value) => Value = value;

    internal GoodDoor? Value { get; }
}

internal class BadDoor
{
    internal BadDoor()
    {
    }

    internal static BadCheck Check() => new(new BadDoor());

    internal static BadDoor Skip() => new();
}

internal sealed class BadCheck(BadDoor? value)
{
    internal BadDoor? Value { get; } = value;

    internal static BadCheck Refused() => new(null);
}

internal sealed class Heir : BadDoor;

internal static class Forger
{
    internal static BadDoor Value() => new();

    internal static Func<BadCheck> Lambda() => () => new BadCheck(null);

    internal static class Inner
    {
        internal static BadDoor Value() => new();
    }
}

internal static class Asker
{
    internal static object Ask() => GoodDoor.Check(true);
}
