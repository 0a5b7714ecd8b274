namespace Planted.Impure;

internal sealed class Impure
{
    internal static long Clock() => DateTime.UtcNow.Ticks;

    internal static bool Disk() => File.Exists("x");

    internal static void Wait() => Thread.Sleep(1);

    internal static int Noise() => new Random().Next();

    internal static void Talk() => Console.WriteLine();

    internal static long Ask() => Environment.TickCount64;
}
