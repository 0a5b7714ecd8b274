using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Factory;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>The station's certificates before other judges, and the station's record through a station's death.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CertificateTests
{
    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void DotNetAndOpenSslAcceptTheChain()
    {
        byte[] der = Provision();
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        using X509Certificate2 issuing = X509CertificateLoader.LoadCertificateFromFile(_bench.Environment.FactoryIssuing);
        using X509Certificate2 root = X509CertificateLoader.LoadCertificateFromFile(_bench.Environment.FactoryRoot);
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.Add(issuing);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        Assert.IsTrue(chain.Build(certificate), string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation)));

        File.WriteAllText(_bench["leaf.pem"], certificate.ExportCertificatePem());
        OpenSsl.Run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", _bench.Environment.FactoryRoot, "-untrusted", _bench.Environment.FactoryIssuing, _bench["leaf.pem"]);
        string text = OpenSsl.Run("x509", "-in", _bench["leaf.pem"], "-noout", "-text");
        StringAssert.Contains(text, "URI:urn:devicefirmware:lab:board-1");
        StringAssert.Contains(text, "Not After : Dec 31 23:59:59 9999 GMT");
        StringAssert.Contains(text, "TLS Web Client Authentication");
    }

    [TestMethod]
    public void TheProfileIsAnIDevIDs()
    {
        byte[] der = Provision();
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        StringAssert.Contains(certificate.Subject, "CN=board-1");
        StringAssert.Contains(certificate.Subject, "O=lab");
        StringAssert.Contains(certificate.Subject, "hw-");
        X509BasicConstraintsExtension constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single();
        Assert.IsTrue(constraints is { Critical: true, CertificateAuthority: false });
        X509KeyUsageExtension usage = certificate.Extensions.OfType<X509KeyUsageExtension>().Single();
        Assert.IsTrue(usage is { Critical: true, KeyUsages: X509KeyUsageFlags.DigitalSignature });
        Assert.IsTrue(certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any());
        Assert.IsTrue(certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Any());
        Assert.AreEqual(_bench.Database.FindById("board-1")!.Serial.TrimStart('0'), Convert.ToHexStringLower(certificate.SerialNumberBytes.Span).TrimStart('0'));
        Assert.IsTrue(der.Length <= 900, "the board takes at most 900 bytes");
    }

    [TestMethod]
    public void SignsRequestsOutOfFilesThroughTheSameDoorIntoTheSameRecord()
    {
        WriteRequest("gateway-1", "hw-g1");
        Sign("gateway-1", "hw-g1", "cert.pem").MustEndWith(0);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(_bench["cert.pem"]);
        Assert.HasCount(2, chain);

        // Again: the same certificate, not another one.
        Sign("gateway-1", "hw-g1", "again.pem").MustEndWith(0);
        Assert.AreEqual(File.ReadAllText(_bench["cert.pem"]), File.ReadAllText(_bench["again.pem"]));
        Sign("gateway-1", "hw-g1", "again.pem").MustRefuse("exists");

        Sign("gateway-2", "hw-g1", "no.pem").MustRefuse("other-id");
        WriteRequest("gateway-1", "hw-g1");
        Sign("gateway-1", "hw-g1", "no.pem").MustRefuse("id-taken");
        Assert.IsFalse(File.Exists(_bench["no.pem"]));
        File.WriteAllText(_bench["csr.pem"], "nothing");
        Sign("gateway-3", "hw-g3", "no.pem").MustRefuse("malformed-csr");
    }

    [TestMethod]
    public async Task StationsThatShareARecordNeverSignAnIdTwice()
    {
        const int Stations = 4;
        string data = _bench["shared"];
        ToolRun[] different = await Task.WhenAll(Enumerable.Range(0, Stations).Select(i => SignAtAsync(data, $"gateway-{i}", $"csr-{i}.pem", $"cert-{i}.pem")));
        foreach (ToolRun run in different)
        {
            run.MustEndWith(0);
        }

        ToolRun[] same = await Task.WhenAll(Enumerable.Range(0, Stations).Select(i => SignAtAsync(data, "gateway-x", $"x-{i}.pem", $"cert-x-{i}.pem")));
        Assert.AreEqual(1, same.Count(run => run.ExitCode == 0));
        foreach (ToolRun run in same.Where(run => run.ExitCode != 0))
        {
            run.MustRefuse("id-taken");
        }
    }

    [TestMethod]
    public void ExportsWhatTheFleetImports()
    {
        WriteRequest("gateway-1", "hw-g1");
        Sign("gateway-1", "hw-g1", "cert.pem").MustEndWith(0);
        Export(_bench["manifest.json"]).MustEndWith(0);
        byte[] manifest = File.ReadAllBytes(_bench["manifest.json"]);
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(manifest);
        System.Text.Json.JsonElement record = json.RootElement.EnumerateArray().Single();
        string[] members = ["id", "hardwareId", "publicKeyHash", "certificateSha256", "batch", "line", "station", "operator", "firmwareVersion", "manufacturedAt", "profile", "posture", "exception"];
        CollectionAssert.AreEqual(members, record.EnumerateObject().Select(member => member.Name).ToArray());
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(_bench["cert.pem"]);
        Assert.AreEqual(Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256)), record.GetProperty("certificateSha256").GetString());
        Assert.AreEqual("gateway-1", record.GetProperty("id").GetString());
        Assert.IsTrue(DeviceFirmware.Fleet.ManufacturingRecord.TryParse(manifest, out var devices, out string? problem), problem);
        Assert.AreEqual("gateway-1", devices.Single().Id);
        StringAssert.Contains(ToolRun.Of("factory", "show", "--data", _bench.DataDirectory).MustEndWith(0).Output, "gateway-1  completed");
        ToolRun.Of("factory", "export", "--data", _bench["nowhere"], "--station-key", _bench.StationKey, "--out", _bench["no.json"]).MustBeBadInput();

        Export(_bench["table.csv"], "--format", "csv").MustEndWith(0);
        StringAssert.Contains(File.ReadAllText(_bench["table.csv"]), "gateway-1,hw-g1,");
        Export(_bench["chain.pem"], "--format", "pem", "--id", "gateway-1", "--ca-certificate", _bench.Environment.FactoryIssuing).MustEndWith(0);
        OpenSsl.Run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", _bench.Environment.FactoryRoot, "-untrusted", _bench["chain.pem"], _bench["chain.pem"]);
        ToolRun.Of(
            "factory", "verify", "--data", _bench.DataDirectory, "--station-public", _bench.StationPublic, "--head", _bench["manifest.json.head"],
            "--head", _bench["table.csv.head"], "--head", _bench["chain.pem.head"]).MustEndWith(0);
    }

    private ToolRun Export(string output, params string[] more) =>
        ToolRun.Of("factory", ["export", "--data", _bench.DataDirectory, "--station-key", _bench.StationKey, "--out", output, .. more]);

    [TestMethod]
    public void AStationThatDiedBetweenIntentAndSignatureSignsTheRecordedSerial()
    {
        FakeBoard board = _bench.NewBoard();
        using IssuingCa broken = IssuingCa.Load(_bench.Environment.FactoryIssuing, _bench.Environment.FactoryIssuingKey, _bench.Environment.FactoryRoot, TimeProvider.System);
        broken.Key.Dispose();
        SigningDesk dying = new(_bench.Database, new CertificateIssuer(broken), TimeProvider.System);
        Assert.ThrowsExactly<ObjectDisposedException>(() => _bench.Run(new FakeLine(board), desk: dying));

        BoardRecord intent = _bench.Database.FindById("board-1")!;
        Assert.AreEqual(BoardRecordState.Intent, intent.State);
        Assert.IsNull(intent.Certificate);
        StringAssert.Contains(ToolRun.Of("factory", "show", "--data", _bench.DataDirectory).Output, "intent");

        board.Restart();
        Assert.IsNull(_bench.Run(new FakeLine(board)));
        BoardRecord completed = _bench.Database.FindById("board-1")!;
        Assert.AreEqual(BoardRecordState.Completed, completed.State);
        Assert.AreEqual(intent.Serial, completed.Serial);
        Assert.AreEqual(intent.IntentAt, completed.IntentAt);
    }

    [TestMethod]
    public void NoCertificateLeavesThatTheBoardsDoorWouldRefuse()
    {
        // A clock from before the CA was made: the certificate would be older than its issuer.
        SigningDesk early = new(_bench.Database, new CertificateIssuer(_bench.Ca), new EarlyClock());
        Assert.ThrowsExactly<InvalidOperationException>(() => _bench.Run(new FakeLine(_bench.NewBoard()), desk: early));
        Assert.IsNull(_bench.Database.FindById("board-1")!.Certificate);
    }

    [TestMethod]
    public void RefusesCasThatBoardsCouldNotAccept()
    {
        // Of the same name: a name is no proof.
        using MadeEnvironment other = new("lab");
        string key = _bench.Environment.FactoryIssuingKey;
        MustNotLoad(_bench.Environment.FactoryRoot, _bench.Environment.Private("factory-root.key.pem"), _bench.Environment.FactoryRoot);
        MustNotLoad(_bench.Environment.FactoryIssuing, key, other.FactoryRoot);
        MustNotLoad(_bench.Environment.FactoryIssuing, other.FactoryIssuingKey, _bench.Environment.FactoryRoot);
        MustNotLoad(_bench.Environment.Public("broker/current.pem"), _bench.Environment.Private("broker.key.pem"), _bench.Environment.Public("fleet-root/current.pem"));
        MustNotLoad(key, key, _bench.Environment.FactoryRoot);
    }

    private static void MustNotLoad(string certificate, string key, string root)
    {
        DeviceFirmware.Tools.ToolFailure failure = Assert.ThrowsExactly<DeviceFirmware.Tools.ToolFailure>(
            () => IssuingCa.Load(certificate, key, root, TimeProvider.System));
        Assert.AreEqual(DeviceFirmware.Tools.ToolFailure.BadInputCode, failure.ExitCode);
    }

    private byte[] Provision()
    {
        Assert.IsNull(_bench.Run(new FakeLine(_bench.NewBoard())));
        return _bench.Database.FindById("board-1")!.Certificate!;
    }

    private Task<ToolRun> SignAtAsync(string data, string id, string csr, string output)
    {
        WriteRequest(id, "hw-1", csr);
        return Task.Run(() => Sign(id, "hw-1", output, csr, data));
    }

    private void WriteRequest(string id, string hardwareId, string file = "csr.pem")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(id);
        subject.Add("2.5.4.5", hardwareId, System.Formats.Asn1.UniversalTagNumber.PrintableString);
        CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256);
        File.WriteAllText(_bench[file], request.CreateSigningRequestPem() + "\n", Encoding.ASCII);
    }

    private ToolRun Sign(string id, string hardwareId, string output, string csr = "csr.pem", string? data = null) => ToolRun.Of(
        "factory", "sign", "--csr", _bench[csr], "--id", id, "--hardware-id", hardwareId, "--out", _bench[output], "--data", data ?? _bench.DataDirectory,
        "--ca-certificate", _bench.Environment.FactoryIssuing, "--ca-key", _bench.Environment.FactoryIssuingKey, "--root", _bench.Environment.FactoryRoot,
        "--batch", "b", "--line", "l", "--station", "s", "--operator", "o");

    private sealed class EarlyClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
