using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Factory;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>The station against a board that runs Core's own session, over a line that misbehaves.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class StationTests
{
    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void ProvisionsABoard()
    {
        FakeBoard board = _bench.NewBoard();
        MustSucceed(_bench.Run(new FakeLine(board)));

        Assert.AreEqual("localhost", board.Identity!.BrokerHost);
        Assert.AreEqual(8883, board.Identity.BrokerPort);
        Assert.AreEqual(5, board.Identity.TelemetrySeconds);
        BoardRecord record = _bench.Database.FindById("board-1")!;
        Assert.AreEqual(BoardRecordState.Completed, record.State);
        Assert.AreEqual(board.KeyHash, record.KeyHash);
        CollectionAssert.AreEqual(board.Identity.Certificate, record.Certificate);
        Assert.AreEqual("1.0.0+0", record.Production.FirmwareVersion);
        for (int step = 1; step <= 7; step++)
        {
            Assert.IsTrue(_bench.Told.Exists(line => line.StartsWith($"[{step}/7] ", StringComparison.Ordinal)), $"step {step}");
        }
    }

    [TestMethod]
    public void NoiseAndBootChatterAreSkipped()
    {
        FakeLine line = new(_bench.NewBoard());
        Random random = new(1);
        line.Chatter(Encoding.ASCII.GetBytes("ets Jul 29 2019 12:21:46\r\nrst:0x1 (POWERON_RESET)\r\n"));
        line.Transmit = (_, request, answer) =>
        {
            byte[] noise = new byte[random.Next(64)];
            random.NextBytes(noise);
            return [.. noise, .. request.Encode(), .. "console text\r\n"u8, .. answer(), .. noise];
        };
        MustSucceed(_bench.Run(line));
    }

    [TestMethod]
    public void EveryThirdAnswerIsLost()
    {
        FakeLine line = new(_bench.NewBoard())
        {
            Transmit = (number, _, answer) =>
            {
                byte[] bytes = answer();
                return number % 3 == 2 ? [] : bytes;
            },
        };
        MustSucceed(_bench.Run(line));
    }

    [TestMethod]
    public void AnswersWithAWrongChecksumAreAskedForAgain()
    {
        int broken = 0;
        FakeLine line = new(_bench.NewBoard());
        line.Transmit = (number, request, answer) =>
        {
            byte[] bytes = answer();
            if (request.Type is MessageType.Assign or MessageType.Identity or MessageType.ImageEnd && line.Requests.Count(type => type == request.Type) == 1)
            {
                bytes[^1] ^= 1;
                broken++;
            }

            return bytes;
        };
        MustSucceed(_bench.Run(line));
        Assert.AreEqual(3, broken);
    }

    [TestMethod]
    public void ALostAcknowledgementOfFinishIsNoFailure()
    {
        FakeLine line = new(_bench.NewBoard());
        line.Transmit = (_, request, answer) =>
        {
            byte[] bytes = answer();
            return request.Type == MessageType.Finish && line.Requests.Count(type => type == MessageType.Finish) == 1 ? [] : bytes;
        };
        MustSucceed(_bench.Run(line));
        Assert.AreEqual(BoardRecordState.Completed, _bench.Database.FindById("board-1")!.State);
    }

    [TestMethod]
    public void AnAcknowledgementOfSomethingElseIsNone()
    {
        FakeLine line = new(_bench.NewBoard())
        {
            Transmit = (_, request, answer) => request.Type == MessageType.Identity
                ? new SerialFrame(MessageType.Ack, new AckMessage(new byte[32]).Encode()).Encode()
                : answer(),
        };
        MustStop("no-answer", _bench.Run(line));
        Assert.AreEqual(StationTimes.Tries, line.Requests.Count(type => type == MessageType.Identity));
    }

    [TestMethod]
    public void ABoardThatOnlySaysItFinishedIsNotCompleted()
    {
        FakeBoard board = _bench.NewBoard();
        byte[] nonce = [];
        FakeLine line = new(board)
        {
            Transmit = (_, request, answer) => request.Type == MessageType.Hello && (nonce = HelloMessage.Decode(request.Body).Nonce) is null ? []
                : request.Type == MessageType.Finish
                ? new SerialFrame(MessageType.Ack, new AckMessage(new SerialSession(nonce).HashOf(request.Type, request.Body)).Encode()).Encode()
                : answer(),
        };
        MustStop("not-provisioned", _bench.Run(line));
        Assert.AreEqual(BoardRecordState.Signed, _bench.Database.FindById("board-1")!.State);
    }

    [TestMethod]
    public void SilenceEndsInBoundedTime()
    {
        Stopwatch watch = Stopwatch.StartNew();
        MustStop("no-answer", _bench.Run(new FakeLine(null)));
        Assert.IsTrue(watch.Elapsed < TimeSpan.FromSeconds(5), watch.Elapsed.ToString());
        Assert.IsEmpty(_bench.Database.All());
    }

    [TestMethod]
    public void EndlessNoiseEndsInBoundedTime()
    {
        FakeLine line = new(null) { Transmit = (_, _, _) => RandomNumberGenerator.GetBytes(100_000) };
        Stopwatch watch = Stopwatch.StartNew();
        MustStop("no-answer", _bench.Run(line));
        Assert.IsTrue(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }

    [TestMethod]
    [DataRow(MessageType.Assign)]
    [DataRow(MessageType.Identity)]
    [DataRow(MessageType.TakeSecrets)]
    [DataRow(MessageType.SecretsKept)]
    [DataRow(MessageType.ImageBegin)]
    [DataRow(MessageType.ImageChunk)]
    [DataRow(MessageType.ImageEnd)]
    [DataRow(MessageType.Finish)]
    public void UnpluggedAtAnyStepAndPluggedInAgain(byte step)
    {
        FakeBoard board = _bench.NewBoard();
        FakeLine line = new(board) { Transmit = (_, request, answer) => request.Type == step ? [] : answer() };
        MustStop("no-answer", _bench.Run(line));
        byte[]? before = _bench.Database.FindById("board-1")?.Certificate;
        Assert.AreEqual(step != MessageType.Assign, before is not null);

        board.Restart();
        MustSucceed(_bench.Run(new FakeLine(board)));
        Assert.AreEqual(before is not null, _bench.Told.Exists(line => line.Contains("certificate taken from the record", StringComparison.Ordinal)));
        BoardRecord record = _bench.Database.FindById("board-1")!;
        Assert.AreEqual(BoardRecordState.Completed, record.State);
        Assert.HasCount(1, _bench.Database.All());
        CollectionAssert.AreEqual(before ?? record.Certificate, record.Certificate, "a second certificate was signed");
        CollectionAssert.AreEqual(record.Certificate, board.Identity!.Certificate);
    }

    [TestMethod]
    public void ALineThatGoesAwayIsSaid()
    {
        FakeLine line = new(_bench.NewBoard());
        line.Transmit = (_, request, answer) =>
        {
            line.IsLost = request.Type == MessageType.Assign;
            return answer();
        };
        MustStop("line-lost", _bench.Run(line));
    }

    [TestMethod]
    [DataRow(MessageType.Assign)]
    [DataRow(MessageType.Identity)]
    [DataRow(MessageType.TakeSecrets)]
    [DataRow(MessageType.SecretsKept)]
    [DataRow(MessageType.ImageBegin)]
    [DataRow(MessageType.ImageEnd)]
    [DataRow(MessageType.Finish)]
    public void ASwappedBoardNeverGetsTheOthersIdentity(byte swapBefore)
    {
        FakeBoard first = _bench.NewBoard("hw-first");
        FakeBoard second = _bench.NewBoard("hw-second");
        FakeLine line = new(first);
        line.Transmit = (_, request, answer) =>
        {
            line.Board = request.Type == swapBefore ? second : line.Board;
            return answer();
        };
        StationStop? stop = _bench.Run(line);
        Assert.IsNotNull(stop);
        Assert.IsNull(second.Identity);
        Assert.AreNotEqual(BoardRecordState.Completed, _bench.Database.FindById("board-1")?.State);
    }

    [TestMethod]
    public void ABoardSwappedDuringTheRestartIsNoticed()
    {
        FakeBoard first = _bench.NewBoard("hw-first");
        FakeLine line = new(first);
        line.Transmit = (_, request, answer) =>
        {
            byte[] bytes = answer();
            line.Board = request.Type == MessageType.Finish ? _bench.NewBoard("hw-second") : line.Board;
            return bytes;
        };
        MustStop("other-board", _bench.Run(line));
        Assert.AreEqual(BoardRecordState.Signed, _bench.Database.FindById("board-1")!.State);

        // The first board, plugged in again, is known.
        MustSucceed(_bench.Run(new FakeLine(first)));
        Assert.AreEqual(BoardRecordState.Completed, _bench.Database.FindById("board-1")!.State);
    }

    [TestMethod]
    public void ABoardThatLiesAboutItsKeyIsRefused()
    {
        FakeBoard liar = _bench.NewBoard();
        FakeLine line = new(liar)
        {
            Transmit = (_, request, answer) => request.Type == MessageType.Hello && answer().Length > 0
                ? new SerialFrame(MessageType.Board, new BoardMessage(BoardState.Unprovisioned, "hw-other", FakeBoard.BoardType, "0.1.0+0", "lab", new byte[32], "", HelloMessage.Decode(request.Body).Nonce).Encode()).Encode()
                : answer(),
        };
        MustStop("other-hardware-id", _bench.Run(line));
        Assert.IsEmpty(_bench.Database.All());
    }

    [TestMethod]
    public void ABoardOfAnotherEnvironmentIsRefused()
    {
        using Bench other = new("prod");
        MustStop("other-environment", _bench.Run(new FakeLine(other.NewBoard())));
        Assert.IsEmpty(_bench.Database.All());
    }

    [TestMethod]
    public void TheBoardsRefusalIsToldInItsOwnWords()
    {
        // Its environment has the same name, its embedded root is another one.
        using Bench impostor = new("lab");
        StationStop? stop = _bench.Run(new FakeLine(impostor.NewBoard()));
        Assert.AreEqual("refused by the board: other-root: the issuer does not come from the factory root embedded in this firmware", stop?.Line);
        Assert.AreEqual(BoardRecordState.Signed, _bench.Database.FindById("board-1")!.State);
    }

    [TestMethod]
    public void AnImageOfAnotherKeyIsRefusedByTheBoardAndTheNextAttemptSucceeds()
    {
        using Bench other = new("lab");
        FirstImage good = _bench.Image;
        FakeBoard board = _bench.NewBoard();
        _bench.Image = other.Image;
        StationStop? stop = _bench.Run(new FakeLine(board));
        StringAssert.StartsWith(stop?.Line, "refused by the board: unknown-key: ");
        Assert.IsNull(board.Identity);

        _bench.Image = good;
        MustSucceed(_bench.Run(new FakeLine(board)));
    }

    [TestMethod]
    public void AProvisionedBoardIsLeftAlone()
    {
        FakeBoard board = _bench.NewBoard();
        MustSucceed(_bench.Run(new FakeLine(board)));
        byte[] certificate = board.Identity!.Certificate;

        FakeLine again = new(board);
        MustSucceed(_bench.Run(again));
        CollectionAssert.AreEqual((byte[])[MessageType.Hello], again.Requests);
        MustStop("provisioned", _bench.Run(new FakeLine(board), "board-2"));
        CollectionAssert.AreEqual(certificate, board.Identity!.Certificate);
        Assert.HasCount(1, _bench.Database.All());
    }

    [TestMethod]
    public void DuplicatesAreRefusedAndRepeatedHardwareIdsFlagged()
    {
        FakeBoard first = _bench.NewBoard("hw-same");
        MustSucceed(_bench.Run(new FakeLine(first)));

        MustStop("id-taken", _bench.Run(new FakeLine(_bench.NewBoard())));
        MustStop("key-seen", _bench.Run(new FakeLine(_bench.NewBoard("hw-x", first.Key)), "board-2"));
        MustSucceed(_bench.Run(new FakeLine(_bench.NewBoard("hw-same")), "board-3"));
        Assert.IsTrue(_bench.Database.FindById("board-3")!.HardwareIdRepeats);
        Assert.IsTrue(_bench.Told.Exists(line => line.Contains("another board has this hardware id", StringComparison.Ordinal)));
    }

    private static void MustSucceed(StationStop? stop) => Assert.IsNull(stop, stop?.Line);

    private static void MustStop(string token, StationStop? stop)
    {
        Assert.AreEqual(token, stop?.Token, stop?.Line);
        Assert.IsFalse(stop!.ByBoard);
        StringAssert.StartsWith(stop.Line, $"refused: {token}: ");
    }
}
