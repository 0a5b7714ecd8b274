namespace DeviceFirmware.Scenario.Tools;

/// <summary>Each benchmark runs, in its short form: figures are for people, that it works is not.</summary>
[TestClass]
public sealed class BenchTests
{
    [TestMethod]
    public void EachBenchmarkRuns()
    {
        string program = Path.Combine(SourceTree.Root, "tests", "Bench", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "DeviceFirmware.Bench.dll");
        ToolRun run = SourceTree.Run("dotnet", program, "all", "--short").MustEndWith(0);
        Assert.Contains("== registry", run.Output);
        SourceTree.Run("dotnet", program, "nothing").MustBeBadInput();
    }
}
