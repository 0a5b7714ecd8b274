namespace Planted.Places;

internal sealed class Anchors;

internal static class Keys
{
    internal static string Root => Environment.NewLine;
}

internal static class Forbidden
{
    internal static void Touch() => Environment.GetEnvironmentVariable("X");
}

internal static class Owner
{
    internal static Anchors Make() => Keys.Root.Length == 0 ? null! : new Anchors();

    internal static void Stray() => Forbidden.Touch();
}

internal static class Thief
{
    internal static Anchors Make() => new();

    internal static string Read() => Keys.Root;
}
