using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Identity;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Tools;
using CertificateRequest = DeviceFirmware.Identity.CertificateRequest;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>Every certificate of an environment before others' programs: openssl, .NET and step build the chain, and none of them from another root.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class JudgesTests
{
    private const string Client = "1.3.6.1.5.5.7.3.2";
    private const string Server = "1.3.6.1.5.5.7.3.1";

    private readonly TemporaryDirectory _directory = new();
    private readonly MadeEnvironment _environment = MadeEnvironment.Shared;

    [TestCleanup]
    public void Clean() => _directory.Dispose();

    private string Fleet => _environment.Public("fleet-root/current.pem");

    private string OperationalCa => _environment.Public("operational-ca/current.pem");

    [TestMethod]
    public void OpensslTakesThem()
    {
        foreach ((string root, string purpose, string[] chain) in Chains())
        {
            string[] above = [.. chain[1..].SelectMany(file => new[] { "-untrusted", file })];
            string[] wanted = purpose switch { Client => ["-purpose", "sslclient"], Server => ["-purpose", "sslserver", "-verify_hostname", "localhost"], _ => [] };
            OpenSsl.Run(["verify", "-x509_strict", .. wanted, "-CAfile", root, .. above, chain[0]]);
            Assert.ThrowsExactly<AssertFailedException>(() => OpenSsl.Run(["verify", "-CAfile", Other(root), .. above, chain[0]]));
        }
    }

    [TestMethod]
    public void DotnetTakesThem()
    {
        foreach ((string root, string purpose, string[] chain) in Chains())
        {
            Assert.AreEqual("", Build(root, purpose, chain), chain[0]);
            Assert.AreNotEqual("", Build(Other(root), purpose, chain), chain[0]);
        }
    }

    [TestMethod]
    public void StepTakesThem()
    {
        StepCli.Require();
        foreach ((string root, string purpose, string[] chain) in Chains())
        {
            string bundle = _directory[$"{Guid.NewGuid():N}.pem"];
            File.WriteAllText(bundle, string.Concat(chain.Select(file => File.ReadAllText(file).Trim() + "\n")));
            Assert.IsTrue(StepCli.Takes(root, bundle, purpose == Server ? ["--host", "localhost"] : []), chain[0]);
            Assert.IsFalse(StepCli.Takes(Other(root), bundle), chain[0]);
        }
    }

    private string Other(string root) => root == Fleet ? _environment.FactoryRoot : Fleet;

    private static string Build(string root, string purpose, string[] files)
    {
        X509Certificate2[] certificates = [.. files.Append(root).Select(X509CertificateLoader.LoadCertificateFromFile)];
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.CustomTrustStore.Add(certificates[^1]);
        chain.ChainPolicy.ExtraStore.AddRange(certificates[1..^1]);
        if (purpose.Length > 0)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        }

        return chain.Build(certificates[0]) ? "" : string.Join(' ', chain.ChainStatus.Select(status => status.Status));
    }

    // Root, what it is for, and the certificate with those above it.
    private (string Root, string Purpose, string[] Chain)[] Chains() =>
    [
        (_environment.FactoryRoot, "", [_environment.FactoryIssuing]),
        (_environment.FactoryRoot, Client, [Idevid(), _environment.FactoryIssuing]),
        (Fleet, Server, [_environment.Public("broker/current.pem")]),
        (_environment.Public("fleet-root/next.pem"), Server, [_environment.Public("broker/next.pem")]),
        (Fleet, "", [OperationalCa]),
        (Fleet, Client, [Ldevid(), OperationalCa]),
    ];

    private string Idevid()
    {
        using Bench bench = new();
        Assert.IsNull(bench.Run(new FakeLine(bench.NewBoard())));
        using X509Certificate2 made = X509CertificateLoader.LoadCertificate(bench.Database.FindById("board-1")!.Certificate!);
        return Written(made);
    }

    private string Ldevid()
    {
        using OperationalCa ca = new(
            X509CertificateLoader.LoadCertificateFromFile(OperationalCa), X509CertificateLoader.LoadCertificateFromFile(Fleet),
            KeyOptions.Open(_environment.Private("operational-ca.key.pem"), new PassphraseSource(null, null)), TimeSpan.FromDays(30));
        Device device = new()
        {
            Id = "board-1",
            HardwareId = "hw-1",
            PublicKeyHash = "",
            CertificateSha256 = "",
            Batch = "b",
            Line = "l",
            Station = "s",
            Operator = "o",
            FirmwareVersion = "1",
            ManufacturedAt = DateTime.UnixEpoch,
            Profile = "meter",
            State = DeviceState.Active,
            Tenant = "north",
        };
        IssuableCheck check = IssuableRequest.Check(CertificateRequest.Create(NewKey(), "hw-1", "board-1"), device, 0, _ => false);
        using X509Certificate2 issued = ca.Issue(check.Request!, DateTimeOffset.UtcNow);
        return Written(issued);
    }

    private string Written(X509Certificate2 certificate)
    {
        string file = _directory[$"{Guid.NewGuid():N}.pem"];
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n");
        return file;
    }

    private static StoredKey NewKey()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new StoredKey(P256PrivateKey.Import(key.ExportParameters(true).D!));
    }
}
