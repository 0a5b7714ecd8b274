using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.PowerCut.Flash;
using DeviceFirmware.PowerCut.Outside;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.PowerCut;

/// <summary>
/// Flash put together by somebody with a programmer out of real ones: of another board, of another day, halves of files. Whatever it is, the
/// board runs code that was signed, at or above the counter that lies there, and connects as itself or not at all.
/// </summary>
[TestClass]
public sealed class SpliceTests
{
    private const string OtherHardwareId = "0242ac110003";

    private static readonly string[][] _groups =
    [
        ["identity-key.0", "identity-key.1", "key.0", "key.1"],
        ["identity.0", "identity.1"],
        ["counter.0", "counter.1"],
        ["slots.0", "slots.1"],
        ["slot-a.img"],
        ["slot-b.img"],
        ["seal.0", "seal.1"],
    ];

    /// <summary>1.0.0, counter 1.</summary>
    private static readonly MemoryFiles _before = TestBoard.Provisioned().Files;

    /// <summary>The same board a day later: 1.1.0, counter 2.</summary>
    private static readonly MemoryFiles _after = Updated();

    private static readonly MemoryFiles _other = Other();

    /// <summary>Each of the 128 mixtures of two boards, on the hardware of each.</summary>
    [TestMethod]
    public void FilesOfAnotherBoard()
    {
        foreach (MemoryFiles flash in Mixtures(_after, _other))
        {
            Seen seen = PowerOn(flash, TestPki.HardwareId);
            Assert.IsTrue(seen.ConnectedAs is null or TestPki.DeviceId, "connects as " + seen.ConnectedAs);
            seen = PowerOn(flash, OtherHardwareId);
            Assert.IsTrue(seen.ConnectedAs is null or "dev-0002", "connects as " + seen.ConnectedAs);
        }
    }

    /// <summary>Each of the 128 mixtures of one board's flash on two days.</summary>
    [TestMethod]
    public void OlderSnapshots()
    {
        int booted = 0;
        foreach (MemoryFiles flash in Mixtures(_before, _after))
        {
            Seen seen = PowerOn(flash, TestPki.HardwareId);
            Assert.IsTrue(seen.ConnectedAs is null or TestPki.DeviceId);
            booted += seen.Version is null ? 0 : 1;
        }

        Assert.IsGreaterThan(0, booted);
    }

    /// <summary>Everything goes back but the counter: nothing boots that is below it.</summary>
    [TestMethod]
    public void ARollbackOfAllButTheCounterWaitsForRecovery()
    {
        MemoryFiles flash = _before.Copy();
        Take(flash, _after, _groups[2]);
        Assert.IsNull(PowerOn(flash, TestPki.HardwareId).Version);
    }

    /// <summary>As THREATS.md says: the whole flash put back is the board of that day, old image and old counter included. It takes the update again.</summary>
    [TestMethod]
    public void ARollbackOfTheWholeFlashIsTheBoardOfThatDay()
    {
        MemoryFiles flash = _before.Copy();
        Seen seen = PowerOn(flash, TestPki.HardwareId);
        Assert.AreEqual("1.0.0+0", seen.Version);
        Assert.AreEqual(TestPki.DeviceId, seen.ConnectedAs);
        Assert.AreEqual(1u, new SecurityCounter(new RecordStore(flash), 0).Value);
        new Bench(Scenarios.All.Single(scenario => scenario.Name == "format 1: confirmed"), Facts.None.After(flash)).Live(flash);
        Assert.AreEqual("1.2.0+0", PowerOn(flash, TestPki.HardwareId).Version);
    }

    /// <summary>The platform formats the file system when it cannot mount it: at any moment of a life a new board, and not a more trusting one.</summary>
    [TestMethod]
    public void AFormattedFlashIsANewBoard()
    {
        MemoryFiles flash = new();
        Seen seen = PowerOn(flash, TestPki.HardwareId);
        Assert.IsNull(seen.Version);
        Assert.IsNull(seen.ConnectedAs);
        Assert.IsTrue(seen.SaysUnprovisioned);
        CollectionAssert.AreNotEqual(Facts.KeyOf(new RecordStore(_before)), Facts.KeyOf(new RecordStore(flash)));

        // Somebody puts single groups back.
        foreach (string[] group in _groups)
        {
            flash = new MemoryFiles();
            Take(flash, _after, group);
            seen = PowerOn(flash, TestPki.HardwareId);
            Assert.IsNull(seen.Version, group[0]);
            Assert.IsNull(seen.ConnectedAs, group[0]);
        }
    }

    /// <summary>Each file is the first part of one day's and the rest of the other's.</summary>
    [TestMethod]
    public void HalvesOfTwoFiles()
    {
        int tried = 0;
        foreach (string name in _groups.SelectMany(group => group))
        {
            byte[]? first = _before.Peek(name);
            byte[]? second = _after.Peek(name);
            if (first is null || second is null || first.AsSpan().SequenceEqual(second))
            {
                first ??= second is null ? null : _other.Peek(name);
                second = _other.Peek(name) ?? second;
            }

            if (first is null || second is null || first.AsSpan().SequenceEqual(second))
            {
                continue;
            }

            int shortest = Math.Min(first.Length, second.Length);
            for (int split = 1; split < shortest; split += split < 13 || split > shortest - 5 ? 1 : 37)
            {
                foreach (byte[] half in new byte[][] { [.. first[..split], .. second[split..]], [.. second[..split], .. first[split..]] })
                {
                    MemoryFiles flash = _after.Copy();
                    flash.Put(name, half);
                    Seen seen = PowerOn(flash, TestPki.HardwareId);
                    Assert.IsTrue(seen.ConnectedAs is null or TestPki.DeviceId, name + " at " + split);
                    tried++;
                }
            }
        }

        Assert.IsGreaterThan(100, tried);
    }

    private static IEnumerable<MemoryFiles> Mixtures(MemoryFiles first, MemoryFiles second)
    {
        for (int choice = 0; choice < 1 << _groups.Length; choice++)
        {
            MemoryFiles flash = first.Copy();
            for (int group = 0; group < _groups.Length; group++)
            {
                if ((choice & (1 << group)) != 0)
                {
                    Take(flash, second, _groups[group]);
                }
            }

            yield return flash;
        }
    }

    private static void Take(MemoryFiles to, MemoryFiles from, string[] names)
    {
        foreach (string name in names)
        {
            to.Put(name, from.Peek(name));
        }
    }

    /// <summary>One power-on, for long enough to connect; what runs is looked at here, whatever the flash.</summary>
    private static Seen PowerOn(MemoryFiles flash, string hardwareId)
    {
        uint stored = new SecurityCounter(new RecordStore(flash), 0).Value;
        TestBoard board = new(flash);
        board.Console.HardwareId = hardwareId;
        board.Clock.Patience = 100;
        try
        {
            new BoardLife(board.Parts()).Run();
        }
        catch (Exception end) when (end is BoardHaltedException or BoardRestartedException)
        {
        }

        string? version = board.Application.Image?.Version.ToString();
        if (version is not null)
        {
            byte[] module = board.Application.Image!.Modules.Single();
            Assert.IsTrue(Scenarios.IsModuleOf(version, module), "runs code that nobody signed");
            Assert.IsGreaterThanOrEqualTo(stored, board.Application.Image.SecurityCounter, "runs an image below the counter");
        }

        return new Seen(version, board.Link.ConnectCount > 0 ? board.Link.ClientId : null, board.Console.CountLines("serial state=unprovisioned") > 0);
    }

    private static MemoryFiles Updated() => KeptFlash.Read("updated");

    /// <summary>Another board of the same factory, on 1.1.0.</summary>
    private static MemoryFiles Other()
    {
        CertificateBuilder certificate = new CertificateBuilder(Name.Common("factory issuing"), Name.Device(OtherHardwareId, "dev-0002"), TestKeys.OtherDevice.PublicKey)
        {
            NotBefore = CertificateBuilder.Utc("260401120000Z"),
        }
            .With(Extension.BasicConstraints(false, -1))
            .With(Extension.KeyUsage(0x80))
            .With(Extension.Purpose(2))
            .With(Extension.Uri("urn:devicefirmware:" + TestPki.Environment + ":dev-0002"));
        MemoryFiles files = Updated();
        foreach (string name in _groups[0].Concat(_groups[1]))
        {
            files.Put(name, null);
        }

        RecordStore store = new(files);
        TestBoard.KeepKey(store, TestKeys.OtherDevice);
        store.Write("identity", new IdentityMessage(certificate.Build(TestKeys.Issuing), TestPki.Issuing, "broker.lab", 8883, 5, "", "").Encode());
        return files.Copy();
    }

    private sealed record Seen(string? Version, string? ConnectedAs, bool SaysUnprovisioned);
}
