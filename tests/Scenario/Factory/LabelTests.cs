using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DeviceFirmware.Factory;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>A claim secret's way from the cable to the label, and its end at the station.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed partial class LabelTests
{
    private static readonly byte[] _claim = "0123456789ABCDEFGHJK"u8.ToArray();
    private static readonly byte[] _setup = "MNPQRSTVWXYZ"u8.ToArray();

    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    [DataRow("board-1")]
    [DataRow("thirty-two-characters-long-id-01")]
    public void PngAndSvgSayWhatTheBoardSaid(string id)
    {
        Keep(id, _claim);
        string folder = _bench["labels"];
        ToolRun written = Label("--out", folder, "--text").MustEndWith(0);
        StringAssert.Contains(written.Output, "25 by ");
        Assert.AreEqual($"DF1:{id}:0123456789ABCDEFGHJK:MNPQRSTVWXYZ\n", File.ReadAllText(Path.Combine(folder, id + ".txt")));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, id + ".txt")));
        byte[] expected = Encoding.ASCII.GetBytes($"DF1:{id}:0123456789ABCDEFGHJK:MNPQRSTVWXYZ");
        (Func<int, int, bool> dots, int width, int height) = Png(File.ReadAllBytes(Path.Combine(folder, id + ".png")));
        CollectionAssert.AreEqual(expected, QrReader.Read(dots, width, height));
        (dots, int svgWidth, int svgHeight) = Svg(File.ReadAllText(Path.Combine(folder, id + ".svg")));
        CollectionAssert.AreEqual(expected, QrReader.Read(dots, svgWidth, svgHeight));
        Assert.AreEqual((width, height), (svgWidth, svgHeight));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, id + ".svg")));

        // A wrong dot is a wrong code: the reader reads.
        Assert.IsFalse(expected.AsSpan().SequenceEqual(QrReader.Read((x, y) => dots(x, y) ^ (x > width / 2 && y is > 60 and < 90), svgWidth, svgHeight)));
    }

    /// <summary>After the acknowledgement the file of the record has the secret nowhere, not even where it was.</summary>
    [TestMethod]
    public void TheSecretIsGoneOnceTheLabelIsOn()
    {
        Keep("board-1", _claim);
        Assert.IsTrue(IsInFiles(_claim));
        Label("--acknowledge", "--id", "board-1").MustEndWith(0);
        Assert.IsFalse(IsInFiles(_claim));
        Assert.IsFalse(IsInFiles(_setup));
        Label("--acknowledge", "--id", "board-1").MustRefuse("no-label");
        Label("--out", _bench["labels"], "--id", "board-1").MustRefuse("no-label");

        string[] verifier = new ClaimStore(_bench.Database).Verifier("board-1")!.Split('$');
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(_claim, Convert.FromHexString(verifier[2]), int.Parse(verifier[1]), HashAlgorithmName.SHA256, 32);
        Assert.AreEqual(Convert.ToHexStringLower(hash), verifier[3]);
        Assert.IsNull(RecordVerification.WhyNot(_bench.Database, []));
    }

    [TestMethod]
    public void ABoardThatWasUnpluggedMakesAnotherSecretAndOneThatIsCompletedDoesNot()
    {
        BoardRecord board = Keep("board-1", _claim);
        ClaimStore claims = new(_bench.Database);
        Assert.IsNull(claims.Keep("board-1", board.KeyHash, "ZZZZZ456789ABCDEFGHJ"u8, _setup));
        Assert.IsFalse(IsInFiles(_claim, checkpoint: true), "the replaced secret is overwritten");
        Assert.AreEqual("no-certificate", claims.Keep("board-1", new string('0', 64), _claim, _setup)?.Token);
        Assert.AreEqual("no-certificate", claims.Keep("board-2", board.KeyHash, _claim, _setup)?.Token);
        _bench.Desk.Complete("board-1", "1.0.0+0", new Admission("dev", null, null));
        Assert.AreEqual("completed", claims.Keep("board-1", board.KeyHash, _claim, _setup)?.Token);
    }

    [TestMethod]
    public void ASecretThatComesTwiceStopsTheLine()
    {
        Keep("board-1", _claim);
        new ClaimStore(_bench.Database).Acknowledge("board-1");
        BoardRecord second = Signed("board-2");
        Assert.AreEqual("secret-seen", new ClaimStore(_bench.Database).Keep("board-2", second.KeyHash, _claim, _setup)?.Token);
        Assert.AreEqual("line-stopped", _bench.Run(new FakeLine(_bench.NewBoard()), "board-3")?.Token);
    }

    [TestMethod]
    public void ABackupHasNoSecret()
    {
        Keep("board-1", _claim);
        ToolRun.Of("factory", "backup", "--data", _bench.DataDirectory, "--station-key", _bench.StationKey, "--out", _bench["copy.db"]).MustEndWith(0);
        Assert.IsTrue(File.ReadAllBytes(_bench["copy.db"]).AsSpan().IndexOf(_claim) < 0);
    }

    private BoardRecord Keep(string id, byte[] claim)
    {
        BoardRecord board = Signed(id);
        Assert.IsNull(new ClaimStore(_bench.Database).Keep(id, board.KeyHash, claim, _setup));
        return board;
    }

    private BoardRecord Signed(string id)
    {
        FakeLine line = new(_bench.NewBoard()) { Transmit = (_, request, answer) => request.Type == Provisioning.MessageType.Identity ? [] : answer() };
        Assert.AreEqual("no-answer", _bench.Run(line, id)?.Token);
        return _bench.Database.FindById(id)!;
    }

    private ToolRun Label(params string[] more) => ToolRun.Of("factory", ["label", "--data", _bench.DataDirectory, .. more]);

    private bool IsInFiles(byte[] secret, bool checkpoint = false)
    {
        if (checkpoint)
        {
            _bench.Database.Connection.Checkpoint();
        }

        return Directory.GetFiles(_bench.DataDirectory).Where(path => !path.EndsWith("-shm", StringComparison.Ordinal)).Any(path =>
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content.AsSpan().IndexOf(secret) >= 0;
        });
    }

    private static (Func<int, int, bool> Dots, int Width, int Height) Png(byte[] file)
    {
        int width = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16));
        int height = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20));
        int data = file.AsSpan().IndexOf("IDAT"u8);
        using ZLibStream zlib = new(new MemoryStream(file, data + 4, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(data - 4))), CompressionMode.Decompress);
        int stride = 1 + ((width + 7) / 8);
        byte[] rows = new byte[stride * height];
        zlib.ReadExactly(rows);
        return ((x, y) => (rows[(y * stride) + 1 + (x / 8)] & (0x80 >> (x % 8))) == 0, width, height);
    }

    private static (Func<int, int, bool> Dots, int Width, int Height) Svg(string text)
    {
        string[] box = ViewBox().Match(text).Groups[1].Value.Split(' ');
        HashSet<(int, int)> black = [];
        foreach (Match run in Run().Matches(text))
        {
            int x = int.Parse(run.Groups[1].Value);
            for (int i = 0; i < int.Parse(run.Groups[3].Value); i++)
            {
                black.Add((x + i, int.Parse(run.Groups[2].Value)));
            }
        }

        return ((x, y) => black.Contains((x, y)), int.Parse(box[2]), int.Parse(box[3]));
    }

    [GeneratedRegex("viewBox=\"([^\"]*)\"")]
    private static partial Regex ViewBox();

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1h-\d+z")]
    private static partial Regex Run();
}
