using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using DeviceFirmware.Factory;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Tools;
using Microsoft.Data.Sqlite;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>Which boards may leave under which profile, and what stays of it in the record.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class AdmissionTests
{
    private const string Hardware = "240ac4001122";

    private static readonly BoardPosture _hardened = BoardPosture.Nothing
        .With("hardwareId", Hardware).With("secureBoot", "v2").With("flashEncryption", "release").With("jtag", "off").With("debugger", "silent");

    [TestMethod]
    public void ProductionAdmitsWhatItAsksFor()
    {
        (Admission? admission, StationStop? stop) = Admit(AdmissionRule.Production, _hardened, null);
        Assert.AreEqual(new Admission(AdmissionRule.Production, _hardened.Encode(), null), admission, stop?.Line);
        Assert.IsNull(Admit(AdmissionRule.Production, _hardened, "not needed").Admission!.Exception, "an exception that was not needed is none");
    }

    [TestMethod]
    [DataRow("secureBoot", "off")]
    [DataRow("secureBoot", "v1")]
    [DataRow("secureBoot", "unknown")]
    [DataRow("flashEncryption", "off")]
    [DataRow("flashEncryption", "development")]
    [DataRow("flashEncryption", "unknown")]
    [DataRow("jtag", "open")]
    [DataRow("jtag", "unknown")]
    [DataRow("debugger", "open")]
    [DataRow("debugger", "unknown")]
    public void ProductionRefusesEachThingBelowItExceptForAReason(string member, string value)
    {
        BoardPosture below = _hardened.With(member, value);
        (Admission? refused, StationStop? stop) = Admit(AdmissionRule.Production, below, null);
        Assert.IsNull(refused);
        StringAssert.StartsWith(stop!.Line, $"refused: below-profile: {member} is {value}");
        Assert.AreEqual("rework 7", Admit(AdmissionRule.Production, below, "rework 7").Admission!.Exception);
        Assert.IsNull(Admit(AdmissionRule.Dev, below, null).Admission!.Exception);
    }

    [TestMethod]
    public void APostureIsItsBoardsAndNoOthers()
    {
        foreach (string profile in (string[])[AdmissionRule.Dev, AdmissionRule.Production])
        {
            Assert.AreEqual("posture-of-other-board", Admit(profile, _hardened.With("hardwareId", "240ac4001123"), "reason").Stop?.Token);
            Assert.AreEqual("posture-of-other-board", Admit(profile, _hardened.With("hardwareId", BoardPosture.Unknown), "reason").Stop?.Token);
        }

        Assert.AreEqual("below-profile", Admit(AdmissionRule.Production, null, null).Stop?.Token, "nobody looked");
    }

    [TestMethod]
    public void TheProductionEnvironmentKnowsOneProfile()
    {
        Assert.AreEqual(AdmissionRule.Production, AdmissionRule.ProfileOf("prod"));
        Assert.AreEqual(AdmissionRule.Dev, AdmissionRule.ProfileOf("lab"));
        AdmissionRule dev = new(AdmissionRule.Dev, _hardened, null);
        Assert.AreEqual("profile-too-low", dev.Admit("prod", Hardware).Stop?.Token);
    }

    [TestMethod]
    public void ARefusedBoardGetsNoCertificateAndTheRecordKeepsTheException()
    {
        using Bench bench = new();
        FakeBoard board = bench.NewBoard(Hardware);
        BoardPosture stock = BoardPosture.Nothing.With("hardwareId", Hardware).With("debugger", "open");
        Assert.AreEqual("below-profile", bench.Run(new FakeLine(board), rule: new AdmissionRule(AdmissionRule.Production, stock, null))?.Token);
        Assert.IsEmpty(bench.Database.All());
        Assert.IsNull(board.Identity);

        Assert.IsNull(bench.Run(new FakeLine(board), rule: new AdmissionRule(AdmissionRule.Production, stock, "pilot series")));
        Assert.IsTrue(bench.Told.Exists(line => line.Contains("EXCEPTION, recorded", StringComparison.Ordinal)));
        Assert.AreEqual(new Admission(AdmissionRule.Production, stock.Encode(), "pilot series"), bench.Database.FindById("board-1")!.Admission);

        ToolRun shown = ToolRun.Of("factory", "show", "--data", bench.DataDirectory);
        StringAssert.Contains(shown.MustEndWith(0).Output, "EXCEPTION: pilot series");
        ToolRun.Of("factory", "export", "--data", bench.DataDirectory, "--station-key", bench.StationKey, "--out", bench["manifest.json"]).MustEndWith(0);
        string manifest = File.ReadAllText(bench["manifest.json"]);
        JsonNode record = JsonNode.Parse(manifest)![0]!;
        Assert.AreEqual("open", record["posture"]!["debugger"]!.GetValue<string>());
        Assert.IsTrue(ManufacturingRecord.TryParse(System.Text.Encoding.UTF8.GetBytes(manifest), out IReadOnlyList<Device>? devices, out string? problem), problem);
        Assert.AreEqual(("production", stock.Encode(), "pilot series"), (devices[0].Profile, devices[0].Posture, devices[0].ProfileException));
        string hostile = manifest.Replace("\"debugger\": \"open\"", "\"debugger\": \"ajar\"", StringComparison.Ordinal);
        Assert.IsFalse(ManufacturingRecord.TryParse(System.Text.Encoding.UTF8.GetBytes(hostile), out _, out problem));
        StringAssert.Contains(problem, "'posture' has");
    }

    [TestMethod]
    public void TheOptionsSayIt()
    {
        using Bench bench = new();
        FakeBoard board = bench.NewBoard(Hardware);
        File.WriteAllText(bench["posture.json"], _hardened.Encode());
        File.WriteAllText(bench["broken.json"], "{}");
        using (new PseudoTerminal(board, bench["tty"]))
        {
            One(bench, "--profile", "lax").MustBeBadInput();
            One(bench, "--exception", "why not").MustBeBadInput();
            One(bench, "--posture", bench["broken.json"]).MustBeBadInput();
            One(bench, "--profile", "production").MustRefuse("below-profile");
            One(bench, "--profile", "production", "--posture", bench["posture.json"]).MustEndWith(0);
        }

        Assert.AreEqual(_hardened.Encode(), bench.Database.FindById("board-1")!.Admission!.Posture);
    }

    /// <summary>A record from before there were profiles opens, and nothing is claimed for its boards.</summary>
    [TestMethod]
    public void ARecordOfTheFormerFormatOpens()
    {
        using Bench bench = new();
        Assert.IsNull(bench.Run(new FakeLine(bench.NewBoard(Hardware))));
        using (SqliteConnection connection = new($"Data Source={Path.Combine(bench.DataDirectory, "factory.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DROP TABLE entry; DROP TABLE nonce; DROP TABLE reservation; DROP TABLE claim; DROP TABLE secret; DROP TABLE fingerprint; DROP TABLE shipment; DROP TABLE setting; DROP TABLE former; DROP INDEX board_hardware; ALTER TABLE board DROP COLUMN profile; ALTER TABLE board DROP COLUMN posture; ALTER TABLE board DROP COLUMN exception; PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        using ManufacturingDatabase opened = ManufacturingDatabase.Open(bench.DataDirectory, create: false);
        BoardRecord record = opened.FindById("board-1")!;
        Assert.IsNull(record.Admission);
        Assert.IsNull(RecordVerification.WhyNot(opened, []));
        Assert.AreEqual(BoardRecordState.Completed, record.State);
        Assert.IsNull(JsonNode.Parse(RecordJson.Write(opened.All()))![0]!["profile"]);
        Assert.IsNull(bench.Run(new FakeLine(bench.NewBoard()), "board-2", new SigningDesk(opened, new CertificateIssuer(bench.Ca), TimeProvider.System)));
        Assert.AreEqual(AdmissionRule.Dev, opened.FindById("board-2")!.Admission!.Profile);
    }

    private static (Admission? Admission, StationStop? Stop) Admit(string profile, BoardPosture? posture, string? exception) =>
        new AdmissionRule(profile, posture, exception).Admit("lab", Hardware);

    private static ToolRun One(Bench bench, params string[] more) => ToolRun.Of(
        "factory",
        [
            "one", "--port", bench["tty"], "--id", "board-1", "--data", bench.DataDirectory, "--ca-certificate", bench.Environment.FactoryIssuing,
            "--ca-key", bench.Environment.FactoryIssuingKey, "--root", bench.Environment.FactoryRoot, "--broker-host", "localhost",
            "--broker-port", "8883", "--image", bench.Environment.Image, "--batch", "b", "--line", "l", "--station", "s", "--operator", "o", .. more,
        ]);
}
