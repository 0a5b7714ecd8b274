using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceFirmware.Scenario.Trust;

/// <summary>A fleet root, and what it signs: brokers' certificates and operational CAs.</summary>
internal sealed class FleetRoots : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddDays(-1);

    internal FleetRoots()
    {
        // Every fleet root of an environment has the same name.
        CertificateRequest request = Authority("CN=fleet root", _key, 1);
        _root = request.CreateSelfSigned(_from, _from.AddYears(20));
    }

    internal byte[] Root => _root.RawData;

    /// <summary>Writes a broker's certificate and key for that name, and says where: name.pem and name.key.pem.</summary>
    internal string Broker(string directory, string name, string host)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={host}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using X509Certificate2 certificate = request.Create(_root, _from, _from.AddYears(2), RandomNumberGenerator.GetBytes(16));
        string path = Path.Combine(directory, name);
        File.WriteAllText(path + ".pem", certificate.ExportCertificatePem());
        File.WriteAllText(path + ".key.pem", key.ExportPkcs8PrivateKeyPem());
        return path;
    }

    /// <summary>An operational CA.</summary>
    internal byte[] OperationalCa()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Authority("CN=operational CA", key, 0).Create(_root, _from, _from.AddYears(10), RandomNumberGenerator.GetBytes(16));
        return certificate.RawData;
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key, int pathLength)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }
}
