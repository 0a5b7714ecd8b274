using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The certificates of one test environment, made by .NET: a root, an issuing CA, a broker, and devices as asked for.</summary>
internal sealed class TestPki : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly DateTimeOffset _never = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
    private static readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _fleetKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _operationalKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestPki(string name = "test")
    {
        CertificateRequest root = new($"CN={name} factory root", _rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        Root = root.CreateSelfSigned(_begin, _never);

        CertificateRequest issuing = new($"CN={name} factory issuing", _issuingKey, HashAlgorithmName.SHA256);
        issuing.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        issuing.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using X509Certificate2 issued = issuing.Create(Root, _begin, _never, RandomNumberGenerator.GetBytes(16));
        Issuing = issued.CopyWithPrivateKey(_issuingKey);

        CertificateRequest fleet = Authority("fleet root", _fleetKey, 1);
        FleetRoot = fleet.CreateSelfSigned(_begin, _begin.AddYears(20));
        CertificateRequest operational = Authority("operational CA", _operationalKey, 0);
        operational.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            FleetRoot.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        using X509Certificate2 ca = operational.Create(FleetRoot, _begin, _begin.AddYears(10), RandomNumberGenerator.GetBytes(16));
        OperationalCa = X509CertificateLoader.LoadCertificate(ca.RawData);

        BrokerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest broker = new("CN=localhost", BrokerKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        broker.CertificateExtensions.Add(names.Build());
        broker.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        Broker = broker.CreateSelfSigned(_begin, _begin.AddDays(825));
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 FleetRoot { get; }

    public X509Certificate2 OperationalCa { get; }

    public X509Certificate2 Issuing { get; }

    public X509Certificate2 Broker { get; }

    public ECDsa BrokerKey { get; }

    private static CertificateRequest Authority(string name, ECDsa key, int pathLength)
    {
        CertificateRequest request = new($"CN=test {name}, O=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    /// <summary>A device certificate with its key; each parameter departs from the right one in one thing.</summary>
    public X509Certificate2 Device(
        string subject,
        DateTimeOffset? notBefore = null,
        DateTimeOffset? notAfter = null,
        string? usage = ClientAuthentication,
        bool authority = false,
        ECDsa? key = null,
        bool selfSigned = false,
        AsymmetricAlgorithm? foreignKey = null)
    {
        CertificateRequest request;
        if (foreignKey is RSA rsa)
        {
            request = new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        else
        {
            key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
            request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(authority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], true));
        }

        if (selfSigned)
        {
            return request.CreateSelfSigned(notBefore ?? _begin, notAfter ?? _never);
        }

        X509SignatureGenerator signer = X509SignatureGenerator.CreateForECDsa(_issuingKey);
        using X509Certificate2 issued = request.Create(
            Issuing.SubjectName, signer, notBefore ?? _begin, notAfter ?? _never, RandomNumberGenerator.GetBytes(16));
        return foreignKey is RSA owner ? issued.CopyWithPrivateKey(owner) : issued.CopyWithPrivateKey(key!);
    }

    /// <summary>What whoever has the operational CA's key can make: an LDevID that nobody has registered.</summary>
    public X509Certificate2 Operational(string id, string tenant, DateTimeOffset notBefore, DateTimeOffset notAfter, ECDsa? key = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"O={tenant}, CN={id}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientAuthentication)], false));
        using X509Certificate2 issued = request.Create(
            OperationalCa.SubjectName, X509SignatureGenerator.CreateForECDsa(_operationalKey), notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }

    public static Dictionary<string, string> RecordOf(string id, X509Certificate2 certificate)
    {
        Dictionary<string, string> record = Records.Record(id);
        record["publicKeyHash"] = Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        record["certificateSha256"] = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        record["profile"] = "meter";
        return record;
    }

    /// <summary>Writes what the server reads.</summary>
    public void WriteTo(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "root.pem"), Root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "issuing.pem"), Issuing.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "fleet-root.pem"), FleetRoot.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "operational.pem"), OperationalCa.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "operational.key.pem"), _operationalKey.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(directory, "broker.pem"), Broker.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "broker.key.pem"), BrokerKey.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        FleetRoot.Dispose();
        OperationalCa.Dispose();
        _fleetKey.Dispose();
        _operationalKey.Dispose();
        Root.Dispose();
        Issuing.Dispose();
        Broker.Dispose();
        BrokerKey.Dispose();
        _rootKey.Dispose();
        _issuingKey.Dispose();
    }
}
