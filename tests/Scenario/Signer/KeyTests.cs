using System.Runtime.Versioning;
using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Scenario.Signer;

/// <summary>Keys in encrypted files, and what is refused of them.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed class KeyTests
{
    private const string Variable = "DEVICEFIRMWARE_TEST_PASSPHRASE";

    private readonly TemporaryDirectory _directory = new();

    [TestInitialize]
    public void Begin()
    {
        File.WriteAllText(_directory["pass"], "correct horse\n");
        File.WriteAllText(_directory["wrong"], "wrong horse\n");
    }

    [TestCleanup]
    public void Clean() => _directory.Dispose();

    [TestMethod]
    public void AnEncryptedKeyOpensWithItsPassphraseAlone()
    {
        string key = _directory["k.pem"];
        ToolRun.Of("signer", "key", "new", "--key", key, "--passphrase-file", _directory["pass"]).MustEndWith(0);
        string text = File.ReadAllText(key);
        StringAssert.StartsWith(text, "-----BEGIN ENCRYPTED ");
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));

        ToolRun.Of("signer", "key", "public", "--key", key, "--passphrase-file", _directory["pass"], "--out", _directory["k.pub"]).MustEndWith(0);
        using ECDsa theirs = ECDsa.Create();
        theirs.ImportFromEncryptedPem(text, "correct horse");
        Assert.AreEqual(theirs.ExportSubjectPublicKeyInfoPem().Trim(), File.ReadAllText(_directory["k.pub"]).Trim());
        StringAssert.Contains(OpenSsl.Run("pkey", "-in", key, "-passin", "file:" + _directory["pass"], "-noout", "-text"), "prime256v1");

        foreach (string[] options in (string[][])[["--passphrase-file", _directory["wrong"]], [], ["--passphrase-file", _directory["pass"], "--passphrase-env", Variable], ["--passphrase-env", Variable]])
        {
            ToolRun.Of("signer", ["key", "public", "--key", key, "--out", _directory["no.pub"], .. options]).MustBeBadInput();
        }

        Assert.IsFalse(File.Exists(_directory["no.pub"]));
    }

    [TestMethod]
    public void APassphraseMayComeFromTheEnvironment()
    {
        string key = _directory["k.pem"];
        Environment.SetEnvironmentVariable(Variable, "correct horse");
        try
        {
            ToolRun.Of("signer", "key", "new", "--key", key, "--passphrase-env", Variable).MustEndWith(0);
            ToolRun.Of("signer", "key", "public", "--key", key, "--passphrase-env", Variable, "--out", _directory["k.pub"]).MustEndWith(0);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }

        ToolRun.Of("signer", "key", "public", "--key", key, "--passphrase-file", _directory["pass"], "--out", _directory["same.pub"]).MustEndWith(0);
        Assert.AreEqual(File.ReadAllText(_directory["k.pub"]), File.ReadAllText(_directory["same.pub"]));
    }

    [TestMethod]
    public void OpenSslsEncryptedKeysAreTaken()
    {
        OpenSsl.Run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-aes-256-cbc", "-pass", "file:" + _directory["pass"], "-out", _directory["o.pem"]);
        ToolRun.Of("signer", "key", "public", "--key", _directory["o.pem"], "--passphrase-file", _directory["pass"], "--out", _directory["o.pub"]).MustEndWith(0);
        StringAssert.Contains(OpenSsl.Run("pkey", "-pubin", "-in", _directory["o.pub"], "-noout", "-text"), "prime256v1");
    }

    [TestMethod]
    public void KeysAreNotMadeWhereTheyDoNotBelong()
    {
        ToolRun.Of("signer", "key", "new", "--key", _directory["k.pem"], "--unencrypted").MustEndWith(0);
        byte[] before = File.ReadAllBytes(_directory["k.pem"]);
        ToolRun.Of("signer", "key", "new", "--key", _directory["k.pem"], "--unencrypted").MustRefuse("exists");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(_directory["k.pem"]));

        Directory.CreateDirectory(_directory["tree/.git"]);
        Directory.CreateDirectory(_directory["tree/below"]);
        ToolRun.Of("signer", "key", "new", "--key", _directory["tree/below/k.pem"], "--unencrypted").MustRefuse("private-in-repository");
        Directory.CreateSymbolicLink(_directory["link"], _directory["tree/below"]);
        ToolRun.Of("signer", "key", "new", "--key", _directory["link/k.pem"], "--unencrypted").MustRefuse("private-in-repository");
        Assert.IsFalse(File.Exists(_directory["tree/below/k.pem"]));
    }

    /// <summary>A token that signs wrongly, or whose public object is another key's.</summary>
    [TestMethod]
    public void AWrongSignatureNeverLeaves()
    {
        byte[] hash = SHA256.HashData("x"u8);
        P256PrivateKey right = P256PrivateKey.Import([.. new byte[31], 5]);
        P256PrivateKey other = P256PrivateKey.Import([.. new byte[31], 6]);
        using Signs honest = new(right.PublicKey, Ecdsa.Sign(right, hash));
        Assert.IsTrue(honest.VerifyHash(hash, honest.SignHash(hash)));
        foreach (byte[] wrong in (byte[][])[Ecdsa.Sign(other, hash), Ecdsa.Sign(right, SHA256.HashData("y"u8)), new byte[64], new byte[63], []])
        {
            using Signs key = new(right.PublicKey, wrong);
            Assert.ThrowsExactly<CryptographicException>(() => key.SignHash(hash));
        }

        Assert.ThrowsExactly<CryptographicException>(() => honest.SignHash(new byte[20]));
        Assert.ThrowsExactly<CryptographicException>(() => honest.ExportParameters(includePrivateParameters: true));
        Assert.ThrowsExactly<CryptographicException>(() => honest.ExportPkcs8PrivateKey());
    }

    /// <summary>The factory's CA key may be encrypted too: the same options, the same code.</summary>
    [TestMethod]
    public void TheFactoryTakesAnEncryptedCaKey()
    {
        MadeEnvironment environment = MadeEnvironment.Shared;
        OpenSsl.Run("pkcs8", "-topk8", "-in", environment.FactoryIssuingKey, "-v2", "aes-256-cbc", "-passout", "file:" + _directory["pass"], "-out", _directory["ca.pem"]);
        OpenSsl.Run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", _directory["board.pem"], "-subj", "/serialNumber=hw-1/CN=dev-1", "-out", _directory["board.csr"]);
        ToolRun Sign(string passphrase) => ToolRun.Of("factory", "sign", "--csr", _directory["board.csr"], "--id", "dev-1", "--hardware-id", "hw-1", "--out", _directory["board.crt"],
            "--data", _directory["data"], "--ca-certificate", environment.FactoryIssuing, "--ca-key", _directory["ca.pem"], "--passphrase-file", _directory[passphrase],
            "--root", environment.FactoryRoot, "--batch", "b", "--line", "l", "--station", "s", "--operator", "o");
        Sign("wrong").MustBeBadInput();
        ToolRun signed = Sign("pass");
        signed.MustEndWith(0);
        OpenSsl.Run("verify", "-CAfile", environment.FactoryRoot, "-untrusted", environment.FactoryIssuing, _directory["board.crt"]);
    }

    private sealed class Signs(P256PublicKey publicKey, byte[] signature) : HeldKey(publicKey)
    {
        public override bool IsDeterministic => true;

        protected override byte[] SignHashCore(byte[] hash) => signature;
    }
}
