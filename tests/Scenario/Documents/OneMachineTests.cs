using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Documents;

/// <summary>The README's fleet on one machine, as it stands there.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class OneMachineTests
{
    [TestMethod]
    public void TheReadmesFleetRunsAsItStandsThere()
    {
        using TemporaryDirectory directory = new();
        ToolRun run = DocumentedCommands.Run("README.md", SourceTree.Root, ("TMPDIR", directory.Path)).MustEndWith(0);
        StringAssert.Contains(run.Output, "seeded 1000 devices");
        StringAssert.Contains(run.Output, "\"done\": true");
        StringAssert.Contains(run.Output, "\"stateReason\": \"stolen\"");
        StringAssert.Contains(run.Output, "verified entries=");
        StringAssert.Contains(run.Output, "1 entries done again");
        Assert.IsFalse(run.Output.Contains("dfk-", StringComparison.Ordinal), "a key is shown nowhere");
    }
}
