using System.Runtime.Versioning;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary><c>factory one</c> as an operator runs it, over a pseudo-terminal.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class SerialLineTests
{
    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void ProvisionsOverAPseudoTerminal()
    {
        FakeBoard board = _bench.NewBoard();
        using (new PseudoTerminal(board, _bench["tty"]))
        {
            ToolRun run = One().MustEndWith(0);
            StringAssert.Contains(run.Output, "[7/7] ");
            Assert.IsNotNull(board.Identity);
            StringAssert.Contains(One().MustEndWith(0).Output, "nothing was sent");
            ToolRun refused = One("board-2").MustEndWith(1);
            StringAssert.StartsWith(refused.Error, "refused: provisioned: ");
        }

        // The pseudo-terminal is gone with its other end. Its number is free for the next one, so the link leads to a number nobody gets.
        File.Delete(_bench["tty"]);
        File.CreateSymbolicLink(_bench["tty"], "/dev/pts/none");
        ToolRun gone = One();
        gone.MustBeBadInput();
        StringAssert.Contains(gone.Error, "no such device");
    }

    [TestMethod]
    public void RefusesAFileThatIsNoSerialPort()
    {
        File.WriteAllText(_bench["tty"], "");
        One().MustBeBadInput();
    }

    [TestMethod]
    public void RefusesUnusableOptions()
    {
        One("Board").MustBeBadInput();
        One("board-1", "--telemetry-seconds", "0").MustBeBadInput();
        One("board-1", "--baud", "1").MustBeBadInput();
        One("board-1", "--ssid", new string('x', 33)).MustBeBadInput();
        One("board-1", "--nonsense").MustBeBadInput();
    }

    private ToolRun One(string id = "board-1", params string[] more) => ToolRun.Of(
        "factory",
        [
            "one", "--port", _bench["tty"], "--id", id, "--data", _bench.DataDirectory, "--ca-certificate", _bench.Environment.FactoryIssuing,
            "--ca-key", _bench.Environment.FactoryIssuingKey, "--root", _bench.Environment.FactoryRoot, "--broker-host", "localhost",
            "--broker-port", "8883", "--image", _bench.Environment.Image, "--batch", "b", "--line", "l", "--station", "s", "--operator", "o",
            "--answer-seconds", "20", "--greeting-seconds", "30", .. more,
        ]);
}
