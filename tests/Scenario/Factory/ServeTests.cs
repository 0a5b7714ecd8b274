using System.Runtime.Versioning;
using DeviceFirmware.Factory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Scenario.Tools;
using Spectre.Console;

namespace DeviceFirmware.Scenario.Factory;

/// <summary><c>factory serve</c>: boards come and go on several ports at once, as processes and pseudo-terminals and sockets have them.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class ServeTests
{
    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void ProvisionsWhateverAppearsOnAnyPort()
    {
        using PseudoTerminal one = new(_bench.NewBoard("hw-1"), _bench["ttyX1"]);
        using PseudoTerminal two = new(_bench.NewBoard("hw-2"), _bench["ttyX2"]);
        using BoardSocket three = new(_bench.NewBoard("hw-3"));
        ToolRun run = Serve("--boards", "3", "--port", _bench["ttyX*"], "--port", three.Port).MustEndWith(0);
        Assert.AreEqual(3, run.Output.Split('\n').Count(line => line.StartsWith("PASS ", StringComparison.Ordinal)), run.Output);
        StringAssert.Contains(run.Output, "passed 3, failed 0, ");
        CollectionAssert.AreEquivalent((string[])["unit-000001", "unit-000002", "unit-000003"], _bench.Database.All().Select(record => record.DeviceId).ToArray());
        Assert.IsTrue(_bench.Database.All().All(record => record.State == BoardRecordState.Completed));
        Assert.IsNull(RecordVerification.WhyNot(_bench.Database, []));
    }

    /// <summary>One port, one board after another; one that is wrong in between, and one that comes back.</summary>
    [TestMethod]
    public void ThePortTakesTheNextBoard()
    {
        using Bench other = new("prod");
        FakeBoard first = _bench.NewBoard("hw-1");
        FakeLine line = new(first);
        using Shift shift = new(_bench, line);
        Assert.AreEqual("unit-000001", shift.Wait(PortState.Pass).Device);
        line.Board = other.NewBoard("hw-2");
        StringAssert.Contains(shift.Wait(PortState.Fail).Text, "other-environment");
        line.Board = null;
        shift.Wait(PortState.Waiting);
        line.Board = first;
        StringAssert.Contains(shift.Wait(PortState.Pass).Text, "before");
        line.Board = _bench.NewBoard("hw-3");
        PortRow last = shift.Wait(PortState.Pass, "unit-000003");
        Assert.AreEqual(new Totals(2, 1, 0) with { BoardsAnHour = shift.Floor.Totals().BoardsAnHour }, shift.Floor.Totals());
        Assert.AreEqual("line-1", last.Port);
    }

    /// <summary>Unplugged in the middle of it and plugged in again, whenever: one identity, one id.</summary>
    [TestMethod]
    [DataRow(MessageType.Assign)]
    [DataRow(MessageType.Identity)]
    [DataRow(MessageType.ImageChunk)]
    [DataRow(MessageType.Finish)]
    public void UnpluggedAndPluggedInAgain(byte step)
    {
        FakeBoard board = _bench.NewBoard("hw-1");
        FakeLine line = new(board);
        line.Transmit = (_, request, answer) =>
        {
            line.IsLost |= request.Type == step;
            return answer();
        };
        using Shift shift = new(_bench, line);
        shift.Wait(PortState.Fail);
        board.Restart();
        line.Transmit = (_, _, answer) => answer();
        line.IsLost = false;
        Assert.AreEqual("unit-000001", shift.Wait(PortState.Pass).Device);
        Assert.AreEqual(1, _bench.Database.All().Count);
        CollectionAssert.AreEqual(board.Identity!.Certificate, _bench.Database.FindById("unit-000001")!.Certificate);
    }

    [TestMethod]
    public void TheVerdictIsSeenFromAMetreAway()
    {
        StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 120;
        PortRow[] rows = [new("/dev/ttyUSB0", PortState.Pass, "unit-000001", "provisioned", 3.2), new("/dev/ttyUSB1", PortState.Fail, "unit-000002", "refused: [x]", 1.5), new("/dev/ttyUSB2", PortState.Working, "unit-000003", "[3/7] csr", 0.2)];
        console.Write(LiveView.Draw(rows, new Totals(1, 1, 400), "repeated-nonce: broken"));
        string shown = text.ToString();
        StringAssert.Contains(shown, "passed 1, failed 1, 400 boards an hour");
        StringAssert.Contains(shown, "repeated-nonce: broken");
        StringAssert.Contains(shown, "refused: [x]");

        // Letters five lines high.
        Assert.IsTrue(shown.Split('\n').Count(line => line.Contains("_ \\", StringComparison.Ordinal) || line.Contains("|_", StringComparison.Ordinal)) >= 2, shown);
    }

    [TestMethod]
    public void RefusesUnusableOptions()
    {
        ToolRun.Of("factory", "serve").MustBeBadInput();
        Serve("--port", "tcp:localhost:1", "--id-prefix", "Unit").MustBeBadInput();
    }

    private ToolRun Serve(params string[] more) => ToolRun.Of(
        "factory",
        [
            "serve", "--data", _bench.DataDirectory, "--ca-certificate", _bench.Environment.FactoryIssuing,
            "--ca-key", _bench.Environment.FactoryIssuingKey, "--root", _bench.Environment.FactoryRoot, "--broker-host", "localhost",
            "--broker-port", "8883", "--image", _bench.Environment.Image, "--batch", "b", "--line", "l", "--station", "s", "--operator", "o",
            "--answer-seconds", "20", "--greeting-seconds", "30", .. more.Contains("--id-prefix") ? more : ["--id-prefix", "unit", .. more],
        ]);

    /// <summary>A station with one line, in this process.</summary>
    private sealed class Shift : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Thread _thread;
        private readonly List<PortRow> _rows = [];
        private int _seen;

        public Shift(Bench bench, FakeLine line)
        {
            Provisioner provisioner = new(
                bench.Database, bench.Desk, bench.Ca, Bench.Production, _ => new AdmissionRule(AdmissionRule.Dev, null, null), new BoardSetup("localhost", 8883, 5, "", ""), bench.Image, "unit");
            Floor.Changed += row =>
            {
                lock (_rows)
                {
                    _rows.Add(row);
                }
            };
            PortWatch watch = new(new PortPatterns(["tcp:line:1"]), _ => line, bench.Times, provisioner, Floor);
            _thread = new Thread(() => watch.Run(0, _stop.Token));
            _thread.Start();
        }

        public Floor Floor { get; } = new(TimeProvider.System);

        /// <summary>The next row in that state since the last one asked for.</summary>
        public PortRow Wait(PortState state, string? device = null)
        {
            for (int i = 0; i < 600; i++)
            {
                lock (_rows)
                {
                    int found = _rows.FindIndex(_seen, row => row.State == state && (device is null || row.Device == device));
                    if (found >= 0)
                    {
                        _seen = found + 1;
                        return _rows[found] with { Port = "line-1" };
                    }
                }

                Thread.Sleep(50);
            }

            lock (_rows)
            {
                throw new AssertFailedException($"no {state}: {string.Join("; ", _rows.Select(row => $"{row.State} {row.Text}"))}");
            }
        }

        public void Dispose()
        {
            _stop.Cancel();
            _thread.Join();
        }
    }
}
