using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Soak;

/// <summary>The short form, for every run of the tests.</summary>
[TestClass]
public sealed class SoakTests
{
    /// <summary>The instance's output.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>Half an hour of a board's time in 15 seconds.</summary>
    [TestMethod]
    public async Task ABadNetworkLosesNothingThatWasAcknowledged()
    {
        if (!Mosquitto.IsInstalled)
        {
            Assert.Inconclusive("mosquitto is not installed");
        }

        using StringWriter output = new();
        using SoakRun run = new(120, 7, output);
        await run.RunAsync(0.5);
        TestContext.WriteLine(output.ToString());
        Assert.AreEqual("", string.Join('\n', Problems(run)), output.ToString());
    }

    /// <summary>What is wrong after a run.</summary>
    internal static IEnumerable<string> Problems(SoakRun run)
    {
        foreach (string lost in run.LostAcknowledged.Take(5))
        {
            yield return "acknowledged and lost: " + lost;
        }

        if (run.Connections < 3 || run.Acknowledged.Count < 20)
        {
            yield return $"{run.Connections} connections and {run.Acknowledged.Count} messages judge nothing";
        }

        // The judge's own lists grow with the messages: 400 bytes each are theirs.
        long growth = run.Heap[^1] - run.Heap[1];
        if (growth > 1_000_000 + (400L * run.Acknowledged.Count))
        {
            yield return $"the heap grew by {growth:N0} bytes";
        }
    }
}
