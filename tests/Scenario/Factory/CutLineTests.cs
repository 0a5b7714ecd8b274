using DeviceFirmware.Factory;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>
/// The board is unplugged at a byte of a whole provisioning, counted in the direction of the station or of the board, and plugged in again.
/// It ends with exactly one valid identity, the one in the record. Here the cuts are before, in the middle and at the last byte of each frame
/// (a frame counts when it is whole); DEVICEFIRMWARE_EVERY_BYTE=1 cuts at each byte. tests/PowerCut cuts at each, without the record.
/// </summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CutLineTests
{
    private const int Whole = int.MaxValue;

    private static readonly bool _isEveryByte = Environment.GetEnvironmentVariable("DEVICEFIRMWARE_EVERY_BYTE") == "1";

    private readonly Bench _bench = new() { Times = new StationTimes(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5)) };
    private int _boards;

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void OneIdentityOrNoneWhereverTheLineIsCut()
    {
        CutLine uncut = new(_bench.NewBoard(), Whole, Whole);
        Assert.IsNull(_bench.Run(uncut, NewId()));
        int[] toBoard = [.. Cuts(uncut.FramesToBoard)];
        int[] toStation = [.. Cuts(uncut.FramesToStation)];
        Assert.IsGreaterThan(60, toBoard.Length + toStation.Length);
        int signedBefore = 0;
        foreach ((int board, int station) in toBoard.Select(cut => (cut, Whole)).Concat(toStation.Select(cut => (Whole, cut))))
        {
            signedBefore += CutAt(board, station) ? 1 : 0;
        }

        Assert.IsGreaterThan(0, signedBefore);
        Assert.HasCount(_boards, _bench.Database.All());
        Assert.HasCount(_boards, _bench.Database.All().Select(record => record.Serial).Distinct());
    }

    /// <summary>True when the first attempt had signed.</summary>
    private bool CutAt(int toBoard, int toStation)
    {
        string where = $"{toBoard} bytes to the board, {toStation} to the station";
        FakeBoard board = _bench.NewBoard();
        string id = NewId();
        StationStop? stop = _bench.Run(new CutLine(board, toBoard, toStation), id);
        Assert.IsTrue(stop?.Token is "line-lost" or "no-answer", where);
        BoardRecord? before = _bench.Database.FindById(id);
        Assert.IsTrue(board.Identity is null || (before?.Certificate is byte[] one && one.AsSpan().SequenceEqual(board.Identity.Certificate)), where);

        board.Restart();
        stop = _bench.Run(new CutLine(board, Whole, Whole), id);
        Assert.IsNull(stop, $"{where}: {stop?.Line}");
        BoardRecord record = _bench.Database.FindById(id)!;
        Assert.AreEqual(BoardRecordState.Completed, record.State, where);
        CollectionAssert.AreEqual(record.Certificate, board.Identity!.Certificate, where);
        Assert.IsTrue(before?.Certificate is null || before.Certificate.AsSpan().SequenceEqual(record.Certificate), where + ": signed twice");
        using LabelSecret label = new ClaimStore(_bench.Database).Find(id)!;
        CollectionAssert.AreEqual(board.SetupPassword, label.SetupPassword, where);
        return before?.Certificate is not null;
    }

    private string NewId() => $"cut-{++_boards}";

    /// <summary>How many bytes come through: every count at which a frame is not yet whole, or just is.</summary>
    private static IEnumerable<int> Cuts(IReadOnlyList<int> frames)
    {
        int start = 0;
        int total = frames.Sum();
        foreach (int length in frames)
        {
            for (int i = 0; i < length; i++)
            {
                if (start + i < total && (_isEveryByte || i == 0 || i == length / 2 || i == length - 1))
                {
                    yield return start + i;
                }
            }

            start += length;
        }
    }

    /// <summary>A line of which so many bytes come through in each direction; then it is gone.</summary>
    private sealed class CutLine(FakeBoard board, int toBoard, int toStation) : IStationLine
    {
        private readonly SerialFrameReader _reader = new();
        private readonly Queue<byte> _answers = new();
        private int _sent;
        private int _received;
        private bool _isGone;

        public List<int> FramesToBoard { get; } = [];

        public List<int> FramesToStation { get; } = [];

        public int Read(byte[] buffer, int timeoutMilliseconds)
        {
            Check();
            int count = 0;
            while (count < buffer.Length && _received < toStation && _answers.TryDequeue(out byte value))
            {
                buffer[count++] = value;
                _received++;
            }

            // The last byte that came through is read; who waits for the next learns that the line is gone.
            _isGone = count == 0 && _received >= toStation;
            Check();
            return count;
        }

        public void Write(byte[] buffer, int count)
        {
            Check();
            FramesToBoard.Add(count);
            for (int i = 0; i < count; i++)
            {
                if (_sent++ >= toBoard)
                {
                    _isGone = true;
                    Check();
                }

                _reader.Take(buffer[i]);
                if (_reader.Frame is SerialFrame request && board.Answer(request)?.Encode() is byte[] answer)
                {
                    FramesToStation.Add(answer.Length);
                    foreach (byte value in answer)
                    {
                        _answers.Enqueue(value);
                    }
                }
            }
        }

        public void Refresh() => Check();

        public void Dispose()
        {
        }

        private void Check()
        {
            if (_isGone)
            {
                throw new IOException("the line is gone");
            }
        }
    }
}
