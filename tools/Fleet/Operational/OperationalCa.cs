using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Identity;
using DeviceFirmware.Tools;
using NetCertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The CA of operational certificates: its key works at the fleet server, its certificate was signed by the fleet root somewhere else. It issues
/// LDevIDs (IEEE 802.1AR) that end by themselves.
/// </summary>
public sealed class OperationalCa : IDisposable
{
    private readonly HeldKey _key;
    private readonly Lock _signing = new(); // a token signs one thing at a time
    private readonly string _environment;

    /// <summary>The CA of these files, or bad input that says what is wrong.</summary>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="root">The fleet root's.</param>
    /// <param name="key">Its key; disposed with the CA.</param>
    /// <param name="life">How long its certificates live.</param>
    public OperationalCa(X509Certificate2 certificate, X509Certificate2 root, HeldKey key, TimeSpan life)
    {
        Identity.Certificate? own = Identity.Certificate.Decode(certificate.RawData);
        Identity.Certificate? above = Identity.Certificate.Decode(root.RawData);
        string? problem = own is null || above is null ? "no certificate of the project's kind"
            : !own.Extensions.IsAuthority || !own.Extensions.MaySignCertificates || own.Extensions.PathLength != 0 ? "no CA with path length 0"
            : own.Subject.Organization is null ? "names no environment"
            : !own.IsSignedBy(above) ? "not signed by the fleet root"
            : !own.PublicKey.IsSameAs(key.PublicKey) ? "for another key"
            : certificate.RawData.Length > OperationalCertificate.MaximumSize ? $"larger than {OperationalCertificate.MaximumSize} bytes"
            : null;
        if (problem is not null)
        {
            throw ToolFailure.BadInput($"--operational-certificate: {problem}");
        }

        if (life < TimeSpan.FromSeconds(3) || life.TotalSeconds > OperationalCertificate.MaximumLife)
        {
            throw ToolFailure.BadInput("--operational-life: 3 seconds to 90 days; boards take no more");
        }

        Certificate = certificate;
        Root = root;
        Life = life;
        _key = key;
        _environment = own!.Subject.Organization!;
    }

    /// <summary>The CA's certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The fleet root's.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>How long its certificates live.</summary>
    public TimeSpan Life { get; }

    /// <summary>Issues a certificate from that second on. It has passed the board's own door before this returns.</summary>
    public X509Certificate2 Issue(IssuableRequest accepted, DateTimeOffset notBefore)
    {
        PublicKey key = PublicKey.CreateFromSubjectPublicKeyInfo(accepted.PublicKey.EncodeSubjectPublicKeyInfo(), out _);
        NetCertificateRequest request = new(Subject(accepted), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(key, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri($"urn:devicefirmware:{_environment}:{accepted.DeviceId}"));
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset begin = DateTimeOffset.FromUnixTimeSeconds(notBefore.ToUnixTimeSeconds());
        X509Certificate2 issued;
        lock (_signing)
        {
            issued = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), begin, begin + Life, RandomNumberGenerator.GetBytes(16));
        }

        RequireBoardWouldAccept(issued, accepted, begin);
        return issued;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        Root.Dispose();
        _key.Dispose();
    }

    private static X500DistinguishedName Subject(IssuableRequest accepted)
    {
        // The builder's last addition stands first in the encoding.
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(accepted.DeviceId);
        subject.Add("2.5.4.5", accepted.HardwareId, UniversalTagNumber.PrintableString);
        if (accepted.Product.Length > 0)
        {
            subject.AddOrganizationalUnitName(accepted.Product);
        }

        subject.AddOrganizationName(accepted.Tenant);
        return subject.Build();
    }

    private void RequireBoardWouldAccept(X509Certificate2 issued, IssuableRequest accepted, DateTimeOffset begin)
    {
        OperationalRules rules = new(accepted.HardwareId, accepted.DeviceId, _environment, Root.RawData, Certificate.RawData, begin.ToUnixTimeSeconds(), 0);
        OperationalCheck check = OperationalCertificate.Check(issued.RawData, Certificate.RawData, accepted.PublicKey, rules);
        if (check.Verdict != OperationalVerdict.Accepted)
        {
            throw new InvalidOperationException($"the certificate just made would not pass the board's door: {check.Token}");
        }
    }
}
