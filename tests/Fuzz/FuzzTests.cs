using System.Diagnostics;

[assembly: DoNotParallelize]

namespace DeviceFirmware.Fuzz;

/// <summary>The short run: the kept inputs, then as many rounds of attack as a second has, from a fixed seed.</summary>
[TestClass]
public sealed class FuzzTests
{
    private static readonly TimeSpan _time = TimeSpan.FromSeconds(1);

    /// <summary>The test's output.</summary>
    public required TestContext TestContext { get; set; }

    public static IEnumerable<object[]> Names => Targets.All.Select(target => new object[] { target.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void NoInputBreaksAReader(string name)
    {
        Target target = Targets.All.Single(one => one.Name == name);
        FuzzRun run = new(target, seed: 1, Corpus.Read(Path.Combine(AppContext.BaseDirectory, "Corpus"), name));
        Finding? finding = run.Replay();
        int replayed = (int)run.Rounds;
        Stopwatch time = Stopwatch.StartNew();
        finding ??= run.Attack(() => run.Rounds < replayed + 20 || (run.Rounds < 1_000_000 && time.Elapsed < _time));
        TestContext.WriteLine($"{name}: {run.Rounds} inputs, {run.Answers} answers, largest allocation {run.LargestAllocation} bytes of {target.MaximumAllocation(run.LargestAllocationLength)}");
        Assert.IsNull(finding, finding is null ? "" : $"{finding.What}\ninput: {Convert.ToHexStringLower(finding.Input)}");
        Assert.IsGreaterThan(replayed, run.Rounds);
    }

    /// <summary>The same seed gives the same inputs: what is found can be found again.</summary>
    [TestMethod]
    public void TheSameSeedGivesTheSameInputs()
    {
        List<string> first = Inputs(7);
        CollectionAssert.AreEqual(first, Inputs(7));
        CollectionAssert.AreNotEqual(first, Inputs(8));
    }

    /// <summary>Planted: a reader that throws on a length it should have doubted, one that believes it, one that accepts too much.</summary>
    [TestMethod]
    [DataRow("throws", "IndexOutOfRangeException")]
    [DataRow("allocates", "are the bound")]
    [DataRow("accepts", "BrokenPromiseException")]
    public void APlantedFaultIsFound(string fault, string what)
    {
        Target planted = new(fault, () => [[4, 1, 2, 3, 4]], null, null, input => Planted(fault, input), 4096, 1);
        FuzzRun run = new(planted, seed: 1, []);
        Assert.IsNull(run.Replay(), "the good input is no finding");
        Finding? finding = run.Attack(() => run.Rounds < 20_000);
        Assert.IsNotNull(finding);
        StringAssert.Contains(finding.What, what);
    }

    [TestMethod]
    public void WhatIsKeptIsReadAgain()
    {
        string folder = Directory.CreateTempSubdirectory("devicefirmware-fuzz-").FullName;
        try
        {
            byte[] input = [.. Enumerable.Range(0, 300).Select(i => (byte)i)];
            Corpus.Keep(folder, "x", "finding", input);
            Corpus.Keep(folder, "x", "finding", []);
            CollectionAssert.AreEquivalent((int[])[0, 300], Corpus.Read(folder, "x").Select(one => one.Length).ToArray());
            CollectionAssert.AreEqual(input, Corpus.Read(folder, "x").Single(one => one.Length > 0));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<string> Inputs(int seed)
    {
        List<string> inputs = [];
        Target target = MessageTargets.Mqtt with { Run = input => { inputs.Add(Convert.ToHexString(input)); return "read"; } };
        FuzzRun run = new(target, seed, []);
        Assert.IsNull(run.Attack(() => run.Rounds < 200));
        return inputs;
    }

    private static string Planted(string fault, byte[] input)
    {
        if (input.Length == 0)
        {
            return "empty";
        }

        int length = input[0];
        return fault switch
        {
            "throws" when length > 200 => input[length].ToString(),
            "allocates" => new byte[length * 256].Length.ToString(),
            "accepts" when length == input.Length && input.Length != 5 => throw new BrokenPromiseException("accepted"),
            _ => "read",
        };
    }
}
