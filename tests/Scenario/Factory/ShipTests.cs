using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Factory;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>A signed manifest on its way to the fleet.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class ShipTests
{
    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void BoardsShipOnceAndTheFleetOpensWhatTheStationSigned()
    {
        Assert.IsNull(_bench.Run(new FakeLine(_bench.NewBoard()), "board-1"));
        Assert.IsNull(_bench.Run(new FakeLine(_bench.NewBoard()), "board-2"));
        Label();
        Ship("first").MustEndWith(0);
        Ship("none").MustRefuse("nothing-to-ship");
        Assert.IsNull(_bench.Run(new FakeLine(_bench.NewBoard()), "board-3"));
        Label();
        Ship("second").MustEndWith(0);
        Ship("second-again", "--again", "2").MustEndWith(0);
        Ship("first").MustRefuse("exists");
        Ship("third", "--again", "7").MustRefuse("no-such-manifest");

        StationKeys stations = new([_bench.StationPublic], "lab");
        Assert.AreEqual("board-1 board-2", Ids(stations, "first"));
        Assert.AreEqual("board-3", Ids(stations, "second"));
        Assert.AreEqual("board-3", Ids(stations, "second-again"));
        ToolRun.Of("factory", "verify", "--data", _bench.DataDirectory, "--station-public", _bench.StationPublic, "--head", _bench["first.head"], "--head", _bench["second.head"]).MustEndWith(0);
    }

    [TestMethod]
    public void TheFleetTakesNothingElse()
    {
        Assert.IsNull(_bench.Run(new FakeLine(_bench.NewBoard()), "board-1"));
        Label();
        Ship("manifest").MustEndWith(0);
        byte[] manifest = File.ReadAllBytes(_bench["manifest"]);
        StationKeys ours = new([_bench.StationPublic], "lab");
        Assert.AreEqual("other-environment", new StationKeys([_bench.StationPublic], "prod").Open(manifest).Refusal?.Token);
        Assert.AreEqual("unknown-station", new StationKeys([_bench.Environment.OtaPublic], "lab").Open(manifest).Refusal?.Token);
        Assert.AreEqual("unknown-station", new StationKeys([], "lab").Open(manifest).Refusal?.Token);
        Assert.AreEqual("unsigned-manifest", ours.Open("[]"u8.ToArray()).Refusal?.Token);
        Assert.AreEqual("malformed-manifest", new StationKeys([], "lab").Open("[]"u8.ToArray()).Refusal?.Token);
        for (int i = 0; i < manifest.Length; i += 11)
        {
            byte[] changed = [.. manifest];
            changed[i] ^= 1;
            Assert.IsNull(ours.Open(changed).Value, $"byte {i}");
        }
    }

    /// <summary>A board that waits for its label does not leave; its verifier goes with it then, and a repeat changes nothing.</summary>
    [TestMethod]
    public void ABoardShipsWithItsLabel()
    {
        Assert.IsNull(_bench.Run(new FakeLine(_bench.NewBoard()), "board-1"));
        Ship("early").MustRefuse("nothing-to-ship");
        Label();
        Ship("manifest").MustEndWith(0);
        Device device = new StationKeys([_bench.StationPublic], "lab").Open(File.ReadAllBytes(_bench["manifest"])).Value!.Single();
        StringAssert.StartsWith(device.ClaimVerifier, "pbkdf2-sha256$600000$");

        using Fleet.TemporaryDirectory fleet = new();
        using DeviceRegistry registry = Fleet.Records.Open(fleet);
        Assert.AreEqual(new ImportResult(1, 0), registry.Import([device with { ClaimVerifier = "" }]).Value);
        Assert.AreEqual(new ImportResult(0, 1), registry.Import([device]).Value);
        Assert.AreEqual(new ImportResult(0, 1), registry.Import([device]).Value);
        Assert.AreEqual(device.ClaimVerifier, registry.Find("board-1")!.ClaimVerifier);
        Assert.AreEqual("record-differs", registry.Import([device with { ClaimVerifier = device.ClaimVerifier[..^1] + "x" }]).Refusal?.Token);
    }

    private void Label() => ToolRun.Of("factory", "label", "--acknowledge", "--all", "--data", _bench.DataDirectory).MustEndWith(0);

    private ToolRun Ship(string file, params string[] more) => ToolRun.Of(
        "factory", ["ship", "--data", _bench.DataDirectory, "--environment", "lab", "--station-key", _bench.StationKey, "--out", _bench[file], .. more]);

    private string Ids(StationKeys stations, string file)
    {
        Outcome<IReadOnlyList<Device>> opened = stations.Open(File.ReadAllBytes(_bench[file]));
        Assert.IsNotNull(opened.Value, opened.Refusal?.Text);
        return string.Join(' ', opened.Value.Select(device => device.Id));
    }
}
