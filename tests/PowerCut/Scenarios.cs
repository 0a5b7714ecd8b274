using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Image;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.PowerCut.Flash;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.PowerCut;

/// <summary>Every part of a board's life that writes flash.</summary>
internal static class Scenarios
{
    /// <summary>By version: the payload's one module, to recognise what runs.</summary>
    internal static readonly Dictionary<string, byte[]> Modules = new()
    {
        ["1.0.0+0"] = Module(1, 60),
        ["1.1.0+0"] = Module(2, 60),
        ["1.2.0+0"] = Module(3, 60),
        ["2.0.0+0"] = Module(4, 2200),
    };

    private static readonly byte[] _keptModule = [0x4D, 0x5A, 0x90, 0x00, 0x03];
    private static readonly byte[] _old = Image("1.0.0", 1).Build();
    private static readonly byte[] _new = Image("1.1.0", 2).Build();
    private static readonly byte[] _newTwin = Twin(Image("1.1.0", 2)).Build();
    private static readonly byte[] _newer = Image("1.2.0", 3).Build();
    private static readonly byte[] _large = Image("2.0.0", 2).Build();

    private static readonly byte[] _trust = TestTrust.Order(1, new TrustSet(1, TestTrust.Root, TestTrust.OperationalCa, TestTrust.Host, 8884, TestKeys.Time.PublicKey.Encode()));

    internal static readonly Scenario[] All =
    [
        new("first boot", () => new MemoryFiles(), "", 0),
        new("provisioning", WithKey, "1.0.0+0", 1) { StationImage = _old, Stride = 5 },
        new("first boot and provisioning", () => new MemoryFiles(), "1.0.0+0", 1) { StationImage = _old, Stride = 29, IsCutAgain = false },
        new("update", () => InUse(_old, 1), "1.1.0+0", 2) { Offers = [_new] },
        new("update in parts", () => InUse(_old, 1), "2.0.0+0", 2) { Offers = [_large], Stride = 3, IsCutAgain = false },
        new("resume", () => Arriving(_large, 1500), "2.0.0+0", 2) { Offers = [_large], Stride = 4 },
        new("resume of something else", () => Arriving(_large, -1500), "2.0.0+0", 2) { Offers = [_large], Stride = 7, IsCutAgain = false },
        new("trial and confirmation", () => Staged(_new), "1.1.0+0", 2) { Offers = [_new] },
        new("counter raised late", () => Confirmed(_new), "1.1.0+0", 2) { Offers = [_new] },
        new("revert: crash", () => Staged(_new), "1.2.0+0", 3) { Offers = [_new, _newTwin, _newer], Behaviours = new() { ["1.1.0+0"] = Behaviour.Crashes }, Stride = 7 },
        new("revert: hang", () => Staged(_new), "1.2.0+0", 3) { Offers = [_new, _newTwin, _newer], Behaviours = new() { ["1.1.0+0"] = Behaviour.Hangs }, Stride = 4, IsCutAgain = false },
        new("revert: kills the board", () => Staged(_new), "1.2.0+0", 3) { Offers = [_new, _newTwin, _newer], Behaviours = new() { ["1.1.0+0"] = Behaviour.KillsTheBoard }, Stride = 9, IsCutAgain = false },
        new("revert: unwell", () => Staged(_new), "1.2.0+0", 3) { Offers = [_new, _newTwin, _newer], Behaviours = new() { ["1.1.0+0"] = Behaviour.Unwell }, Stride = 4, IsCutAgain = false },
        new("no network, tried again", () => Staged(_new), "1.1.0+0", 2) { Offers = [_new], Behaviours = new() { ["1.1.0+0"] = Behaviour.MeetsNoNetwork }, Stride = 40, IsCutAgain = false },
        new("fallback", () => Damaged(Confirmed(Image("1.1.0", 1).Build()), "slot-b.img"), "1.2.0+0", 3) { Offers = [_newer], Stride = 3 },
        new("recovery", () => Damaged(InUse(_old, 1), "slot-a.img"), "1.1.0+0", 2) { StationImage = _new },
        new("recovery of both", () => Damaged(Damaged(Confirmed(_new), "slot-b.img"), "slot-a.img"), "1.2.0+0", 3) { StationImage = _newer },
        new("a network of the owner's", () => Joining("old", null), "1.0.0+0", 1) { OwnersNetwork = "home", Settled = store => Joins(store, "home"), Stride = 2 },
        new("a network that fails", () => Joining("good", "bad"), "1.0.0+0", 1) { RefusedNetwork = "bad", Settled = store => Joins(store, "good"), Stride = 3 },
        new("a network from before the seal", WithOldNetwork, "1.0.0+0", 1) { Settled = store => Joins(store, "factory") && IdentityRecord.Load(store).NetworkName.Length == 0, Stride = 12, IsCutAgain = false },
        new("orders", () => InUse(_old, 1), "1.0.0+0", 1) { Orders = Orders(), Settled = store => Remembered.None.After(store) is { Orders: 2, Boots: > 1 }, Stride = 6 },
        .. YearsScenarios.All(() => InUse(_old, 1), () => Joining("old", null)),
        new("a trust set", () => InUse(_old, 1), "1.0.0+0", 1) { Orders = [_trust], OldBrokerGoes = true, Settled = IsMoved, Erased = TrustSets.RecordName, Stride = 100, IsCutAgain = false },
        new("a trust set, ordered again", () => InUse(_old, 1), "1.0.0+0", 1) { Orders = [_trust], OrdersComeLate = true, Settled = IsMoved, LastAnswers = ["repeated", "in-force"], Erased = TrustSets.RecordName, Stride = 300, IsCutAgain = false },
        new("a trust set, and a root in the CA store", WithCaStore, "1.0.0+0", 1) { Orders = [_trust], Settled = IsMoved, Stride = 300, IsCutAgain = false },
        new("settings taken, then refused", () => HavingSettings(4), "1.0.0+0", 1) { Settings = [Settings(5, "good"), Settings(6, "wrong")], Settled = store => Has(store, 5, 6), Stride = 3 },
        .. new[] { "confirmed", "receiving", "staged", "trial", "rejected", "updated" }.Select(FormatBefore),
    ];

    /// <summary>True for the code that was signed as that version, here or in the kept files.</summary>
    internal static bool IsModuleOf(string version, byte[] module)
    {
        return module.AsSpan().SequenceEqual(_keptModule) || (Modules.TryGetValue(version, out byte[]? signed) && module.AsSpan().SequenceEqual(signed));
    }

    /// <summary>The format before this one, kept as its firmware wrote it.</summary>
    private static Scenario FormatBefore(string state)
    {
        // Its images have the same versions and other payloads.
        return new("format 1: " + state, () => KeptFlash.Read(state), "1.2.0+0", 3) { Offers = [_newer], Stride = 5, IsCutAgain = state is "confirmed" or "staged" };
    }

    private static ImageBuilder Image(string version, uint counter)
    {
        return new ImageBuilder { Version = ImageVersion.Parse(version), Payload = ImageBuilder.DotNetPayload(Modules[version + "+0"]) }.Counter(counter);
    }

    private static ImageBuilder Twin(ImageBuilder builder)
    {
        builder.IsOtherSignature = true;
        return builder;
    }

    private static byte[] Module(int seed, int length)
    {
        byte[] module = new byte[length];
        new Random(seed).NextBytes(module);
        return module;
    }

    private static MemoryFiles WithKey()
    {
        MemoryFiles files = new();
        TestBoard.KeepKey(new RecordStore(files), TestKeys.Device);
        return files.Copy();
    }

    private static MemoryFiles InUse(byte[] image, uint counter)
    {
        MemoryFiles files = WithKey();
        RecordStore store = new(files);
        new SecurityCounter(store, 0).RaiseTo(counter);
        SlotTable table = SlotTable.Load(store);
        table.BeginReceiving(TestImages.FileHash(image));
        files.Put("slot-a.img", image);
        table.Install(TestImages.Verify(files, "slot-a.img"));
        store.Write("identity", TestBoard.Identity().Encode());
        return files.Copy();
    }

    /// <summary>The file's first bytes are there; negative: bytes that are not the file's.</summary>
    private static MemoryFiles Arriving(byte[] image, int bytes)
    {
        MemoryFiles files = InUse(_old, 1);
        SlotTable.Load(new RecordStore(files)).BeginReceiving(TestImages.FileHash(image));
        files.Put("slot-b.img", bytes > 0 ? image[..bytes] : new byte[-bytes]);
        return files.Copy();
    }

    private static MemoryFiles Staged(byte[] image)
    {
        MemoryFiles files = InUse(_old, 1);
        SlotTable table = SlotTable.Load(new RecordStore(files));
        table.BeginReceiving(TestImages.FileHash(image));
        files.Put("slot-b.img", image);
        table.Stage(TestImages.Verify(files, "slot-b.img"));
        return files.Copy();
    }

    /// <summary>Confirmed, and the counter not raised yet.</summary>
    private static MemoryFiles Confirmed(byte[] image)
    {
        MemoryFiles files = Staged(image);
        SlotTable table = SlotTable.Load(new RecordStore(files));
        table.StartTrial(1);
        table.Confirm(1);
        return files.Copy();
    }

    /// <summary>A restart and a report.</summary>
    private static byte[][] Orders() => [TestOrders.ToBoard(OrderVerb.Restart, 1, []), TestOrders.ToBoard(OrderVerb.Report, 2, [])];

    private static MemoryFiles Joining(string worked, string? next)
    {
        MemoryFiles files = InUse(_old, 1);
        SetupPassword.Record(new RecordStore(files), new MemorySealer(), new MemoryEntropy(1)).Write("7XK2M9QD4T0A"u8.ToArray());
        Remembered.Networks(new RecordStore(files)).Save(new NetworkCredentials(worked, Remembered.WifiPassword), next is null ? null : new NetworkCredentials(next, Remembered.WifiPassword));
        return files.Copy();
    }

    /// <summary>Confirmed.</summary>
    private static bool IsMoved(RecordStore store) => Remembered.TrustOf(store) is { Active.Sequence: 1, Staged: null };

    private static MemoryFiles WithCaStore()
    {
        MemoryFiles files = InUse(_old, 1);
        files.Put(Outside.CaStore.Name, TestPki.FleetRoot);
        return files.Copy();
    }

    private static byte[] Settings(long version, string name)
    {
        SettingsDocument settings = new(version);
        settings.Add(SettingValue.OfNumber(name, 1));
        return settings.Encode();
    }

    private static MemoryFiles HavingSettings(long version)
    {
        MemoryFiles files = InUse(_old, 1);
        Remembered.SettingsOf(new RecordStore(files)).Accept(SettingsDocument.Decode(Settings(version, "old")));
        return files.Copy();
    }

    /// <summary>
    /// The last version was judged, and the one before it is in force; a cut while the application was asked may have cost either try, never what
    /// was in force.
    /// </summary>
    private static bool Has(RecordStore store, long inForce, long judged)
    {
        SettingsRecord record = Remembered.SettingsOf(store);
        return record.Last.Version == judged && (record.InForce.Version == inForce || record.InForce.Version == inForce - 1);
    }

    private static bool Joins(RecordStore store, string name)
    {
        Remembered.Networks(store).Load(out NetworkCredentials? worked, out NetworkCredentials? next);
        return worked?.Name == name && next is null;
    }

    /// <summary>The identity record has name and password, as it had before they were sealed.</summary>
    private static MemoryFiles WithOldNetwork()
    {
        MemoryFiles files = InUse(_old, 1);
        IdentityMessage now = TestBoard.Identity();
        byte[] old = new IdentityMessage(now.Certificate, now.Issuer, now.BrokerHost, now.BrokerPort, now.TelemetrySeconds, "factory", Remembered.WifiPassword).Encode();
        new RecordStore(files).Write("identity", old);
        return files.Copy();
    }

    private static MemoryFiles Damaged(MemoryFiles files, string name)
    {
        byte[] image = files.Peek(name);
        image[40] ^= 0x10;
        files.Put(name, image);
        return files;
    }
}
