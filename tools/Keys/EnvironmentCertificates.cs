using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceFirmware.Keys;

/// <summary>
/// The X.509 profiles of an environment (RFC 5280): P-256, ECDSA with SHA-256, random 128-bit serial, SKI and AKI in every certificate.
/// Every notBefore is the ceremony's own second: a board takes its first time floor from there.
/// </summary>
public sealed class EnvironmentCertificates(EnvironmentName environment, DateTimeOffset created)
{
    /// <summary>IEEE 802.1AR, 8.7: "no well-defined expiration", 99991231235959Z.</summary>
    public static readonly DateTimeOffset NeverEnds = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private const int FleetRootYears = 20;
    private const string OperationalCaText = "operational CA";
    private const int OperationalCaYears = 10;
    private const int BrokerDays = 825;

    /// <summary>Self-signed root of the factory chain; one CA below it.</summary>
    public X509Certificate2 FactoryRoot(ECDsa key) => Root("factory root", key, NeverEnds);

    /// <summary>The CA that signs boards; no CA below it.</summary>
    public X509Certificate2 FactoryIssuing(ECDsa key, X509Certificate2 root, ECDsa rootKey)
    {
        CertificateRequest request = Request("factory issuing CA", key);
        AddCaExtensions(request, pathLength: 0);
        return Sign(request, root, rootKey, NeverEnds);
    }

    /// <summary>Self-signed root of the fleet chain.</summary>
    public X509Certificate2 FleetRoot(ECDsa key) => Root("fleet root", key, created.AddYears(FleetRootYears));

    /// <summary>The CA that issues operational certificates; no CA below it. Its key works at the fleet server, so it ends before its root does.</summary>
    public X509Certificate2 OperationalCa(ECDsa key, X509Certificate2 root, ECDsa rootKey)
    {
        CertificateRequest request = Request(OperationalCaText, key);
        AddCaExtensions(request, pathLength: 0);
        return Sign(request, root, rootKey, created.AddYears(OperationalCaYears));
    }

    /// <summary>The broker's TLS certificate.</summary>
    public X509Certificate2 Broker(ECDsa key, X509Certificate2 root, ECDsa rootKey, string host, IPAddress address)
    {
        CertificateRequest request = Request("broker", key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(host);
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        return Sign(request, root, rootKey, created.AddDays(BrokerDays));
    }

    private X509Certificate2 Root(string name, ECDsa key, DateTimeOffset notAfter)
    {
        CertificateRequest request = Request(name, key);
        AddCaExtensions(request, pathLength: 1);
        request.CertificateExtensions.Add(AuthorityOf(request.CertificateExtensions));
        return request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), created, notAfter, RandomNumberGenerator.GetBytes(16));
    }

    private X509Certificate2 Sign(CertificateRequest request, X509Certificate2 issuer, ECDsa issuerKey, DateTimeOffset notAfter)
    {
        request.CertificateExtensions.Add(AuthorityOf(issuer.Extensions));
        return request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), created, notAfter, RandomNumberGenerator.GetBytes(16));
    }

    /// <summary>The operational CA's name, as a request for it has it.</summary>
    public static X500DistinguishedName OperationalCaName(EnvironmentName environment) => Name(environment, OperationalCaText);

    private static X500DistinguishedName Name(EnvironmentName environment, string name)
    {
        // The builder's last addition stands first in the encoding.
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName($"{environment} {name}");
        subject.AddOrganizationName(environment.Value);
        return subject.Build();
    }

    private CertificateRequest Request(string name, ECDsa key)
    {
        CertificateRequest request = new(Name(environment, name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509SubjectKeyIdentifierExtension(request.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, critical: false));
        return request;
    }

    private static void AddCaExtensions(CertificateRequest request, int pathLength)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
    }

    private static X509AuthorityKeyIdentifierExtension AuthorityOf(IEnumerable<X509Extension> issuer) =>
        X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer.OfType<X509SubjectKeyIdentifierExtension>().Single());
}
