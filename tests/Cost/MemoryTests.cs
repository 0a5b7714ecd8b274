using System.Numerics;
using DeviceFirmware.Crypto;
using DeviceFirmware.HostTests.Generator;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Tests.Cost;

/// <summary>What a connected board holds, and what one turn of its loop makes, on a board without PSRAM.</summary>
[TestClass]
public sealed class MemoryTests
{
    private const int LiveLimit = 24 * 1024;
    private const int TurnLimit = 48 * 1024;
    private const int BootLimit = 48 * 1024;
    private const int Turns = 10_000;

    /// <summary>The instance's output.</summary>
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void LiveDataIsSmallAndDoesNotGrow()
    {
        TestBoard board = TestBoard.Provisioned();
        ConnectedBoard life = board.Start();
        SerialConsole console = Console(board);
        long peak = Peak(life.Step, out long kept);
        Assert.IsTrue(board.Link.IsConnected);
        Turn(board, life, 200);
        long before = LiveData.Of(life, console);
        long largest = 0;
        for (int turn = 0; turn < Turns; turn++)
        {
            Measurement one = Measurement.Of(() => Turn(board, life, 1));
            largest = Math.Max(largest, one.Bytes);
        }

        Dictionary<string, long> types = LiveData.ByType(life, console);
        long after = types.Values.Sum();
        TestContext.WriteLine($"live {before:N0}, after {Turns:N0} turns {after:N0} bytes; the largest turn makes {largest:N0}, the one that connects holds {peak:N0} at most, and keeps {kept:N0}");
        foreach ((string type, long bytes) in types.OrderByDescending(pair => pair.Value).Take(12))
        {
            TestContext.WriteLine($"  {type} {bytes:N0}");
        }

        Assert.IsLessThan(LiveLimit, after);
        Assert.IsLessThan(TurnLimit, after + largest);
        Assert.IsLessThan(TurnLimit, after + peak);

        // A health status and one number of one more digit are no leak.
        Assert.IsLessThanOrEqualTo(256, after - before);
    }

    [TestMethod]
    public void ARingThatIsFullIsTheMostThatWaits()
    {
        TestBoard board = TestBoard.Provisioned();
        ConnectedBoard life = board.Start();
        SerialConsole console = Console(board);
        Turn(board, life, 5);
        long empty = LiveData.Of(life, console);

        // The longest head of the fleet's audit that a reply can bring.
        ChainPosition start = ChainPosition.Start(BoardLedger.ChainName(TestKeys.Device.PublicKey.KeyHash()));
        board.Link.Deliver(board.Topics.LedgerReply, new LedgerReply(start, new byte[ChainHead.MaximumSize]).Encode());
        Turn(board, life, 5);
        Assert.IsGreaterThanOrEqualTo(empty + ChainHead.MaximumSize, LiveData.Of(life, console));
        board.Link.ConnectResult = global::DeviceFirmware.Connect.BrokerConnectResult.NetworkFailed;
        board.Link.Drop();
        for (int i = 0; i < 500; i++)
        {
            board.Application.Measurement = "\"tempC\":21.5,\"n\":" + i;
            Turn(board, life, 1);
        }

        long full = LiveData.Of(life, console);
        TestContext.WriteLine($"live with a full ring of 4 KB and the longest head of the fleet {full:N0} bytes");
        Assert.IsLessThan(LiveLimit, full);
    }

    /// <summary>As a board built with keys starts: two OTA keys with a table each, looked at once each, one of them used; identity and image verified.</summary>
    [TestMethod]
    public void ABootWithTwoKeyTablesHoldsOneAtATime()
    {
        byte[][] points = [TestKeys.Ota.PublicKey.Encode(), TestKeys.OtaNext.PublicKey.Encode()];
        P256KeyTable[] tables = [.. points.Select(TableOf)];
        long boot = long.MaxValue;
        for (int time = 0; time < 2 || (time < 5 && boot >= BootLimit); time++)
        {
            TestBoard board = TestBoard.Provisioned();
            TrustAnchors others = board.Anchors;
            byte[][] commands = [.. others.CommandKeys.Select(key => key.Encode())];
            ConnectedBoard? life = null;
            long peak = Peak(
                () =>
                {
                    TrustAnchors ota = new(others.Environment, points, tables, others.FactoryRoot, others.FleetRoot);
                    board.Anchors = new TrustAnchors(ota, commands, others.TimeKey.Encode(), 0);
                    life = board.Start();
                },
                out long _);
            Assert.IsNotNull(life);

            // The host's own, of the first time and of other threads, only comes on top.
            boot = Math.Min(boot, peak);
        }

        TestContext.WriteLine($"a boot with two tables of {8 * P256KeyTable.WordCount:N0} bytes holds {boot:N0} at most");
        Assert.IsGreaterThan(8L * P256KeyTable.WordCount, boot, "a table is in it, or nothing was measured");
        Assert.IsLessThan(BootLimit, boot);
    }

    /// <summary>Planted: a task that keeps what it is told.</summary>
    [TestMethod]
    public void ALeakIsSeen()
    {
        System.Collections.ArrayList kept = [];
        object[] roots = [new object[] { kept }];
        long before = LiveData.Of(roots);
        for (int i = 0; i < 100; i++)
        {
            kept.Add(new byte[32]);
        }

        Assert.IsGreaterThanOrEqualTo(6000, LiveData.Of(roots) - before);
    }

    /// <summary>
    /// The most that an operation holds at any time beyond what was there before, by a full collection before every 8th array or string that it makes.
    /// Sizes are .NET's, whose arrays of numbers are as large as the board's and whose objects and references are not much smaller or larger; what a
    /// method no longer needs may still count. Sampled: what lives only between two samples is not seen, so the true peak may be larger.
    /// </summary>
    private static long Peak(Action operation, out long kept)
    {
        long before = GC.GetTotalMemory(true);
        long peak = 0;
        int made = 0;
        Counters.OnMade = () =>
        {
            if (++made % 8 == 0)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(true) - before);
            }
        };
        try
        {
            operation();
        }
        finally
        {
            Counters.OnMade = null;
        }

        kept = GC.GetTotalMemory(true) - before;

        // What the host let go of meanwhile was no part of it.
        return peak - Math.Min(kept, 0);
    }

    private static P256KeyTable TableOf(byte[] point)
    {
        BigInteger x = new(point.AsSpan(1, 32), isUnsigned: true, isBigEndian: true);
        BigInteger y = new(point.AsSpan(33, 32), isUnsigned: true, isBigEndian: true);
        return new KeyTableOfWords(KeyTable.Words(new(x, y)));
    }

    private static SerialConsole Console(TestBoard board)
    {
        SecurityCounter counter = new(board.Store, 0);
        BoardSelf self = new(BoardState.Provisioned, board.Console.HardwareId, board.Console.BoardType, Platform.FirmwareVersion, board.Anchors.Environment,
            board.Anchors.FactoryRoot, TestKeys.Device.PublicKey.KeyHash(), TestPki.DeviceId);
        BoardSecrets secrets = new(new TestedNoise(board.Radio, board.Entropy), board.Store, board.Sealer, board.Entropy);
        return new SerialConsole(board.Serial, new ProvisioningSession(board.Files, board.Store, TestBoard.KeyOf(board.Store), self, board.Parts().Rules(0, board.Table), board.Table, counter, secrets));
    }

    private static void Turn(TestBoard board, ConnectedBoard life, int turns)
    {
        for (int i = 0; i < turns; i++)
        {
            if (i % 50 == 0)
            {
                board.Application.Measurement = "\"tempC\":21.5";
            }

            life.Step();
            board.Clock.Advance(1000);
            if (board.Link.IsConnected && board.Last(board.Topics.HeartbeatRequest) is not null)
            {
                board.AnswerHeartbeat();
            }
        }
    }
}
