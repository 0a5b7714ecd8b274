using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Keys;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Scenario.Trust;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Scenario.Keys;

/// <summary><c>keys trust</c>, and <c>keys order sign trust</c>: what no board would take, or would try in vain, is neither written nor signed.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class TrustTests
{
    private const string Board = "a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4";

    private readonly RootedEnvironment _environment = new();

    [TestCleanup]
    public void Clean() => _environment.Dispose();

    [TestMethod]
    public void WhatIsMadeIsWhatBoardsRead()
    {
        _environment.MoveOperationalCa();
        string file = _environment["move.set"];
        ToolRun made = ToolRun.Of("keys", Make("next", file, "--port", "8884", "--sequence", "7", "--operational-ca", _environment.Public(KeyRole.OperationalCa))).MustEndWith(0);
        byte[] content = File.ReadAllBytes(file);
        TrustSet set = TrustSet.Decode(content)!;
        Assert.AreEqual((7L, "localhost", 8884), (set.Sequence, set.Host, set.Port));
        CollectionAssert.AreEqual(Der(KeyRole.FleetRootNext), set.Root);
        CollectionAssert.AreEqual(Der(KeyRole.OperationalCa), set.OperationalCa);
        CollectionAssert.AreEqual(Der(KeyRole.Time), set.TimePublicKey!.EncodeSubjectPublicKeyInfo());
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file) & ~(UnixFileMode.GroupRead | UnixFileMode.OtherRead), "nobody else writes it, nobody runs it");
        foreach (string said in (string[])["number 7", "CN=lab fleet root", "CN=lab operational CA", "localhost port 8884", Convert.ToHexStringLower(SHA256.HashData(content))])
        {
            Assert.Contains(said, made.Output);
        }

        Assert.AreEqual(made.Output, ToolRun.Of("keys", "trust", "show", file).MustEndWith(0).Output);

        // Nothing is overwritten; made again elsewhere, it is the same to the byte.
        Refuse("exists", Make("next", file, "--port", "8885"));
        CollectionAssert.AreEqual(content, File.ReadAllBytes(file));
        string again = _environment["again.set"];
        CommandRun.Of(TrustCommand.Create(), Make("next", again, "--port", "8884", "--sequence", "7", "--operational-ca", _environment.Public(KeyRole.OperationalCa))[1..]).MustEndWith(0);
        CollectionAssert.AreEqual(content, File.ReadAllBytes(again));
        Assert.IsEmpty(Directory.GetFiles(_environment[""], "*.tmp"));
    }

    [TestMethod]
    [DataRow("", "an unknown environment", "--environment", "nowhere")]
    [DataRow("", "another root than the two", "--root", "previous")]
    [DataRow("", "number 0", "--sequence", "0")]
    [DataRow("", "a number of 33 bits", "--sequence", "4294967296")]
    [DataRow("", "port 0", "--port", "0")]
    [DataRow("", "port 65536", "--port", "65536")]
    [DataRow("", "no name of DNS", "--host", "local_host")]
    [DataRow("", "a time key that is not there", "--time-key", "none.pem")]
    [DataRow("", "a certificate as the time key", "--time-key", "public/lab/broker/current.pem")]
    [DataRow("", "a directory that is not there", "--out", "none/move.set")]
    [DataRow("wrong-host", "the certificate has another name", "--host", "other.example")]
    [DataRow("wrong-broker", "the broker that runs, under the root before", "--broker", "public/lab/broker/current.pem")]
    [DataRow("wrong-operational-ca", "an operational CA under the root before", "--operational-ca", "public/lab/operational-ca/current.pem")]
    [DataRow("wrong-operational-ca", "the root itself", "--operational-ca", "public/lab/fleet-root/next.pem")]
    [DataRow("wrong-operational-ca", "another chain's CA", "--operational-ca", "public/lab/factory-issuing/current.pem")]
    [DataRow("wrong-operational-ca", "a bare key", "--operational-ca", "public/lab/time/current.pem")]
    public void WhatBoardsWouldRefuseIsNotMade(string token, string what, string option, string value)
    {
        string file = _environment["move.set"];
        value = value.EndsWith(".pem", StringComparison.Ordinal) || value.EndsWith(".set", StringComparison.Ordinal) ? _environment[value] : value;
        List<string> arguments = [.. Make("next", file, "--port", "8884")];
        int at = arguments.IndexOf(option);
        if (at < 0)
        {
            arguments.AddRange([option, value]);
        }
        else
        {
            arguments[at + 1] = value;
        }

        Refuse(token, [.. arguments], what);
        Assert.IsFalse(File.Exists(file), what);
    }

    [TestMethod]
    public void FilesThatAreMissingOrDifferAreNamed()
    {
        string file = _environment["move.set"];
        string pem = File.ReadAllText(_environment.Public(KeyRole.FleetRootNext));
        File.Copy(_environment.Public(KeyRole.FleetRoot), _environment.Public(KeyRole.FleetRootNext), overwrite: true);
        Refuse("files-differ", Make("next", file, "--port", "1"));
        File.WriteAllText(_environment.Public(KeyRole.FleetRootNext), pem[..(pem.Length / 2)]);
        Refuse("", Make("next", file, "--port", "1"));
        File.Delete(_environment.Public(KeyRole.FleetRootNext));
        Refuse("missing", Make("next", file, "--port", "1"));
        File.WriteAllText(_environment.Public(KeyRole.FleetRootNext), pem);
        File.Delete(_environment.Public(KeyRole.BrokerNext));
        Refuse("missing", Make("next", file, "--port", "1"));
        Assert.IsFalse(File.Exists(file));
    }

    [TestMethod]
    public void AHalfWrittenSetIsNoneAndIsNotSigned()
    {
        byte[] content = File.ReadAllBytes(Set("whole.set", 5));
        for (int length = 0; length < content.Length; length += 1 + (length / 7))
        {
            File.WriteAllBytes(_environment["half.set"], content[..length]);
            CommandRun.Of(TrustCommand.Create(), "show", _environment["half.set"]).MustBeBadInput();
            Refuse("", Sign("half.set", Board));
        }

        File.WriteAllBytes(_environment["half.set"], [.. content, 0]);
        Refuse("", Sign("half.set", Board));
        Refuse("", Sign("none.set", Board));
        Assert.IsFalse(File.Exists(_environment["order"]));
        Assert.IsFalse(File.Exists(_environment["orders"]), "the log begins with the first order");
    }

    [TestMethod]
    public void ASetIsSignedForOneBoardWithAnEndAndItsNumberOnlyRises()
    {
        Set("five.set", 5);
        Set("six.set", 6);
        File.WriteAllBytes(_environment["other-six.set"], new TrustSet(6, Der(KeyRole.FleetRoot), [], "localhost", 9, Point(KeyRole.Time)).Encode());
        string[] group = Sign("five.set", Board);
        group[Array.IndexOf(group, "--board")] = "--group";
        group[Array.IndexOf(group, Board)] = "batch-1";
        Refuse("not-by-group", group);
        Refuse("no-end", [.. Sign("five.set", Board).Where(argument => argument != "--not-after" && !argument.StartsWith("2999", StringComparison.Ordinal))]);
        Assert.IsFalse(File.Exists(_environment["order"]));

        Signed("six.set", Board);
        Refuse("not-newer", Sign("five.set", Board));
        Refuse("not-newer", Sign("other-six.set", Board));
        Signed("six.set", Board); // its window may have passed
        Signed("five.set", Board.Replace('a', 'b')); // another board was told nothing
        Set("seven.set", 7);
        Signed("seven.set", Board);
        Refuse("exists", Sign("seven.set", Board, Path.GetFileName(Signed("seven.set", Board))));

        // Of another key: whoever shows it sees that, and every board does.
        CommandRun.Of(OrderCommand.Create(), "show", Signed("seven.set", Board), "--public-key", _environment.Public(KeyRole.CommandNext)).MustRefuse("wrong-signature");
    }

    [TestMethod]
    public void HelpNamesEveryOption()
    {
        string make = CommandRun.Of(TrustCommand.Create(), "make", "--help").MustEndWith(0).Output;
        foreach (string option in (string[])["--root", "--host", "--port", "--broker", "--operational-ca", "--time-key", "--sequence", "--out", "--environment", "--public", "current", "next", "not overwritten"])
        {
            Assert.Contains(option, make);
        }

        Assert.Contains("<file>", CommandRun.Of(TrustCommand.Create(), "show", "--help").MustEndWith(0).Output);
        string rotate = CommandRun.Of(RotateCommand.Create(), "--help").MustEndWith(0).Output;
        foreach (string word in (string[])["ota-signing", "command", "fleet-root", "once every board has", "--key", "--passphrase-file", "--existing", "--unencrypted"])
        {
            Assert.Contains(word, rotate.ReplaceLineEndings(" "));
        }
    }

    private string Set(string name, long sequence)
    {
        string file = _environment[name];
        File.WriteAllBytes(file, new TrustSet(sequence, Der(KeyRole.FleetRoot), [], "localhost", 8883, Point(KeyRole.Time)).Encode());
        return file;
    }

    private string Signed(string set, string board)
    {
        string name = Guid.NewGuid().ToString("N");
        Run(Sign(set, board, name)).MustEndWith(0);
        return _environment[name];
    }

    private string[] Make(string root, string file, params string[] more) =>
        ["trust", "make", .. _environment.Folder, "--root", root, "--host", "localhost", "--out", file, .. more];

    private string[] Sign(string set, string board, string output = "order") => [
        "order", "sign", "trust", "--set", _environment[set], "--board", board, "--not-after", "2999-01-01T00:00:00Z",
        "--key", _environment.Private(KeyRole.CommandCurrent), "--log", _environment["orders"], "--out", _environment[output]];

    private static void Refuse(string token, string[] arguments, string what = "")
    {
        ToolRun run = Run(arguments);
        Assert.AreEqual(token.Length == 0 ? 2 : 1, run.ExitCode, $"{what}: {run.Error}");
        if (token.Length > 0)
        {
            run.MustRefuse(token);
        }
        else
        {
            run.MustBeBadInput();
        }
    }

    private static ToolRun Run(string[] arguments) => CommandRun.Of(arguments[0] == "trust" ? TrustCommand.Create() : OrderCommand.Create(), arguments[1..]);

    private byte[] Der(KeyRole role) => PublicFile.Read(_environment.Public(role)).Der;

    private byte[] Point(KeyRole role)
    {
        byte[] info = Der(role);
        return Crypto.P256PublicKey.DecodeSubjectPublicKeyInfo(info, 0, info.Length).Encode();
    }
}
