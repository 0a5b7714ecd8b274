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
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Firmware> _firmware = new(() => new Firmware(MutantTable.All));

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void EveryTextToFindIsThereOnce()
    {
        List<string> wrong = [];
        foreach (Mutant mutant in MutantTable.All)
        {
            int count = File.ReadAllText(SourceTree.PathOf(mutant)).Split(mutant.Find).Length - 1;
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
        using TestBench bench = new(_firmware.Value, 0, inCrypto: false);
        IEnumerable<string> failures = MutantTable.All.Select(mutant => mutant.Test).Distinct()
            .Select(test => test + ": " + (bench.Run(test, _limit) ?? "passed"))
            .Where(line => !line.EndsWith(": passed", StringComparison.Ordinal));
        Assert.AreEqual("", string.Join('\n', failures));
    }

    [TestMethod]
    public void EveryMutantIsCaught()
    {
        Firmware firmware = _firmware.Value;
        Stopwatch watch = Stopwatch.StartNew();
        ConcurrentDictionary<string, string> caught = [];
        Parallel.For(0, MutantTable.All.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            Mutant mutant = MutantTable.All[i];
            using TestBench bench = new(firmware, i + 1, mutant.File.StartsWith("Core.Crypto/", StringComparison.Ordinal));
            if (bench.Run(mutant.Test, _limit) is string failure)
            {
                caught[mutant.Id] = failure;
            }
        });

        Mutant[] survivors = [.. MutantTable.All.Where(mutant => !caught.ContainsKey(mutant.Id))];
        foreach (Mutant mutant in MutantTable.All.Except(survivors))
        {
            TestContext.WriteLine("{0,-32} caught by {1}", mutant.Id, caught[mutant.Id]);
        }

        TestContext.WriteLine("{0} mutants, {1} survivors, {2} s", MutantTable.All.Length, survivors.Length, (int)watch.Elapsed.TotalSeconds);
        Assert.AreEqual("", string.Join('\n', survivors.Select(mutant => mutant.Id + " survives " + mutant.Test)));
    }
}
