using System.CommandLine;
using System.Diagnostics;

namespace DeviceFirmware.Fuzz;

/// <summary>The long run, by hand.</summary>
public static class Program
{
    private const int MaximumKept = 512;
    private const int MaximumKeptInputs = 24;

    /// <summary>0 nothing found, 1 something found, 2 a wrong command line.</summary>
    public static int Main(string[] args)
    {
        Option<string> target = new("--target") { DefaultValueFactory = _ => "all", Description = $"all, or one of {string.Join(", ", Targets.All.Select(one => one.Name))}" };
        Option<double> minutes = new("--minutes") { DefaultValueFactory = _ => 1, Description = "how long, for each target" };
        Option<int> seed = new("--seed") { DefaultValueFactory = _ => Environment.TickCount, Description = "of the random numbers; printed" };
        Option<string> corpus = new("--corpus") { DefaultValueFactory = _ => Path.Combine("tests", "Fuzz", "Corpus"), Description = "folder of kept inputs: read at the start; findings are written there" };
        Option<bool> keep = new("--keep") { Description = "also write up to 24 inputs of at most 512 bytes whose answer was new" };
        RootCommand root = new("Attacks every reader of hostile bytes: no exception escapes, no run allocates more than its bound, nothing unsigned is accepted.") { target, minutes, seed, corpus, keep };
        root.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(target);
            Target[] chosen = [.. Targets.All.Where(one => name == "all" || one.Name == name)];
            if (chosen.Length == 0)
            {
                Console.Error.WriteLine($"error: no target {name}");
                return 2;
            }

            return chosen.Count(one => !IsSound(one, parsed.GetRequiredValue(minutes), parsed.GetRequiredValue(seed), parsed.GetRequiredValue(corpus), parsed.GetValue(keep))) > 0 ? 1 : 0;
        });
        return root.Parse(args).Invoke();
    }

    private static bool IsSound(Target target, double minutes, int seed, string corpus, bool keep)
    {
        FuzzRun run = new(target, seed, Corpus.Read(corpus, target.Name));
        Stopwatch time = Stopwatch.StartNew();
        Finding? finding = run.Replay() ?? run.Attack(() => time.Elapsed.TotalMinutes < minutes);
        Console.WriteLine($"{target.Name,-14} seed {seed}, {run.Rounds} inputs, {run.Answers} answers, largest allocation {run.LargestAllocation} bytes (input of {run.LargestAllocationLength})");
        foreach (byte[] input in keep ? run.New.Where(input => input.Length <= MaximumKept).Take(MaximumKeptInputs) : [])
        {
            Corpus.Keep(corpus, target.Name, "answer", input);
        }

        if (finding is null)
        {
            return true;
        }

        Console.WriteLine($"FOUND in {target.Name}, kept as {Corpus.Keep(corpus, target.Name, "finding", finding.Input)}");
        Console.WriteLine(finding.What);
        return false;
    }
}
