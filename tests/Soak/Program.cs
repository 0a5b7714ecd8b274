using System.Globalization;

namespace DeviceFirmware.Soak;

/// <summary>The long form: 24 hours of a board's time.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        double hours = 24;
        int speed = 240;
        int seed = 1;
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            _ = arguments[i] switch
            {
                "--hours" => double.TryParse(arguments[i + 1], out hours),
                "--speed" => int.TryParse(arguments[i + 1], out speed),
                "--seed" => int.TryParse(arguments[i + 1], out seed),
                _ => false,
            };
        }

        if (arguments.Length % 2 != 0 || hours <= 0 || speed <= 0)
        {
            Console.WriteLine("dotnet run -c Release --project tests/Soak [-- --hours 24] [--speed 240] [--seed 1]");
            return 2;
        }

        using SoakRun run = new(speed, seed, Console.Out);
        await run.RunAsync(hours);
        string[] problems = [.. SoakTests.Problems(run)];
        Console.WriteLine(problems.Length == 0 ? "no acknowledged message is lost, and the heap is flat" : string.Join(Environment.NewLine, problems));
        return problems.Length == 0 ? 0 : 1;
    }
}
