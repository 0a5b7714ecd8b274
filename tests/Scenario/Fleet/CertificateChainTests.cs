using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The question of the TLS layer, without a socket: each refusal beside the certificate that differs in one thing and is accepted.</summary>
[TestClass]
public sealed class CertificateChainTests : IDisposable
{
    private const string Subject = "CN=board-a";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string UsageOid = "2.5.29.37";
    private static readonly DateTimeOffset _now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly TestPki _pki = new();

    public void Dispose() => _pki.Dispose();

    [TestMethod]
    public void Accepts()
    {
        MustBe(null, _pki.Device(Subject));
        MustBe(null, _pki.Device(Subject, _now.AddSeconds(-1), _now.AddSeconds(1)));
    }

    [TestMethod]
    public void Refuses()
    {
        Assert.AreEqual("no-client-certificate", Chain(_now).Judge(null)!.Token);

        using TestPki other = new("other");
        using TestPki sameNames = new();
        MustBe("untrusted-root", other.Device(Subject));
        MustBe("untrusted-root", sameNames.Device(Subject));
        MustBe("untrusted-root", _pki.Device(Subject, selfSigned: true));

        MustBe("certificate-expired", _pki.Device(Subject, _now.AddDays(-2), _now.AddSeconds(-1)));
        MustBe("certificate-not-yet-valid", _pki.Device(Subject, _now.AddSeconds(1)));

        MustBe("no-client-auth", _pki.Device(Subject, usage: null));
        MustBe("no-client-auth", _pki.Device(Subject, usage: ServerAuthentication));
        MustBe("certificate-is-ca", _pki.Device(Subject, authority: true));

        using RSA rsa = RSA.Create(2048);
        using ECDsa larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        MustBe("certificate-key", _pki.Device(Subject, foreignKey: rsa));
        MustBe("certificate-key", _pki.Device(Subject, key: larger));

        MustBe("certificate-malformed", Issue(_pki.Issuing, Subject, new X509Extension(UsageOid, [0x30, 0x05, 0x06], true)));
    }

    /// <summary>The certificate is in date, its issuer is not.</summary>
    [TestMethod]
    public void TheIssuersTimeIsJudgedByTheGivenClock()
    {
        DateTimeOffset before = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 certificate = _pki.Device(Subject, before.AddDays(-1));
        Assert.IsNull(Chain(_now).Judge(certificate));
        Assert.AreEqual("certificate-chain", Chain(before).Judge(certificate)!.Token);
    }

    [TestMethod]
    public void AnIssuerForServersIssuesNoClients()
    {
        X509Extension clients = new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], true);
        X509Extension servers = new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], true);
        foreach ((X509Extension usage, string? token) in new[] { (clients, (string?)null), (servers, "certificate-chain") })
        {
            using X509Certificate2 issuer = Issue(_pki.Root, "CN=another issuing", usage, authority: true);
            using X509Certificate2 certificate = Issue(issuer, Subject, clients);
            Assert.AreEqual(token, Chain(_now, issuer).Judge(certificate)?.Token);
        }
    }

    private void MustBe(string? token, X509Certificate2 certificate)
    {
        using (certificate)
        {
            Refusal? refusal = Chain(_now).Judge(certificate);
            Assert.AreEqual(token, refusal?.Token, refusal?.Text);
        }
    }

    private CertificateChain Chain(DateTimeOffset now, X509Certificate2? issuing = null) => new(_pki.Root, [issuing ?? _pki.Issuing], new StoppedClock(now));

    private static X509Certificate2 Issue(X509Certificate2 issuer, string subject, X509Extension usage, bool authority = false)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(authority ? X509KeyUsageFlags.KeyCertSign : X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(usage);
        using X509Certificate2 issued = request.Create(issuer, issuer.NotBefore, issuer.NotAfter, RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
