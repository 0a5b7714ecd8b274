using System.Security.Cryptography;
using System.Text.Json;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Signer;

/// <summary>Packing on one machine, signing on another; rules of the release log; limits.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SignTests
{
    private static readonly string _assembly = typeof(DeviceFirmware.Keys.KeyRole).Assembly.Location;

    private readonly MadeEnvironment _environment = MadeEnvironment.Shared;
    private readonly TemporaryDirectory _directory = new();

    [TestCleanup]
    public void Clean() => _directory.Dispose();

    [TestMethod]
    public void WhatIsPackedElsewhereIsSignedHere()
    {
        Pack("unsigned.img", "1.0.0", 1, key: null).MustEndWith(0);
        Assert.IsFalse(File.Exists(Log), "an unsigned image is no release");
        Verify("unsigned.img").MustRefuse("no-signature");

        string digest = DigestOf("unsigned.img");
        Sign("unsigned.img", "no.img", _environment.OtaKey, "--digest", new string('0', 64)).MustRefuse("other-digest");
        Assert.IsFalse(File.Exists(_directory["no.img"]));
        Sign("unsigned.img", "signed.img", _environment.OtaKey, "--digest", digest).MustEndWith(0);
        Verify("signed.img").MustEndWith(0);
        Pack("once.img", "1.0.0", 1, _environment.OtaKey).MustEndWith(0);
        CollectionAssert.AreEqual(File.ReadAllBytes(_directory["once.img"]), File.ReadAllBytes(_directory["signed.img"]), "one step or two");

        Sign("signed.img", "next.img", _environment.Private("ota-signing.next.key.pem")).MustEndWith(0);
        Verify("next.img").MustRefuse("unknown-key");
        ToolRun.Of("signer", "verify", "--environment", _environment.Name, "--public", Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(_environment.OtaPublic)))!,
            "--board-type", "virtual-board", _directory["next.img"]).MustEndWith(0);
        Assert.AreEqual(digest, DigestOf("next.img"));
    }

    [TestMethod]
    public void WhatIsDamagedIsNotSigned()
    {
        Pack("unsigned.img", "1.0.0", 1, key: null).MustEndWith(0);
        byte[] image = File.ReadAllBytes(_directory["unsigned.img"]);
        foreach ((byte[] bad, string token) in ((byte[], string)[])
            [([.. image[..200], (byte)(image[200] ^ 1), .. image[201..]], "wrong-hash"), (image[..^1], "malformed-tlv"), ([.. image, 0], "malformed-tlv"), (image[..1000], "not-an-image")])
        {
            File.WriteAllBytes(_directory["bad.img"], bad);
            Sign("bad.img", "no.img", _environment.OtaKey).MustRefuse(token);
        }

        Assert.IsFalse(File.Exists(_directory["no.img"]));
        Assert.IsFalse(File.Exists(Log));
    }

    /// <summary>Stock imgtool's images: the good ones can be signed anew when their payload is one; the bad ones never.</summary>
    [TestMethod]
    public void WhatNoBoardTakesIsNotSigned()
    {
        foreach ((string file, string token) in ((string, string)[])
            [("bad-no-counter", "no-security-counter"), ("bad-no-board", "no-board-type"), ("bad-unknown-protected-tlv", "unknown-tlv"), ("bad-trailing", "malformed-tlv"), ("good-h32", "malformed-payload")])
        {
            File.Copy(SharedVectors.PathOf($"mcuboot/{file}.bin"), _directory["theirs.img"], overwrite: true);
            Sign("theirs.img", "no.img", _environment.OtaKey).MustRefuse(token);
        }

        Assert.IsFalse(File.Exists(_directory["no.img"]));
        Assert.AreEqual(0, new FileInfo(Log).Length, "nothing was logged");
    }

    [TestMethod]
    public void VersionsRiseAndCountersDoNotFall()
    {
        Pack("a.img", "1.0.0", 2, _environment.OtaKey).MustEndWith(0);
        Pack("b.img", "1.0.0+1", 2, _environment.OtaKey).MustEndWith(0);
        Pack("c.img", "1.0.0", 3, _environment.OtaKey).MustRefuse("version-not-above");
        Pack("c.img", "1.0.0+1", 3, _environment.OtaKey).MustRefuse("version-not-above");
        Pack("c.img", "1.1.0", 1, _environment.OtaKey).MustRefuse("counter-below");
        Assert.IsFalse(File.Exists(_directory["c.img"]));
        Pack("other.img", "0.0.1", 0, _environment.OtaKey, "--board-type", "other-board").MustEndWith(0);

        Pack("again.img", "1.0.0", 2, _environment.OtaKey).MustEndWith(0);
        CollectionAssert.AreEqual(File.ReadAllBytes(_directory["a.img"]), File.ReadAllBytes(_directory["again.img"]));

        Pack("c.img", "1.1.0", 1, _environment.OtaKey, "--override", "").MustBeBadInput();
        Pack("c.img", "1.1.0", 1, _environment.OtaKey, "--override", "the fix is withdrawn").MustEndWith(0);
        Pack("d.img", "1.0.9", 2, _environment.OtaKey).MustRefuse("version-not-above");
        string shown = ToolRun.Of("signer", "log", Log).MustEndWith(0).Output;
        StringAssert.Contains(shown, "1.1.0+0 counter 1");
        StringAssert.Contains(shown, "override: the fix is withdrawn");
        StringAssert.Contains(shown, "5 entries");
    }

    [TestMethod]
    public void ADamagedLogSignsNothing()
    {
        Pack("a.img", "1.0.0", 1, _environment.OtaKey).MustEndWith(0);
        byte[] log = File.ReadAllBytes(Log);
        log[20] ^= 1;
        File.WriteAllBytes(Log, log);
        Pack("b.img", "1.1.0", 1, _environment.OtaKey).MustRefuse("log-damaged");
        Assert.IsFalse(File.Exists(_directory["b.img"]));
        ToolRun.Of("signer", "log", Log).MustRefuse("log-damaged");
    }

    [TestMethod]
    public void SignersAtTheSameTimeKeepOneChain()
    {
        ToolRun[] runs = new ToolRun[4];
        Parallel.For(0, runs.Length, i => runs[i] = Pack($"{i}.img", $"1.0.{i}", 1, _environment.OtaKey, "--override", $"run {i}"));
        foreach (ToolRun run in runs)
        {
            run.MustEndWith(0);
        }

        StringAssert.Contains(ToolRun.Of("signer", "log", Log).MustEndWith(0).Output, "4 entries");
    }

    [TestMethod]
    public void ImagesThatTheBoardCannotTakeAreRefused()
    {
        File.WriteAllBytes(_directory["large.pe"], NanoFile.Make(96 * 1024));
        ToolRun Large(params string[] options) => ToolRun.Of("signer", ["pack", "--payload", _directory["large.pe"], "--payload-kind", "1", "--board-type", "esp32-a",
            "--version", "1.0.0", "--security-counter", "1", "--key", _environment.OtaKey, "--log", Log, "--out", _directory["large.img"], .. options]);
        Large().MustRefuse("too-large");
        Large("--override", "no reason is one").MustRefuse("too-large");
        Assert.IsFalse(File.Exists(_directory["large.img"]));
        Large("--max-size", "200000").MustEndWith(0);
    }

    [TestMethod]
    public void InspectStatesTheHeapOfAPayload()
    {
        File.WriteAllBytes(_directory["a.pe"], NanoFile.Make(1000));
        File.WriteAllBytes(_directory["b.pe"], NanoFile.Make(1));
        ToolRun.Of("signer", "pack", "--payload", _directory["a.pe"], _directory["b.pe"], "--payload-kind", "1", "--board-type", "esp32-a",
            "--version", "1.0.0", "--security-counter", "1", "--out", _directory["a.img"]).MustEndWith(0);
        using JsonDocument shown = JsonDocument.Parse(ToolRun.Of("signer", "inspect", _directory["a.img"], "--json").MustEndWith(0).Output);
        JsonElement payload = shown.RootElement.GetProperty("payload");
        Assert.AreEqual(2, payload.GetProperty("assemblies").GetArrayLength());

        // 20 and the file, rounded up to 12; the CLR's record of an assembly without rows, 140, rounded up to 144.
        Assert.AreEqual(1152 + 144, payload.GetProperty("assemblies")[0].GetProperty("heap").GetInt32());
        Assert.AreEqual(156 + 144, payload.GetProperty("assemblies")[1].GetProperty("heap").GetInt32());
        Assert.AreEqual(1152 + 144 + 156 + 144, payload.GetProperty("heap").GetInt32());
    }

    private string Log => _directory["releases"];

    private ToolRun Pack(string name, string version, int counter, string? key, params string[] options)
    {
        string[] signed = key is null ? [] : ["--key", key, "--log", Log];
        string[] board = options.Contains("--board-type") ? [] : ["--board-type", "virtual-board"];
        return ToolRun.Of("signer", ["pack", "--payload", _assembly, "--payload-kind", "2", .. board, "--version", version,
            "--security-counter", $"{counter}", "--out", _directory[name], .. signed, .. options]);
    }

    private ToolRun Sign(string from, string to, string key, params string[] options) =>
        ToolRun.Of("signer", ["sign", _directory[from], "--key", key, "--log", Log, "--out", _directory[to], .. options]);

    private ToolRun Verify(string name) => ToolRun.Of("signer", "verify", "--key", _environment.OtaPublic, "--board-type", "virtual-board", _directory[name]);

    private string DigestOf(string name)
    {
        using JsonDocument shown = JsonDocument.Parse(ToolRun.Of("signer", "inspect", _directory[name], "--json").MustEndWith(0).Output);
        string digest = shown.RootElement.GetProperty("digest").GetString()!;
        McubootParser parsed = new(File.ReadAllBytes(_directory[name]));
        Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(parsed.Signed)), digest);
        return digest;
    }
}
