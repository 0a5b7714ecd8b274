using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;
using NetCertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;

namespace DeviceFirmware.Factory;

/// <summary>
/// Makes IDevIDs (IEEE 802.1AR-2018 clause 8) for requests that passed the CSR policy: no end date, subject O, OU, serialNumber and CN, end
/// entity, digitalSignature, clientAuth, key identifiers, and a URN with environment and id.
/// </summary>
public sealed class CertificateIssuer(IssuingCa ca)
{
    private static readonly DateTimeOffset _neverEnds = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private readonly Lock _signing = new();

    /// <summary>The certificate, DER. It has passed the board's own certificate door before this returns.</summary>
    /// <param name="csr">The accepted request.</param>
    /// <param name="serial">Serial number, 16 random bytes, recorded before the signature.</param>
    /// <param name="batch">Its batch: the board's group for orders to groups, as OU, when it is a name; otherwise the board is in none.</param>
    /// <param name="notBefore">UTC second of the intent, recorded likewise.</param>
    public byte[] Issue(AcceptedCsr csr, byte[] serial, string batch, DateTimeOffset notBefore)
    {
        PublicKey key = PublicKey.CreateFromSubjectPublicKeyInfo(csr.PublicKey.EncodeSubjectPublicKeyInfo(), out _);
        NetCertificateRequest request = new(Subject(csr, batch), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(
            new X509SubjectKeyIdentifierExtension(key, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, critical: false));

        using X509Certificate2 issuer = X509CertificateLoader.LoadCertificate(ca.Certificate.Encoded);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        SubjectAlternativeNameBuilder names = new();
        names.AddUri(new Uri($"urn:devicefirmware:{ca.Environment}:{csr.DeviceId}"));
        request.CertificateExtensions.Add(names.Build());

        using X509Certificate2 certificate = Sign(request, issuer, notBefore, serial);
        RequireBoardWouldAccept(certificate.RawData, csr);
        return certificate.RawData;
    }

    /// <summary>One signature at a time: a token's session serves one caller.</summary>
    private X509Certificate2 Sign(NetCertificateRequest request, X509Certificate2 issuer, DateTimeOffset notBefore, byte[] serial)
    {
        lock (_signing)
        {
            return request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(ca.Key), notBefore, _neverEnds, serial);
        }
    }

    private X500DistinguishedName Subject(AcceptedCsr csr, string batch)
    {
        // The builder's last addition stands first in the encoding.
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(csr.DeviceId);
        subject.Add("2.5.4.5", csr.HardwareId, UniversalTagNumber.PrintableString);
        if (Ascii.IsName(batch))
        {
            subject.AddOrganizationalUnitName(batch);
        }

        subject.AddOrganizationName(ca.Environment);
        return subject.Build();
    }

    private void RequireBoardWouldAccept(byte[] certificate, AcceptedCsr csr)
    {
        CertificateCheck check = DeviceCertificate.Check(
            certificate, ca.Certificate.Encoded, csr.PublicKey, csr.HardwareId, csr.DeviceId, ca.Environment, ca.Root.Encoded);
        if (check.Verdict != CertificateVerdict.Accepted)
        {
            throw new InvalidOperationException($"the certificate just made would not pass the board's policy: {check.Token}");
        }
    }
}
