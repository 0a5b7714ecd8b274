using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The log: one line a decision, whatever the values are.</summary>
[TestClass]
public sealed class DecisionLogTests
{
    [TestMethod]
    public void ALineIsALine()
    {
        using StringWriter output = new();
        DecisionLog log = new(output, new FixedTime());
        log.Write("denied", ("action", "publish"), ("device", "board-a"), ("none", null), ("resource", "topic:devices/b/telemetry"), ("reason", "no \"allow\""));
        Assert.AreEqual(
            "2026-11-22T10:00:00.000Z denied action=publish device=board-a resource=topic:devices/b/telemetry reason=\"no \\\"allow\\\"\"\n",
            output.ToString().ReplaceLineEndings("\n"));
    }

    [TestMethod]
    [DataRow("a\n2026-11-22T10:00:00.000Z allowed", """x="a\u000a2026-11-22T10:00:00.000Z allowed" """)]
    [DataRow("a token=allowed", """x="a token=allowed" """)]
    [DataRow("\u001b[2J", """x="\u001b[2J" """)]
    [DataRow("é", """x="\u00e9" """)]
    [DataRow("\\", """x="\\" """)]
    [DataRow("", """x="" """)]
    public void HostileValuesStayInsideTheirQuotes(string value, string expected)
    {
        using StringWriter output = new();
        new DecisionLog(output, new FixedTime()).Write("denied", ("x", value));
        Assert.EndsWith(expected.TrimEnd() + "\n", output.ToString().ReplaceLineEndings("\n"));
        Assert.AreEqual(1, output.ToString().Count(c => c == '\n'));
    }

    [TestMethod]
    public void TheRingIsBounded()
    {
        DecisionLog log = new(TextWriter.Null, TimeProvider.System);
        for (int i = 0; i < DecisionLog.Capacity + 10; i++)
        {
            log.Write("state", ("value", new string('x', 1000)));
        }

        IReadOnlyList<LogEntry> kept = log.After(0, int.MaxValue);
        Assert.HasCount(DecisionLog.Capacity, kept);
        Assert.AreEqual(11, kept[0].Number);
        Assert.AreEqual(257, kept[0].Fields[0].Value.Length);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            return new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
        }
    }
}
