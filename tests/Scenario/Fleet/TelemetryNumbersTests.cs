using System.Text.Json;
using DeviceFirmware.Fleet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What a board sends at least once counts once.</summary>
[TestClass]
public sealed class TelemetryNumbersTests
{
    [TestMethod]
    public void AMessageCountsOnce()
    {
        TelemetryNumbers numbers = new();
        Assert.IsTrue(numbers.IsNew("a", Message(1, 1)));
        Assert.IsFalse(numbers.IsNew("a", Message(1, 1)));
        Assert.IsTrue(numbers.IsNew("b", Message(1, 1)), "another board");
        Assert.IsTrue(numbers.IsNew("a", Message(2, 1)), "after a restart");
        Assert.IsTrue(numbers.IsNew("a", JsonDocument.Parse("{}").RootElement), "boards of before have no numbers");
        Assert.IsTrue(numbers.IsNew("a", JsonDocument.Parse("{}").RootElement));
    }

    [TestMethod]
    public void AnOldOneAfterNewerOnesIsStillKnown()
    {
        TelemetryNumbers numbers = new();
        for (uint i = 1; i <= 1024; i++)
        {
            Assert.IsTrue(numbers.IsNew("a", Message(1, i)));
        }

        Assert.IsFalse(numbers.IsNew("a", Message(1, 1)));
        Assert.IsTrue(numbers.IsNew("a", Message(1, 1025)));
        Assert.IsTrue(numbers.IsNew("a", Message(1, 1)), "what is forgotten counts again: memory is bounded");
    }

    private static JsonElement Message(uint boot, uint seq) => JsonDocument.Parse($"{{\"boot\":{boot},\"seq\":{seq}}}").RootElement;
}
