using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using DeviceFirmware.Board;
using DeviceFirmware.Scenario.Factory;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Scenario.Board;

/// <summary><c>board doctor</c>: what is missing, in a person's words, and nothing is changed.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class DoctorTests
{
    private readonly NanoffStandIn _nanoff = new();
    private readonly TemporaryDirectory _directory = new();

    [TestCleanup]
    public void Clean()
    {
        _nanoff.Dispose();
        _directory.Dispose();
    }

    [TestMethod]
    public void AGoodBoardHasNoProblemAndNothingIsWritten()
    {
        ToolRun run = Doctor("--posture", _directory["posture.json"]);
        run.MustEndWith(0);
        foreach (string token in (string[])["sdk", "nanoff", "deployment", "port", "clr", "chip", "posture"])
        {
            StringAssert.Contains(run.Output, $"[{token}]");
        }

        BoardPosture posture = BoardPosture.Decode(File.ReadAllBytes(_directory["posture.json"]), out _)!;
        Assert.AreEqual(
            "hardwareId=240ac4001122 chip=ESP32 clrTarget=ESP32_PSRAM_REV3 clrVersion=1.17.0.138 secureBoot=unknown flashEncryption=unknown jtag=unknown debugger=open download=unknown",
            string.Join(' ', posture.Members.Select(member => $"{member.Name}={member.Value}")));
        Assert.IsTrue(_nanoff.Calls.All(call => call == "--version" || (call.Contains("--devicedetails", StringComparison.Ordinal) && !call.Contains("--checkpsram", StringComparison.Ordinal))));
    }

    [TestMethod]
    [DataRow("chip", "ESP32 (ESP32", "ESP32-S3 (ESP32", "other-chip")]
    [DataRow("chip", "PSRAM: undetermined", "PSRAM: not available", "no-psram")]
    [DataRow("chip", "Flash size 4MB", "Flash size 2MB", "flash-too-small")]
    [DataRow("chip", "MAC ", "mac ", "no-chip")]
    [DataRow("clr", "1.17.0.138", "1.12.1.115", "other-clr")]
    [DataRow("clr", "0x1549C856", "0x445C7AF9", "other-natives")]
    [DataRow("clr", "ESP32_PSRAM_REV3", "ESP32_REV3", "other-target")]
    public void AProblemIsNamedWithWhyAndWhatToDo(string what, string was, string @is, string token)
    {
        _nanoff.Says(what, (what == "chip" ? NanoffStandIn.Esp32 : NanoffStandIn.Clr).Replace(was, @is, StringComparison.Ordinal));
        JsonObject finding = Findings(Doctor("--json").MustEndWith(1)).Single(f => f["token"]!.GetValue<string>() == token);
        Assert.AreEqual("problem", finding["weight"]!.GetValue<string>());
        Assert.IsTrue(((string[])["what", "why", "do"]).All(member => finding[member]!.GetValue<string>().Length > 10), finding.ToJsonString());
    }

    [TestMethod]
    public void TheComputerIsLookedAtBeforeTheBoard()
    {
        Tokens("no-nanoff", Doctor("--json", "--nanoff", _directory["absent"]));
        _nanoff.Says("version", "nanoff 2.5.100\n");
        JsonObject other = Findings(Doctor("--json").MustEndWith(0)).Single(finding => finding["token"]!.GetValue<string>() == "other-nanoff");
        StringAssert.Contains(other["do"]!.GetValue<string>(), Pins.Nanoff);
        File.WriteAllBytes(_nanoff.Deployment, Assemblies.Make("DeviceFirmware.Core", 0));
        Tokens("bad-deployment", Doctor("--json"));
    }

    [TestMethod]
    public void APortThatIsAbsentBusyOrForbidden()
    {
        Tokens("no-such-port", Run("--port", _directory["absent"], "--json"));
        using (FileStream held = new(_directory["tty"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            Tokens("port-busy", Doctor("--json"));
        }

        if (Environment.IsPrivilegedProcess)
        {
            return; // nothing is forbidden to root
        }

        File.SetUnixFileMode(_directory["tty"], UnixFileMode.None);
        Tokens("no-permission", Doctor("--json"));
    }

    [TestMethod]
    public void AnAdapterWithoutAPortLacksItsDriver()
    {
        string device = Directory.CreateDirectory(_directory["sys/bus/usb/devices/1-1"]).FullName;
        File.WriteAllText(Path.Combine(device, "idVendor"), "10c4\n");
        File.WriteAllText(Path.Combine(device, "idProduct"), "ea60\n");
        SerialPorts ports = new(_directory.Path);
        Assert.IsEmpty(ports.Present());
        Assert.AreEqual(("Silicon Labs CP210x (10c4:ea60)", "cp210x"), ports.Adapters().Single());
        Directory.CreateDirectory(_directory["dev"]);
        File.WriteAllText(_directory["dev/ttyUSB0"], "");
        Assert.HasCount(1, ports.Present());
        Examination examination = new(new ExaminationRequest(null, null, null, null, null), _nanoff.Program, TimeSpan.FromSeconds(20), new SerialPorts(_directory["none"]), _ => { });
        examination.Run();
        Assert.IsTrue(examination.Findings.Any(finding => finding.Token == "no-port"));
    }

    [TestMethod]
    public void TheEfusesOfAnotherBoardAreNotThisBoards()
    {
        const string Fuses = "MAC (BLOCK0)   Factory MAC Address = 24:0a:c4:00:11:22 (CRC 0x12 OK) R/W\nABS_DONE_1 (BLOCK0)   Secure boot V2 = True R/W (0b1)\n";
        File.WriteAllText(_directory["efuses.txt"], Fuses);
        JsonNode good = JsonNode.Parse(Doctor("--json", "--espefuse", _directory["efuses.txt"]).MustEndWith(0).Output)!;
        Assert.AreEqual("v2", good["posture"]!["secureBoot"]!.GetValue<string>());
        File.WriteAllText(_directory["efuses.txt"], Fuses.Replace("00:11:22", "00:11:23", StringComparison.Ordinal));
        ToolRun run = Doctor("--json", "--espefuse", _directory["efuses.txt"]);
        Tokens("two-boards", run);
        Assert.AreEqual("unknown", JsonNode.Parse(run.Output)!["posture"]!["secureBoot"]!.GetValue<string>());
        File.WriteAllText(_directory["efuses.txt"], "nothing");
        Doctor("--espefuse", _directory["efuses.txt"]).MustBeBadInput();
    }

    /// <summary>Silence of the wire protocol says something only while the loader is heard, and is taken from no other board.</summary>
    [TestMethod]
    public void ASilentDebuggerIsOneBesideALivingLoader()
    {
        _nanoff.Fails("clr", 2001);
        Assert.AreEqual("unknown", JsonNode.Parse(Doctor("--json").Output)!["posture"]!["debugger"]!.GetValue<string>());
        using Bench bench = new();
        using (new PseudoTerminal(bench.NewBoard("240ac4001122"), bench["tty"]))
        {
            ToolRun heard = Doctor("--json", "--provisioning-port", bench["tty"]);
            heard.MustEndWith(0);
            Assert.AreEqual("silent", JsonNode.Parse(heard.Output)!["posture"]!["debugger"]!.GetValue<string>());
            ToolRun flashed = _nanoff.Flash();
            flashed.MustRefuse("no-clr");
        }

        using (new PseudoTerminal(bench.NewBoard("240ac4001199"), bench["tty"]))
        {
            Tokens("two-boards", Doctor("--json", "--provisioning-port", bench["tty"]));
        }
    }

    [TestMethod]
    public void TheLoadersGreetingIsPartOfFlashingWhenAskedFor()
    {
        using Bench bench = new();
        using (new PseudoTerminal(bench.NewBoard(), bench["tty"]))
        {
            ToolRun run = _nanoff.Flash("--provisioning-port", bench["tty"]);
            run.MustRefuse("other-board");
            StringAssert.Contains(run.Output, "environment lab, unprovisioned");
        }
    }

    [TestMethod]
    public void TheMonitorShowsTextAndNothingThatDraws()
    {
        Assert.AreEqual("ok\n[31m\ttext", MonitorCommand.Readable("ok\r\n\u001b[31m\t\0\u0007text\u00ff"u8));
    }

    private ToolRun Doctor(params string[] more)
    {
        if (!File.Exists(_directory["tty"]))
        {
            File.WriteAllText(_directory["tty"], "");
        }

        return Run(["--port", _directory["tty"], .. more]);
    }

    private ToolRun Run(params string[] more)
    {
        string[] nanoff = more.Contains("--nanoff") ? [] : ["--nanoff", _nanoff.Program];
        return ToolRun.Of("board", ["doctor", "--deployment", _nanoff.Deployment, .. nanoff, .. more]);
    }

    private static void Tokens(string token, ToolRun run)
    {
        run.MustEndWith(1);
        Assert.IsTrue(Findings(run).Any(finding => finding["token"]!.GetValue<string>() == token && finding["weight"]!.GetValue<string>() == "problem"), run.Output);
    }

    private static IEnumerable<JsonObject> Findings(ToolRun run) => JsonNode.Parse(run.Output)!["findings"]!.AsArray().Select(finding => finding!.AsObject());
}
