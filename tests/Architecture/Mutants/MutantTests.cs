using System.Collections.Concurrent;
using System.Diagnostics;

namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>
/// Are the tests any good? Each check behind the doors is taken out of a copy of the firmware or of the tools, in memory, and a test has to
/// fail. What survives is a door that nobody watches.
/// </summary>
[TestClass]
public class MutantTests
{
    /// <summary>For an endless loop; nothing else takes that long.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private static readonly Lazy<MutantBuild> _firmware = new(() => new Firmware(MutantTable.All));
    private static readonly Lazy<MutantBuild> _tools = new(() => new Tools(ToolMutantTable.All));

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void EveryTextToFindIsThereOnce()
    {
        List<string> wrong = [];
        foreach ((string folder, Mutant mutant) in MutantTable.All.Select(mutant => (MutantTable.Folder, mutant)).Concat(ToolMutantTable.All.Select(mutant => (ToolMutantTable.Folder, mutant))))
        {
            int count = File.ReadAllText(SourceTree.PathOf(folder, mutant)).Split(mutant.Find).Length - 1;
            if (count != 1)
            {
                wrong.Add(mutant.Id + ": " + count + " times in " + mutant.File);
            }
        }

        Assert.AreEqual("", string.Join('\n', wrong));
        Assert.HasCount(MutantTable.All.Length, MutantTable.All.DistinctBy(mutant => mutant.Id));
        Assert.HasCount(ToolMutantTable.All.Length, ToolMutantTable.All.DistinctBy(mutant => mutant.Id));
    }

    [TestMethod]
    public void EveryMutantIsCaught() => CatchAll(_firmware.Value);

    [TestMethod]
    public void EveryToolMutantIsCaught() => CatchAll(_tools.Value);

    private void CatchAll(MutantBuild build)
    {
        Mutant[] mutants = build.Mutants;
        Stopwatch watch = Stopwatch.StartNew();
        ConcurrentDictionary<int, string> caught = [];
        ConcurrentBag<string> broken = [];
        ConcurrentBag<TestBench> idle = [];
        IGrouping<string, int>[] groups = [.. Enumerable.Range(1, mutants.Length).GroupBy(number => mutants[number - 1].Test).OrderByDescending(group => group.Count())];
        Parallel.ForEach(
            Partitioner.Create(groups, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            group => Catch(build, group.Key, [.. group], idle, caught, broken));
        foreach (TestBench bench in idle)
        {
            bench.Dispose();
        }

        int[] survivors = [.. Enumerable.Range(1, mutants.Length).Where(number => !caught.ContainsKey(number))];
        foreach ((int number, string failure) in caught.OrderBy(pair => pair.Key))
        {
            TestContext.WriteLine("{0,-32} caught by {1}", mutants[number - 1].Id, failure);
        }

        TestContext.WriteLine("{0} mutants, {1} survivors, {2} s", mutants.Length, survivors.Length, (int)watch.Elapsed.TotalSeconds);
        Assert.AreEqual("", string.Join('\n', broken), "the code as it is");
        Assert.AreEqual("", string.Join('\n', survivors.Select(number => mutants[number - 1].Id + " survives " + mutants[number - 1].Test)));
    }

    /// <summary>
    /// All mutants of one test, in a bench in which the code as it is passes before and after them: so no mutant has left anything behind that the
    /// test could have failed by. One that passes here, or that left something, is tried in a bench of its own: what it changes may be done once only.
    /// </summary>
    private static void Catch(MutantBuild build, string test, int[] mutants, ConcurrentBag<TestBench> idle, ConcurrentDictionary<int, string> caught, ConcurrentBag<string> broken)
    {
        if (!idle.TryTake(out TestBench? bench) || bench.Run(test, 0, _limit) is not null)
        {
            bench?.Dispose();
            bench = new TestBench(build, build.LowestHome);
            if (bench.Run(test, 0, _limit) is string failure)
            {
                broken.Add(test + ": " + failure);
            }
        }

        Dictionary<int, string> failures = [];
        foreach (int number in mutants.TakeWhile(_ => !bench.IsCutOff))
        {
            if (bench.Run(test, number, _limit) is string failure)
            {
                failures[number] = failure;
            }
        }

        bool isClean = !bench.IsCutOff && bench.Run(test, 0, _limit) is null;
        foreach (int number in mutants)
        {
            string? failure = isClean ? failures.GetValueOrDefault(number) : null;
            if (failure is null)
            {
                using TestBench own = new(build, build.HomeOf(number));
                failure = own.Run(test, number, _limit);
            }

            if (failure is not null)
            {
                caught[number] = failure;
            }
        }

        if (isClean)
        {
            idle.Add(bench);
        }
        else
        {
            bench.Dispose();
        }
    }
}
