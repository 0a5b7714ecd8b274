using System.Diagnostics;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Signer;

/// <summary>Keys in a PKCS#11 token: SoftHSM2's, in a directory of the test.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[DoNotParallelize]
public sealed class TokenTests
{
    private static readonly string _assembly = typeof(DeviceFirmware.Keys.KeyRole).Assembly.Location;
    private readonly TemporaryDirectory _directory = new();
    private SoftHsm? _tokens;

    [TestInitialize]
    public void Begin()
    {
        _tokens = new SoftHsm();
        File.WriteAllText(_directory["pin"], "1234\n");
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", _tokens.Configuration);
        using Process made = Process.Start(new ProcessStartInfo("softhsm2-util", ["--init-token", "--free", "--label", "release", "--pin", "1234", "--so-pin", "5678"]) { RedirectStandardOutput = true })!;
        made.WaitForExit();
        Assert.AreEqual(0, made.ExitCode);
        ToolRun.Of("signer", "key", "new", "--key", Key("ota")).MustEndWith(0);
    }

    [TestCleanup]
    public void Clean()
    {
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", null);
        _tokens?.Dispose();
        _directory.Dispose();
    }

    [TestMethod]
    public void ATokenSignsWhatBoardsTake()
    {
        ToolRun.Of("signer", "key", "public", "--key", Key("ota"), "--out", _directory["ota.pub"]).MustEndWith(0);
        Pack("a.img", Key("ota")).MustEndWith(0);
        ToolRun.Of("signer", "verify", "--key", _directory["ota.pub"], "--board-type", "virtual-board", _directory["a.img"]).MustEndWith(0);

        // Nonces are the token's: the digest is the same, the file is not.
        Pack("b.img", Key("ota")).MustEndWith(0);
        byte[] first = File.ReadAllBytes(_directory["a.img"]);
        byte[] second = File.ReadAllBytes(_directory["b.img"]);
        CollectionAssert.AreEqual(new McubootParser(first).Signed, new McubootParser(second).Signed);
        CollectionAssert.AreNotEqual(first, second);
        ToolRun.Of("signer", "verify", "--key", _directory["ota.pub"], "--board-type", "virtual-board", _directory["b.img"]).MustEndWith(0);
        StringAssert.Contains(ToolRun.Of("signer", "log", _directory["releases"]).MustEndWith(0).Output, "2 entries");
    }

    [TestMethod]
    public void TheTokensKeyCannotBeTakenOut()
    {
        ToolRun.Of("signer", "key", "new", "--key", Key("ota")).MustRefuse("exists");
        foreach (string file in Directory.GetFiles(_tokens!.Store, "*", SearchOption.AllDirectories))
        {
            StringAssert.DoesNotMatch(File.ReadAllText(file), new System.Text.RegularExpressions.Regex("BEGIN"));
        }
    }

    [TestMethod]
    public void WhatIsNotThereIsBadInput()
    {
        string key = Key("ota");
        File.WriteAllText(_directory["wrong"], "9999\n");
        foreach (string bad in (string[])
            [
                Key("other"),
                key.Replace("token=release", "token=absent", StringComparison.Ordinal),
                key.Replace("/pin", "/wrong", StringComparison.Ordinal),
                key.Replace("/pin", "/missing", StringComparison.Ordinal),
                key.Replace(_tokens!.Module, _assembly, StringComparison.Ordinal),
                key.Replace(_tokens!.Module, _directory["missing.so"], StringComparison.Ordinal),
                key.Replace("pin-source=", "pin-value=", StringComparison.Ordinal),
                key.Replace("pin-source=file:", "pin-source=|cat ", StringComparison.Ordinal),
                key.Replace("object=", "colour=", StringComparison.Ordinal),
                key.Replace("object=ota", "object=%4", StringComparison.Ordinal),
                "pkcs11:token=release?module-path=" + _tokens!.Module,
                "pkcs11:",
            ])
        {
            Pack("no.img", bad).MustBeBadInput();
        }

        Assert.IsFalse(File.Exists(_directory["no.img"]));
        ToolRun.Of("signer", "pack", "--payload", _assembly, "--payload-kind", "2", "--board-type", "virtual-board", "--version", "1.0.0",
            "--security-counter", "1", "--key", key, "--out", _directory["no.img"]).MustBeBadInput();
    }

    private string Key(string label) => $"pkcs11:token=release;object={label}?module-path={_tokens!.Module}&pin-source=file:{_directory["pin"]}";

    private ToolRun Pack(string name, string key) =>
        ToolRun.Of("signer", "pack", "--payload", _assembly, "--payload-kind", "2", "--board-type", "virtual-board", "--version", "1.0.0",
            "--security-counter", "1", "--key", key, "--log", _directory["releases"], "--out", _directory[name]);
}
