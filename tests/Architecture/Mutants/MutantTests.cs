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
    public void TheFirmwareAsItIsPasses() => PassesAsItIs(_firmware.Value);

    [TestMethod]
    public void TheToolsAsTheyArePass() => PassesAsItIs(_tools.Value);

    [TestMethod]
    public void EveryMutantIsCaught() => CatchAll(_firmware.Value);

    [TestMethod]
    public void EveryToolMutantIsCaught() => CatchAll(_tools.Value);

    private static void PassesAsItIs(MutantBuild build)
    {
        using TestBench bench = new(build, 0);
        IEnumerable<string> failures = build.Mutants.Select(mutant => mutant.Test).Distinct()
            .Select(test => test + ": " + (bench.Run(test, _limit) ?? "passed"))
            .Where(line => !line.EndsWith(": passed", StringComparison.Ordinal));
        Assert.AreEqual("", string.Join('\n', failures));
    }

    private void CatchAll(MutantBuild build)
    {
        Mutant[] mutants = build.Mutants;
        Stopwatch watch = Stopwatch.StartNew();
        ConcurrentDictionary<string, string> caught = [];
        Parallel.For(0, mutants.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            using TestBench bench = new(build, i + 1);
            if (bench.Run(mutants[i].Test, _limit) is string failure)
            {
                caught[mutants[i].Id] = failure;
            }
        });

        Mutant[] survivors = [.. mutants.Where(mutant => !caught.ContainsKey(mutant.Id))];
        foreach (Mutant mutant in mutants.Except(survivors))
        {
            TestContext.WriteLine("{0,-32} caught by {1}", mutant.Id, caught[mutant.Id]);
        }

        TestContext.WriteLine("{0} mutants, {1} survivors, {2} s", mutants.Length, survivors.Length, (int)watch.Elapsed.TotalSeconds);
        Assert.AreEqual("", string.Join('\n', survivors.Select(mutant => mutant.Id + " survives " + mutant.Test)));
    }
}
