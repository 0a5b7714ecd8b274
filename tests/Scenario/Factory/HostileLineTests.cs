using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Factory;
using DeviceFirmware.Identity;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>Lines that echo, delay, cut and repeat, and boards that lie: recovered from or refused, and nothing is signed twice.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class HostileLineTests
{
    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void AnEchoIsNoAnswer()
    {
        FakeBoard board = _bench.NewBoard();
        FakeLine line = new(board)
        {
            Transmit = (_, request, answer) =>
            {
                // The station hears itself, and the board its own answer.
                byte[] bytes = answer();
                Assert.IsNull(board.Answer(FrameOf(bytes)));
                return [.. request.Encode(), .. bytes];
            },
        };
        MustSucceed(line, board);
    }

    [TestMethod]
    public void OtherBaudRatesAreGuessed()
    {
        FakeLine line = new(_bench.NewBoard()) { Transmit = (_, request, answer) => [.. answer().Select(value => (byte)((value << 3) ^ 0xE0))] };
        StationStop stop = _bench.Run(line)!;
        Assert.AreEqual("no-answer", stop.Token);
        StringAssert.Contains(stop.Text, "no frame among them: another baud rate");
        StringAssert.Contains(_bench.Run(new FakeLine(null))!.Text, "not a byte came");
        Assert.IsEmpty(_bench.Database.All());
    }

    /// <summary>Every answer comes a question too late, and once more after that.</summary>
    [TestMethod]
    public void LateAndRepeatedAnswers()
    {
        FakeBoard board = _bench.NewBoard();
        byte[] late = [];
        FakeLine line = new(board)
        {
            Transmit = (_, _, answer) =>
            {
                byte[] said = late;
                late = answer();
                return [.. said, .. said];
            },
        };
        MustSucceed(line, board);
    }

    [TestMethod]
    public void RepeatedRequests()
    {
        FakeBoard board = _bench.NewBoard();
        FakeLine line = new(board) { Transmit = (_, request, answer) => [.. answer(), .. board.Answer(request)?.Encode() ?? []] };
        MustSucceed(line, board);
    }

    /// <summary>Of each answer the first time only a part comes.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    [DataRow(20)]
    public void TruncatedAnswers(int length)
    {
        FakeBoard board = _bench.NewBoard();
        HashSet<string> asked = [];
        FakeLine line = new(board)
        {
            Transmit = (_, request, answer) =>
            {
                byte[] bytes = answer();
                return asked.Add(Convert.ToHexString(request.Encode())) ? bytes[..Math.Min(length, bytes.Length)] : bytes;
            },
        };
        MustSucceed(line, board);
    }

    /// <summary>A start mark with a long length swallows what comes next; the repeated message is found all the same.</summary>
    [TestMethod]
    public void FalseStartsBeforeEachAnswer()
    {
        FakeBoard board = _bench.NewBoard();
        FakeLine line = new(board) { Transmit = (number, _, answer) => number % 2 == 0 ? [0xD5, 0xF1, 0x8F, 0x08, 0x00, .. answer()] : answer() };
        MustSucceed(line, board);
    }

    [TestMethod]
    public void ARequestForAnotherKeyIdOrBoardIsNotSigned()
    {
        P256PrivateKey other = P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32));
        Lies("other-key", board => CertificateRequest.Create(new StoredKey(other), board.HardwareId, "board-1"));
        Lies("other-id", board => CertificateRequest.Create(new StoredKey(board.Key), board.HardwareId, "board-2"));
        Lies("other-hardware-id", board => CertificateRequest.Create(new StoredKey(board.Key), "hw-somebody", "board-1"));
        Lies("malformed-csr", _ => [1, 2, 3]);
        Assert.IsEmpty(_bench.Database.All());
    }

    /// <summary>The request of a board that was made before, said again by another one: as itself it is not it, as the other it has its certificate.</summary>
    [TestMethod]
    public void ARepeatedRequestSignsNothingTwice()
    {
        FakeBoard victim = _bench.NewBoard("hw-victim");
        byte[] request = [];
        FakeLine line = new(victim);
        line.Transmit = (_, asked, answer) =>
        {
            byte[] bytes = answer();
            request = asked.Type == MessageType.Assign ? CsrMessage.Decode(FrameOf(bytes).Body).Pem : request;
            return bytes;
        };
        MustSucceed(line, victim);
        byte[] certificate = _bench.Database.FindById("board-1")!.Certificate!;

        FakeBoard liar = _bench.NewBoard("hw-liar");
        Assert.AreEqual("other-hardware-id", _bench.Run(Lying(liar, _ => request, null))?.Token);
        BoardMessage asVictim = new(BoardState.Unprovisioned, "hw-victim", FakeBoard.BoardType, "0.1.0+0", _bench.Ca.Environment, victim.Key.PublicKey.KeyHash(), "", new byte[8]);
        StationStop? stop = _bench.Run(Lying(liar, _ => request, asVictim));
        Assert.IsNotNull(stop, "its certificate is of no use to another key");
        Assert.IsNull(liar.Identity);
        Assert.HasCount(1, _bench.Database.All());
        CollectionAssert.AreEqual(certificate, _bench.Database.FindById("board-1")!.Certificate);
    }

    [TestMethod]
    public void AHaltedBoardsReasonIsShown()
    {
        HaltedAnswers halted = new("entropy", "the noise source repeats itself; no key is made");
        FakeLine line = new(null) { Transmit = (_, request, _) => halted.Answer(request)!.Encode() };
        Assert.AreEqual("refused by the board: entropy: the noise source repeats itself; no key is made", _bench.Run(line)?.Line);
    }

    [TestMethod]
    public void SecretsThatAreNotStoredLeaveTheBoardUnprovisioned()
    {
        FakeBoard board = _bench.NewBoard();
        FullDisk disk = new();
        _bench.Keeper = disk;
        FakeLine line = new(board);
        Assert.AreEqual("disk-full", _bench.Run(line)?.Token);
        CollectionAssert.DoesNotContain(line.Requests, MessageType.SecretsKept);
        Assert.IsNull(board.Identity);
        _bench.Keeper = null;
        MustSucceed(new FakeLine(board), board);
        CollectionAssert.AreNotEqual(disk.Password, board.SetupPassword);
    }

    [TestMethod]
    public void TheSetupPasswordOnTheLabelIsTheBoards()
    {
        FakeBoard board = _bench.NewBoard();
        MustSucceed(new FakeLine(board), board);
        using LabelSecret label = new ClaimStore(_bench.Database).Find("board-1")!;
        CollectionAssert.AreEqual(board.SetupPassword, label.SetupPassword);
        Assert.IsTrue(BoardSecrets.AreLetters(label.ClaimSecret, BoardSecrets.ClaimLength));
        Assert.IsNull(board.Secrets.Claim);
    }

    private void Lies(string token, Func<FakeBoard, byte[]> request)
    {
        StationStop? stop = _bench.Run(Lying(_bench.NewBoard(), board => Pem.Encode(CertificateRequest.PemLabel, request(board)), null));
        Assert.AreEqual(token, stop?.Token);
    }

    /// <summary>A board that says another request than its own, and maybe that it is another board; its hashes are right.</summary>
    private static FakeLine Lying(FakeBoard board, Func<FakeBoard, byte[]> pem, BoardMessage? self)
    {
        SerialSession session = SerialSession.None();
        return new FakeLine(board)
        {
            Transmit = (_, request, answer) =>
            {
                byte[] honest = answer();
                if (request.Type == MessageType.Hello)
                {
                    session = new SerialSession(HelloMessage.Decode(request.Body).Nonce);
                    return self is null ? honest : new SerialFrame(MessageType.Board, new BoardMessage(
                        self.State, self.HardwareId, self.BoardType, self.FirmwareVersion, self.Environment, self.KeyHash, self.DeviceId, session.Nonce).Encode()).Encode();
                }

                return request.Type == MessageType.Assign
                    ? new SerialFrame(MessageType.Csr, new CsrMessage(pem(board), session.HashOf(request.Type, request.Body)).Encode()).Encode()
                    : honest;
            },
        };
    }

    private void MustSucceed(FakeLine line, FakeBoard board)
    {
        StationStop? stop = _bench.Run(line);
        Assert.IsNull(stop, stop?.Line);
        BoardRecord record = _bench.Database.All().Single(made => made.KeyHash == board.KeyHash);
        Assert.AreEqual(BoardRecordState.Completed, record.State);
        CollectionAssert.AreEqual(record.Certificate, board.Identity!.Certificate);
    }

    private static SerialFrame FrameOf(byte[] bytes)
    {
        SerialFrameReader reader = new();
        foreach (byte value in bytes)
        {
            reader.Take(value);
        }

        return reader.Frame;
    }

    private sealed class FullDisk : ISecretKeeper
    {
        public byte[] Password { get; private set; } = [];

        public StationStop? Keep(string deviceId, string keyHash, ReadOnlySpan<byte> claimSecret, ReadOnlySpan<byte> setupPassword)
        {
            Password = setupPassword.ToArray();
            return new StationStop("disk-full", "no space is left");
        }
    }
}
