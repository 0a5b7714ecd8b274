using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Fleet;

namespace DeviceFirmware.Bench;

/// <summary>
/// One environment for all brokers of a run: root, issuing CA, broker certificate, and devices that are registered and shipped. The same
/// certificates meet every broker.
/// </summary>
internal sealed class BenchEnvironment : IDisposable
{
    private static readonly DateTimeOffset _begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _end = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("devicefirmware-bench-").FullName;
    private readonly ECDsa _issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _issuing;

    public BenchEnvironment(int devices)
    {
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest root = Authority("CN=bench root", rootKey, 1);
        Root = root.CreateSelfSigned(_begin, _end);
        _issuing = Authority("CN=bench issuing", _issuingKey, 0).Create(Root, _begin, _end, RandomNumberGenerator.GetBytes(16));
        using ECDsa brokerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest broker = new("CN=localhost", brokerKey, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        broker.CertificateExtensions.Add(names.Build());
        broker.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        Broker = broker.CreateSelfSigned(_begin, _begin.AddDays(825));
        File.WriteAllText(PathOf("root.pem"), Root.ExportCertificatePem());
        File.WriteAllText(PathOf("issuing.pem"), _issuing.ExportCertificatePem());
        File.WriteAllText(PathOf("clients-ca.pem"), Root.ExportCertificatePem() + "\n" + _issuing.ExportCertificatePem() + "\n");
        File.WriteAllText(PathOf("broker.pem"), Broker.ExportCertificatePem());
        File.WriteAllText(PathOf("broker.key.pem"), brokerKey.ExportPkcs8PrivateKeyPem());
        Devices = [.. Enumerable.Range(0, devices).Select(i => ($"bench-{i:00000}", Device($"bench-{i:00000}")))];
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Broker { get; }

    public (string Id, X509Certificate2 Certificate)[] Devices { get; }

    public string PathOf(string name) => Path.Combine(_directory, name);

    /// <summary>A certificate with its key, below the issuing CA.</summary>
    public X509Certificate2 Device(string id)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={id}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], true));
        using X509Certificate2 issued = request.Create(
            _issuing.SubjectName, X509SignatureGenerator.CreateForECDsa(_issuingKey), _begin, _end, RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>A data directory in which the devices are registered and shipped, and a key of its API.</summary>
    public string Register(string name, out string apiKey)
    {
        Directory.CreateDirectory(PathOf(name));
        using DeviceRegistry registry = new(DatabaseSource.Sqlite(PathOf(name)), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System));
        DateTime now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach ((string Id, X509Certificate2 Certificate)[] some in Devices.Chunk(500))
        {
            registry.Import([.. some.Select(device => new Device
            {
                Id = device.Id,
                HardwareId = "hw-" + device.Id,
                PublicKeyHash = Convert.ToHexStringLower(SHA256.HashData(device.Certificate.PublicKey.ExportSubjectPublicKeyInfo())),
                CertificateSha256 = Convert.ToHexStringLower(SHA256.HashData(device.Certificate.RawData)),
                Batch = "bench",
                Line = "bench",
                Station = "bench",
                Operator = "bench",
                FirmwareVersion = "1.0.0",
                ManufacturedAt = now,
            })]);
        }

        foreach ((string id, _) in Devices)
        {
            registry.ChangeState(id, DeviceState.Shipped, Actor.Factory, "bench");
            registry.ChangeState(id, DeviceState.Claimed, Actor.Owner, "bench");
        }

        using DatabaseSource source = DatabaseSource.Sqlite(PathOf(name));
        apiKey = Encoding.ASCII.GetString(new ApiKeys(source, TimeProvider.System).Create("bench", ApiRoles.Any, null).Value!.Text);
        return PathOf(name);
    }

    public void Dispose()
    {
        foreach ((_, X509Certificate2 certificate) in Devices)
        {
            certificate.Dispose();
        }

        Root.Dispose();
        Broker.Dispose();
        _issuing.Dispose();
        _issuingKey.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static CertificateRequest Authority(string subject, ECDsa key, int length)
    {
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, length, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }
}
