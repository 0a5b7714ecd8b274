using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Keys that do not hold, again and again: refused unread, seen, and nobody else locked out.</summary>
[TestClass]
public sealed class FailedKeysTests
{
    private readonly SteppedTime _time = new();

    [TestMethod]
    public void AnAddressHasItsLimitForAMinute()
    {
        FailedKeys failures = new(_time);
        for (int i = 0; i < FailedKeys.Limit; i++)
        {
            Assert.IsNull(failures.Judge("1.1.1.1", $"{i:000000000000}", out _, out _));
            failures.Failed("1.1.1.1", $"{i:000000000000}");
        }

        Assert.AreEqual("too-many-failures", failures.Judge("1.1.1.1", null, out bool first, out bool firstOfAll)!.Token);
        Assert.IsTrue(first && firstOfAll);
        Assert.IsNotNull(failures.Judge("1.1.1.1", "aaaaaaaaaaaa", out first, out firstOfAll));
        Assert.IsFalse(first || firstOfAll, "told once");
        Assert.IsNull(failures.Judge("2.2.2.2", "aaaaaaaaaaaa", out _, out _), "another address");
        Assert.AreEqual(2, failures.Refused);
        _time.Now += TimeSpan.FromMinutes(1);
        Assert.IsNull(failures.Judge("1.1.1.1", null, out _, out _));
    }

    [TestMethod]
    public void AKeyHasItsLimitFromWhereverItIsTried()
    {
        FailedKeys failures = new(_time);
        failures.Held("9.9.9.9", "aaaaaaaaaaaa");
        for (int i = 0; i < FailedKeys.Limit; i++)
        {
            failures.Failed($"1.1.1.{i}", "aaaaaaaaaaaa");
        }

        Assert.IsNotNull(failures.Judge("3.3.3.3", "aaaaaaaaaaaa", out _, out _));
        Assert.IsNull(failures.Judge("3.3.3.3", "bbbbbbbbbbbb", out _, out _), "another key");
        Assert.IsNull(failures.Judge("9.9.9.9", "aaaaaaaaaaaa", out _, out _), "where it has held it is read");
        failures.Failed("9.9.9.9", "aaaaaaaaaaaa");
        Assert.IsNotNull(failures.Judge("9.9.9.9", "aaaaaaaaaaaa", out _, out _), "until it fails there");
    }

    [TestMethod]
    public void ManyAddressesFillNoMemoryAndShareOneCount()
    {
        FailedKeys failures = new(_time);
        for (int i = 0; i < FailedKeys.Remembered + FailedKeys.Limit; i++)
        {
            failures.Failed($"address-{i}", null);
        }

        Assert.IsNotNull(failures.Judge("one more", null, out _, out _));
        Assert.IsNull(failures.Judge("address-0", null, out _, out _), "who has a count of its own keeps it");
        for (int i = 0; i <= FailedKeys.Remembered; i++)
        {
            failures.Held($"holder-{i}", "aaaaaaaaaaaa");
        }

        Assert.IsNotNull(failures.Judge("holder-0", "aaaaaaaaaaaa", out _, out _), "the oldest is forgotten");
        Assert.IsNull(failures.Judge("holder-1", "aaaaaaaaaaaa", out _, out _));
    }

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
