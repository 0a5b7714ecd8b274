using System.Globalization;

namespace DeviceFirmware.PowerCut;

/// <summary><c>dotnet run --project tests/PowerCut -- [--deep | --coarse] [--count] [SCENARIO…]</c>: the cuts of the tests, many more, or a few; or only their number.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        string[] names = [.. arguments.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal))];
        Depth depth = arguments.Contains("--deep") ? Depth.Deep : arguments.Contains("--coarse") ? Depth.Coarse : Depth.Short;
        Scenario[] scenarios = [.. Scenarios.All.Where(scenario => names.Length == 0 || names.Contains(scenario.Name))];
        if (scenarios.Length == 0)
        {
            Console.Error.WriteLine("error: no such scenario. There are: " + string.Join(", ", Scenarios.All.Select(scenario => scenario.Name)));
            return 2;
        }

        List<Tally> tallies = [];
        Console.WriteLine(Report.Head);
        foreach (Scenario scenario in scenarios)
        {
            Tally tally = new Exhaustion(scenario, depth) { OnlyCounts = arguments.Contains("--count") }.Run();
            tallies.Add(tally);
            Console.WriteLine(Report.Line(tally));
            foreach (string fault in tally.Faults)
            {
                Console.WriteLine("  " + fault);
            }
        }

        Console.WriteLine(Report.Sum(tallies));
        return tallies.Any(tally => tally.Faults.Length > 0) ? 1 : 0;
    }
}

/// <summary>The table of the cuts.</summary>
internal static class Report
{
    internal static string Head { get; } = Row("scenario", "operations", "bytes", "cuts", "second cuts", "power-ons", "s");

    internal static string Line(Tally tally)
    {
        return Row(tally.Scenario, Number(tally.Operations), Number(tally.Bytes), Number(tally.Cuts), Number(tally.SecondCuts), Number(tally.PowerOns), Number((long)tally.Seconds));
    }

    internal static string Sum(IReadOnlyCollection<Tally> tallies)
    {
        long cuts = tallies.Sum(tally => tally.Cuts + tally.SecondCuts);
        return $"{Number(cuts)} cut points, {Number(tallies.Sum(tally => tally.PowerOns))} power-ons, {tallies.Sum(tally => tally.Faults.Length)} faults, {tallies.Sum(tally => tally.Seconds):0} s";
    }

    private static string Row(params string[] cells)
    {
        return cells[0].PadRight(30) + string.Concat(cells.Skip(1).Select(cell => cell.PadLeft(13)));
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
