using DeviceFirmware.Image;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Signer;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Scenario.Signer;

/// <summary>The log in this process: every cut of an append, every damaged byte.</summary>
[TestClass]
public sealed class ReleaseLogTests
{
    private static readonly string _digest = new('a', 64);

    private readonly TemporaryDirectory _directory = new();

    [TestCleanup]
    public void Clean() => _directory.Dispose();

    /// <summary>A power cut at every byte of an append: the entries before it stand, and the next one follows them.</summary>
    [TestMethod]
    public void ACutInsideAnAppendLeavesWhatWasThere()
    {
        string path = Make(2);
        byte[] two = File.ReadAllBytes(path);
        using (ReleaseLog log = ReleaseLog.Open(path, create: false))
        {
            Append(log, 3);
        }

        byte[] three = File.ReadAllBytes(path);
        for (int length = two.Length; length <= three.Length; length++)
        {
            File.WriteAllBytes(path, three[..length]);
            int expected = length == three.Length ? 3 : 2;
            using (ReleaseLog log = ReleaseLog.Open(path, create: false))
            {
                Assert.HasCount(expected, log.Entries, $"cut at {length}");
                Assert.AreEqual(length != two.Length && length != three.Length, log.IsTorn);
                Append(log, 4);
            }

            using ReleaseLog after = ReleaseLog.Open(path, create: false);
            Assert.HasCount(expected + 1, after.Entries);
            Assert.IsFalse(after.IsTorn);
        }
    }

    [TestMethod]
    public void NoByteOfAFinishedLineCanBeChanged()
    {
        string path = Make(3);
        byte[] good = File.ReadAllBytes(path);

        for (int i = 0; i < good.Length - 1; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 1;
            File.WriteAllBytes(path, bad);
            ToolFailure failure = Assert.ThrowsExactly<ToolFailure>(() => ReleaseLog.Open(path, create: false).Dispose(), $"byte {i}");
            StringAssert.StartsWith(failure.Message, "refused: log-damaged: ");
        }
    }

    [TestMethod]
    public void TheHeadThatWasHandedOverShowsARewrittenEnd()
    {
        string path = Make(3);
        string head;
        using (ReleaseLog log = ReleaseLog.Open(path, create: false))
        {
            head = log.Heads[^1];
        }

        byte[] good = File.ReadAllBytes(path);
        int lastLine = Array.LastIndexOf(good, (byte)'\n', good.Length - 2) + 1;
        File.WriteAllBytes(path, good[..lastLine]);
        using (ReleaseLog cut = ReleaseLog.Open(path, create: false))
        {
            CollectionAssert.DoesNotContain(cut.Heads.ToArray(), head);
            Append(cut, 9);
            CollectionAssert.DoesNotContain(cut.Heads.ToArray(), head);
        }
    }

    [TestMethod]
    public void OneProcessAtATime()
    {
        string path = Make(1);
        using ReleaseLog held = ReleaseLog.Open(path, create: false);
        Assert.ThrowsExactly<IOException>(() => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose());
    }

    [TestMethod]
    public void TheHighestOfATypeCountsNotTheLast()
    {
        using ReleaseLog log = ReleaseLog.Open(_directory["log"], create: true);
        Assert.IsNull(log.WhyNot("a", ImageVersion.Parse("0.0.0"), 0, _digest));
        log.Append(ImageVersion.Parse("2.0.0"), "a", 7, _digest, _digest, null, DateTimeOffset.UnixEpoch);
        log.Append(ImageVersion.Parse("1.0.0"), "a", 3, new string('b', 64), _digest, "a reason", DateTimeOffset.UnixEpoch);
        string other = new('c', 64);
        Assert.AreEqual("version-not-above", log.WhyNot("a", ImageVersion.Parse("1.5.0"), 7, other)?.Token);
        Assert.AreEqual("version-not-above", log.WhyNot("a", ImageVersion.Parse("2.0.0"), 8, other)?.Token);
        Assert.AreEqual("counter-below", log.WhyNot("a", ImageVersion.Parse("2.0.0+1"), 6, other)?.Token);
        Assert.IsNull(log.WhyNot("a", ImageVersion.Parse("2.0.0+1"), 7, other));
        Assert.IsNull(log.WhyNot("a", ImageVersion.Parse("1.0.0"), 3, new string('b', 64)));
        Assert.IsNull(log.WhyNot("b", ImageVersion.Parse("0.0.0"), 0, other));
    }

    private string Make(int entries)
    {
        string path = _directory["log"];
        using ReleaseLog log = ReleaseLog.Open(path, create: true);
        for (int i = 1; i <= entries; i++)
        {
            Append(log, i);
        }

        return path;
    }

    private static void Append(ReleaseLog log, int revision) =>
        log.Append(new ImageVersion(1, 0, revision, 0), "a", 1, new string((char)('0' + revision), 64), _digest, null, DateTimeOffset.UnixEpoch);
}
