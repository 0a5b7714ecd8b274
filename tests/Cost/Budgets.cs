using System.Globalization;
using System.Text;

namespace DeviceFirmware.Tests.Cost;

/// <summary>
/// What each operation may cost: what it cost when somebody last accepted it. The file is text, so that a change of cost is a line in a diff:
/// <c>operation instructions bytes</c>, and below it, indented, the methods that make one percent or more of either.
/// </summary>
internal sealed class Budgets
{
    /// <summary>Beyond the accepted figure, in percent. The counts are exact; this is for another compiler's release build.</summary>
    internal const int Headroom = 1;

    private const int NamedFromPercent = 1;
    private const int MostNamed = 5;

    private readonly Dictionary<string, Budget> _budgets = [];

    private sealed record Budget(long Instructions, long Bytes, Dictionary<string, (long Instructions, long Bytes)> Methods);

    /// <summary>Where they lie in the repository.</summary>
    internal static string File => Path.Combine(Root(), "tests", "Cost", "budgets.txt");

    internal IEnumerable<string> Names => _budgets.Keys;

    internal static Budgets Read(string text)
    {
        Budgets budgets = new();
        Budget? budget = null;
        foreach (string line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            (long instructions, long bytes) = (long.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture));
            if (line[0] == ' ')
            {
                (budget ?? throw new FormatException("a method before any operation")).Methods.Add(words[0], (instructions, bytes));
            }
            else
            {
                budget = new Budget(instructions, bytes, []);
                budgets._budgets.Add(words[0], budget);
            }
        }

        return budgets;
    }

    internal static string Write(IEnumerable<(string Name, Measurement Measurement)> measurements)
    {
        StringBuilder text = new();
        text.Append("# operation, IL instructions, bytes of heap; below it the methods that make a percent or more of either.\n");
        text.Append("# Written by: dotnet run --project tests/Cost -- --accept\n");
        foreach ((string name, Measurement measurement) in measurements)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name} {measurement.Instructions} {measurement.Bytes}\n");
            foreach (MethodCost cost in measurement.Methods.Where(cost => IsNamed(cost, measurement)))
            {
                text.Append(CultureInfo.InvariantCulture, $"    {cost.Method} {cost.Instructions} {cost.Bytes}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>What is above its budget, with the methods that grew most; empty when nothing is.</summary>
    internal string Excess(string name, Measurement now)
    {
        if (!_budgets.TryGetValue(name, out Budget? budget))
        {
            return name + " has no budget";
        }

        StringBuilder excess = new();
        if (IsAbove(now.Instructions, budget.Instructions))
        {
            Describe(excess, name, "instructions", budget.Instructions, now.Instructions, now.Methods.Select(cost => (cost.Method, budget.Methods.GetValueOrDefault(cost.Method).Instructions, cost.Instructions)));
        }

        if (IsAbove(now.Bytes, budget.Bytes))
        {
            Describe(excess, name, "bytes", budget.Bytes, now.Bytes, now.Methods.Select(cost => (cost.Method, budget.Methods.GetValueOrDefault(cost.Method).Bytes, cost.Bytes)));
        }

        return excess.ToString();
    }

    private static bool IsAbove(long now, long budget) => now * 100 > budget * (100 + Headroom);

    private static bool IsNamed(MethodCost cost, Measurement all) => cost.Instructions * 100 >= all.Instructions * NamedFromPercent || (cost.Bytes > 0 && cost.Bytes * 100 >= all.Bytes * NamedFromPercent);

    private static void Describe(StringBuilder text, string name, string what, long was, long now, IEnumerable<(string Method, long Was, long Now)> methods)
    {
        text.Append(CultureInfo.InvariantCulture, $"{name}: {now:N0} {what}, budget {was:N0}. Grew:\n");
        foreach ((string method, long before, long after) in methods.Where(m => m.Now > m.Was).OrderByDescending(m => m.Now - m.Was).Take(MostNamed))
        {
            text.Append(CultureInfo.InvariantCulture, $"    {method}: {before:N0} -> {after:N0}\n");
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "DeviceFirmware.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("no repository around the tests");
    }
}
