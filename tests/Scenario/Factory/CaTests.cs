using System.Diagnostics;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Factory;
using DeviceFirmware.Identity;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary><c>factory ca</c>: the station's key, the root's holder with openssl, and every chain that a board could not judge.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CaTests
{
    private const string Extensions = """
        [good]
        basicConstraints=critical,CA:TRUE,pathlen:0
        keyUsage=critical,keyCertSign,cRLSign
        [root]
        basicConstraints=critical,CA:TRUE,pathlen:1
        keyUsage=critical,keyCertSign,cRLSign
        [leaf]
        basicConstraints=critical,CA:FALSE
        [deep]
        basicConstraints=critical,CA:TRUE,pathlen:1
        keyUsage=critical,keyCertSign,cRLSign
        [nolength]
        basicConstraints=critical,CA:TRUE
        keyUsage=critical,keyCertSign,cRLSign
        [server]
        basicConstraints=critical,CA:TRUE,pathlen:0
        keyUsage=critical,keyCertSign,cRLSign
        extendedKeyUsage=serverAuth
        [policy]
        basicConstraints=critical,CA:TRUE,pathlen:0
        keyUsage=critical,keyCertSign,cRLSign
        policyConstraints=critical,requireExplicitPolicy:0
        """;

    private readonly TemporaryDirectory _directory = new();

    [TestInitialize]
    public void Make()
    {
        File.WriteAllText(_directory["ext.cnf"], Extensions.Replace("        ", "", StringComparison.Ordinal) + "\n");
        File.WriteAllText(_directory["station.pass"], "correct horse\n");
        File.WriteAllText(_directory["root.pass"], "battery staple\n");
        Factory("ca", "new", "--key", _directory["issuing.key.pem"], "--passphrase-file", _directory["station.pass"]).MustEndWith(0);
    }

    [TestCleanup]
    public void Clean() => _directory.Dispose();

    [TestMethod]
    public void KeyRequestOpenSslAndImportMakeAStation()
    {
        StringAssert.Contains(File.ReadAllText(_directory["issuing.key.pem"]), "ENCRYPTED");
        RootAndIssuing("prod");
        ToolRun imported = Import("prod", "issuing.pem", "root.pem").MustEndWith(0);
        StringAssert.Contains(imported.Output, "issuing.pem: sha256:");
        Import("prod", "issuing.pem", "root.pem").MustEndWith(0);
        using IssuingCa ca = IssuingCa.Load(
            _directory["out/issuing.pem"], _directory["issuing.key.pem"], _directory["out/root.pem"], TimeProvider.System, new DeviceFirmware.Tools.PassphraseSource(_directory["station.pass"], null));
        Assert.AreEqual("prod", ca.Environment);
    }

    [TestMethod]
    public void TheKeyMayLieInAToken()
    {
        using SoftHsm token = new();
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", token.Configuration);
        Run("softhsm2-util --init-token --free --label station --so-pin 1234 --pin 4321");
        File.WriteAllText(_directory["pin"], "4321\n");
        string key = $"pkcs11:token=station;object=issuing?module-path={token.Module}&pin-source=file:{_directory["pin"]}";
        Factory("ca", "new", "--key", key).MustEndWith(0);
        RootAndIssuing("prod", key);
        Import("prod", "issuing.pem", "root.pem", key).MustEndWith(0);
        Import("prod", "issuing.pem", "root.pem").MustRefuse("other-key");
    }

    /// <summary>The root of so many tutorials, and what the refusal prints instead, run as it stands there.</summary>
    [TestMethod]
    public void AnRsaRootIsRefusedAndThePrintedCommandsMakeOneThatIsTaken()
    {
        Csr("prod");
        Run("openssl req -x509 -newkey rsa:4096 -nodes -keyout rsa.key -out rsa.pem -days 3650 -subj /O=prod/CN=root");
        Run("openssl x509 -req -in issuing.csr -CA rsa.pem -CAkey rsa.key -CAcreateserial -days 3650 -out tutorial.pem");
        ToolRun refused = Import("prod", "tutorial.pem", "rsa.pem");
        refused.MustRefuse("key-not-p256");
        StringAssert.Contains(refused.Error, "RSA with 4096 bits");
        Run(refused.Output);
        Import("prod", "issuing.pem", "root.pem").MustEndWith(0);
    }

    /// <summary>Each differs from what is taken in one thing.</summary>
    [TestMethod]
    public void RefusesWhatABoardCannotJudge()
    {
        RootAndIssuing("prod");
        Import("prod", "issuing.pem", "root.pem").MustEndWith(0);
        (string Token, string Section, string End)[] issued =
        [
            ("certificate-version", "", "-days 3650"),
            ("has-an-end", "good", "-days 3650"),
            ("no-authority", "leaf", "-days 3650"),
            ("path-length", "deep", "-days 3650"),
            ("path-length", "nolength", "-days 3650"),
            ("malformed-certificate", "policy", "-days 3650"),
            ("signature-algorithm", "good", "-sha384"),
        ];
        foreach ((string token, string section, string end) in issued)
        {
            string extensions = section.Length == 0 ? "" : $"-extfile ext.cnf -extensions {section}";
            Run($"openssl x509 -req -in issuing.csr -CA root.pem -CAkey root.key.pem -passin file:root.pass -CAcreateserial {end} {extensions} -out bad.pem");
            Refuses(token, "bad.pem", "root.pem");
        }

        Run("sed -n '/^\\[server\\]/,/^\\[policy\\]/p' ext.cnf | sed '$d' >> ca.cnf; " + Sign("server", "bad.pem"));
        Refuses("key-purpose", "bad.pem", "root.pem");
        File.WriteAllText(_directory["nothing.pem"], "nothing\n");
        Refuses("unreadable-certificate", "nothing.pem", "root.pem");
        Refuses("unreadable-certificate", "issuing.pem", "nothing.pem");
        Refuses("other-environment", "issuing.pem", "root.pem", "dev");
    }

    [TestMethod]
    public void RefusesRootsThatAreNone()
    {
        RootAndIssuing("prod");
        (string Token, string Section, string End)[] roots = [("has-an-end", "root", "-days 3650"), ("path-length", "good", "-days 3650"), ("no-authority", "leaf", "-days 3650"), ("certificate-version", "", "-days 3650")];
        foreach ((string token, string section, string end) in roots)
        {
            string extensions = section.Length == 0 ? "" : $"-extfile ext.cnf -extensions {section}";
            Run($"openssl x509 -req -in root.csr -signkey root.key.pem -passin file:root.pass {end} {extensions} -out bad.pem");
            ToolRun refused = Import("prod", "issuing.pem", "bad.pem");
            refused.MustRefuse(token);
            StringAssert.Contains(refused.Output, "-selfsign");
        }

        Refuses("no-root", "issuing.pem", "issuing-as-root.pem", prepare: "cat issuing.pem > issuing-as-root.pem; " + Sign("root", "issuing-as-root.pem"));

        // Same names, another key.
        Run("mkdir other && cp root.pass issuing.csr other/ && cp root.pem root-1.pem && cp issuing.pem issuing-1.pem");
        RootAndIssuing("prod");
        Refuses("other-root", "issuing-1.pem", "root.pem");
        Import("prod", "issuing.pem", "root.pem").MustEndWith(0);
    }

    /// <summary>Dev, stage and prod have roots of their own: whatever a dev station says, a prod board takes nothing from it.</summary>
    [TestMethod]
    public void ATestRootIsNeverAcceptedByAProdBoard()
    {
        P256PrivateKey board = P256PrivateKey.Import(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        RootAndIssuing("prod");
        byte[] prodRoot = Pem.Decode("CERTIFICATE", Encoding.ASCII.GetBytes(File.ReadAllText(_directory["root.pem"])));
        foreach (string environment in (string[])["dev", "stage", "prod"])
        {
            // The last one is another root that calls itself prod.
            RootAndIssuing(environment);
            Import(environment, "issuing.pem", "root.pem").MustEndWith(0);
            using IssuingCa ca = IssuingCa.Load(
                _directory["out/issuing.pem"], _directory["issuing.key.pem"], _directory["out/root.pem"], TimeProvider.System, new DeviceFirmware.Tools.PassphraseSource(_directory["station.pass"], null));
            byte[] csr = Pem.Encode(CertificateRequest.PemLabel, CertificateRequest.Create(new StoredKey(board), "hw-1", "board-1"));
            using ManufacturingDatabase database = ManufacturingDatabase.Open(_directory["data-" + environment], create: true);
            DeskResult signed = new SigningDesk(database, new CertificateIssuer(ca), TimeProvider.System)
                .Sign(csr, new Assignment("board-1", "hw-1", null), Bench.Production, new Admission("dev", null, null));
            byte[] leaf = signed.Record!.Certificate!;
            CertificateCheck own = DeviceCertificate.Check(leaf, ca.Certificate.Encoded, board.PublicKey, "hw-1", "board-1", environment, ca.Root.Encoded);
            Assert.AreEqual(CertificateVerdict.Accepted, own.Verdict, own.Reason);
            CertificateCheck prod = DeviceCertificate.Check(leaf, ca.Certificate.Encoded, board.PublicKey, "hw-1", "board-1", "prod", prodRoot);
            Assert.AreEqual(environment == "prod" ? CertificateVerdict.OtherRoot : CertificateVerdict.OtherEnvironment, prod.Verdict, prod.Reason);
            Assert.AreNotEqual(CertificateVerdict.Accepted, DeviceCertificate.Check(leaf, ca.Certificate.Encoded, board.PublicKey, "hw-1", "board-1", environment, prodRoot).Verdict);
            Directory.Delete(_directory["out"], recursive: true);
        }
    }

    private static string Sign(string section, string output) =>
        $"openssl ca -config ca.cnf -batch -notext -keyfile root.key.pem -passin file:root.pass -cert root.pem -in issuing.csr -extensions {section} -enddate 99991231235959Z -out {output}";

    private void RootAndIssuing(string environment, string? key = null)
    {
        Csr(environment, key);
        Run(CaEquivalent.Commands(environment, withRoot: true));
    }

    private void Csr(string environment, string? key = null) => Factory(
        "ca", "csr", "--key", key ?? _directory["issuing.key.pem"], "--passphrase-file", _directory["station.pass"], "--environment", environment,
        "--out", _directory["issuing.csr"], "--force").MustEndWith(0);

    private void Refuses(string token, string certificate, string root, string environment = "prod", string? prepare = null)
    {
        if (prepare is not null)
        {
            Run(prepare);
        }

        Import(environment, certificate, root).MustRefuse(token);
    }

    private ToolRun Import(string environment, string certificate, string root, string? key = null) => Factory(
        "ca", "import", "--key", key ?? _directory["issuing.key.pem"], "--passphrase-file", _directory["station.pass"], "--environment", environment,
        "--certificate", _directory[certificate], "--root", _directory[root], "--out", _directory["out"]);

    private static ToolRun Factory(params string[] arguments) => ToolRun.Of("factory", arguments);

    private void Run(string script)
    {
        ProcessStartInfo start = new("bash", ["-euo", "pipefail", "-c", script]) { WorkingDirectory = _directory.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, script + "\n" + output.Result + error);
    }
}
