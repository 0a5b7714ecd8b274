using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What one device may do in a minute.</summary>
[TestClass]
public sealed class DeviceLimitsTests
{
    [TestMethod]
    public void ADeviceHasItsShareOfAMinuteAndNoMore()
    {
        SteppedTime time = new();
        DeviceLimits limits = new(new Limits(Connects: 2, Messages: 3, Bytes: 100), time);
        Assert.IsNull(limits.Connect("a", out _));
        Assert.IsNull(limits.Connect("a", out _));
        Assert.AreEqual("too-many-connects", limits.Connect("a", out bool first)!.Token);
        Assert.IsTrue(first);
        Assert.IsNull(limits.Publish("a", 1, out _), "who comes too often may still say what it has to say");
        Assert.IsNull(limits.Connect("b", out _), "another's share is its own");
        time.Now += TimeSpan.FromMinutes(1);
        Assert.IsNull(limits.Publish("a", 60, out _));
        Assert.AreEqual("too-many-bytes", limits.Publish("a", 60, out first)!.Token);
        Assert.IsTrue(first);
        Assert.IsNotNull(limits.Publish("a", 1, out first));
        Assert.IsFalse(first, "told once a minute");
        time.Now += TimeSpan.FromMinutes(1);
        for (int i = 0; i < 3; i++)
        {
            Assert.IsNull(limits.Publish("a", 1, out _));
        }

        Assert.AreEqual("too-many-messages", limits.Publish("a", 1, out _)!.Token);
        Assert.IsNull(limits.Connect("a", out _), "who has said enough may come back");
        for (int i = 0; i < 6; i++)
        {
            Assert.IsNull(limits.Token("a", out _));
            Assert.IsNull(limits.Request("b", out _));
        }

        Assert.AreEqual("too-many-tokens", limits.Token("a", out first)!.Token);
        Assert.IsTrue(first);
        Assert.IsNull(limits.Request("a", out _), "a request is another thing");
        Assert.AreEqual("too-many-requests", Enumerable.Range(0, 60).Select(_ => limits.Request("b", out bool _)?.Token).ToArray()[^1]);
        time.Now += TimeSpan.FromMinutes(1);
        Assert.IsNull(limits.Token("a", out _));
        Assert.IsNull(limits.Request("b", out _));
    }

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 10, 0, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
