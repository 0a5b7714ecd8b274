using System.Collections.Concurrent;
using System.Diagnostics;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>
/// Are the tests any good? Each check behind the doors is taken out of a copy of the firmware, in memory, and a test has to fail. What survives
/// is a door that nobody watches.
/// </summary>
[TestClass]
public class MutantTests
{
    /// <summary>For an endless loop; nothing else takes that long.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Firmware> Built = new(() =>
    {
        Firmware firmware = new();
        TestBench.Share(firmware.Crypto);
        return firmware;
    });

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void EveryTextToFindIsThereOnce()
    {
        List<string> wrong = [];
        foreach (Mutant mutant in MutantTable.All)
        {
            int count = File.ReadAllText(PathOf(mutant)).Split(mutant.Find).Length - 1;
            if (count != 1)
            {
                wrong.Add(mutant.Id + ": " + count + " times in " + mutant.File);
            }
        }

        Assert.AreEqual("", string.Join('\n', wrong));
        Assert.HasCount(MutantTable.All.Length, MutantTable.All.DistinctBy(mutant => mutant.Id));
    }

    [TestMethod]
    public void TheFirmwareAsItIsPasses()
    {
        using TestBench bench = new(null, Built.Value.Core, Built.Value.Tests);
        IEnumerable<string> failures = MutantTable.All.Select(mutant => mutant.Test).Distinct()
            .Select(test => test + ": " + (bench.Run(test, Limit) ?? "passed"))
            .Where(line => !line.EndsWith(": passed", StringComparison.Ordinal));
        Assert.AreEqual("", string.Join('\n', failures));
    }

    [TestMethod]
    public void EveryMutantIsCaught()
    {
        Firmware firmware = Built.Value;
        Stopwatch watch = Stopwatch.StartNew();
        ConcurrentBag<string> survivors = [];
        ConcurrentDictionary<string, string> caught = [];
        Parallel.ForEach(MutantTable.All, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, mutant =>
        {
            string source = File.ReadAllText(PathOf(mutant)).Replace(mutant.Find, mutant.Replacement, StringComparison.Ordinal);
            try
            {
                using TestBench bench = firmware.Mutate(PathOf(mutant), source);
                string? failure = bench.Run(mutant.Test, Limit);
                if (failure is null)
                {
                    survivors.Add(mutant.Id + " survives " + mutant.Test);
                }
                else
                {
                    caught[mutant.Id] = failure;
                }
            }
            catch (InvalidOperationException exception)
            {
                survivors.Add(mutant.Id + ": " + exception.Message);
            }
        });

        foreach (Mutant mutant in MutantTable.All.Where(mutant => caught.ContainsKey(mutant.Id)))
        {
            TestContext.WriteLine("{0,-32} caught by {1}", mutant.Id, caught[mutant.Id]);
        }

        TestContext.WriteLine("{0} mutants, {1} survivors, {2} s", MutantTable.All.Length, survivors.Count, (int)watch.Elapsed.TotalSeconds);
        Assert.AreEqual("", string.Join('\n', survivors.Order(StringComparer.Ordinal)));
    }

    private static string PathOf(Mutant mutant)
    {
        return Path.Combine(SourceTree.Root, "firmware", mutant.File);
    }
}
