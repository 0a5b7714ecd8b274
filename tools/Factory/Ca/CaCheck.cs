using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Factory;

/// <summary>
/// The door of the decision "may this CA sign boards here?": what a board could not judge is refused at the station, once, instead of on
/// every board. Ordered checks, the first reason refuses; the reader is the board's own.
/// </summary>
public sealed class CaCheck
{
    private const string RootName = "the root";
    private const string IssuingName = "the issuing certificate";

    private CaCheck(CaVerdict verdict, string reason, Certificate? issuing = null, Certificate? root = null, bool byRoot = false)
    {
        IsRootsFault = byRoot;
        Verdict = verdict;
        Reason = reason;
        Issuing = issuing;
        Root = root;
    }

    /// <summary>The verdict.</summary>
    public CaVerdict Verdict { get; }

    /// <summary>The reason in one sentence.</summary>
    public string Reason { get; }

    /// <summary>The issuing CA's certificate; null unless accepted.</summary>
    public Certificate? Issuing { get; }

    /// <summary>The factory root; null unless accepted.</summary>
    public Certificate? Root { get; }

    /// <summary>True when another issuing certificate would not help: the root itself is refused.</summary>
    public bool IsRootsFault { get; }

    /// <summary>The verdict's stable name.</summary>
    public string Token => Verdict switch
    {
        CaVerdict.Accepted => "accepted",
        CaVerdict.Unreadable => "unreadable-certificate",
        CaVerdict.Version => "certificate-version",
        CaVerdict.KeyNotP256 => "key-not-p256",
        CaVerdict.SignatureAlgorithm => "signature-algorithm",
        CaVerdict.Malformed => "malformed-certificate",
        CaVerdict.NoAuthority => "no-authority",
        CaVerdict.PathLength => "path-length",
        CaVerdict.Ends => "has-an-end",
        CaVerdict.KeyPurpose => "key-purpose",
        CaVerdict.NoRoot => "no-root",
        CaVerdict.OtherRoot => "other-root",
        CaVerdict.OtherEnvironment => "other-environment",
        CaVerdict.NotYetValid => "not-yet-valid",
        CaVerdict.OtherKey => "other-key",
        _ => "not-evaluated",
    };

    /// <summary>Decides.</summary>
    /// <param name="issuingPem">The issuing CA's certificate, PEM.</param>
    /// <param name="rootPem">The factory root, PEM: the one that the firmware was built with.</param>
    /// <param name="stationKey">SubjectPublicKeyInfo of the key that the station holds.</param>
    /// <param name="environment">The environment that the station is for; null takes the root's.</param>
    /// <param name="now">Seconds since 1970, UTC.</param>
    public static CaCheck Judge(byte[] issuingPem, byte[] rootPem, byte[] stationKey, string? environment, long now)
    {
        ArgumentNullException.ThrowIfNull(issuingPem);
        ArgumentNullException.ThrowIfNull(rootPem);
        ArgumentNullException.ThrowIfNull(stationKey);
        (Certificate? root, CaCheck? stop) = Read(rootPem, RootName);
        stop ??= WhyNoRoot(root!);
        if (stop is not null)
        {
            return new CaCheck(stop.Verdict, stop.Reason, byRoot: true);
        }

        (Certificate? issuing, stop) = Read(issuingPem, IssuingName);
        return issuing is null ? stop! : WhyNoIssuing(issuing) ?? Together(issuing, root!, stationKey, environment, now);
    }

    private static CaCheck? WhyNoRoot(Certificate root)
    {
        CertificateExtensions extensions = root.Extensions;
        return !extensions.IsAuthority || !extensions.MaySignCertificates ? Refuse(CaVerdict.NoAuthority, $"{RootName} is no CA: it needs basicConstraints CA:TRUE and keyUsage keyCertSign")
            : extensions.PathLength == 0 ? Refuse(CaVerdict.PathLength, $"{RootName} has path length 0 and allows no issuing CA below it")
            : root.NotAfter != X509Time.NoEnd ? Refuse(CaVerdict.Ends, $"{RootName} ends {X509Time.ToIso8601(root.NotAfter)}; a board's identity has no end date, and what is above it has none either (99991231235959Z)")
            : !root.IsSignedBy(root) ? Refuse(CaVerdict.NoRoot, $"{RootName} is not signed by itself")
            : null;
    }

    private static CaCheck? WhyNoIssuing(Certificate issuing)
    {
        CertificateExtensions extensions = issuing.Extensions;
        return !extensions.IsAuthority || !extensions.MaySignCertificates ? Refuse(CaVerdict.NoAuthority, $"{IssuingName} is no CA's: it needs basicConstraints CA:TRUE and keyUsage keyCertSign")
            : extensions.PathLength != 0 ? Refuse(CaVerdict.PathLength, $"{IssuingName} has {(extensions.PathLength < 0 ? "no path length" : $"path length {extensions.PathLength}")}; boards take 0, so that nobody below it can be a CA")
            : issuing.NotAfter != X509Time.NoEnd ? Refuse(CaVerdict.Ends, $"{IssuingName} ends {X509Time.ToIso8601(issuing.NotAfter)}; an issuing CA of boards has no end date (99991231235959Z)")
            : HasPurposeWithoutClients(issuing) ? Refuse(CaVerdict.KeyPurpose, $"{IssuingName} has an extended key usage without clientAuth, so no TLS server would take the boards below it")
            : null;
    }

    private static CaCheck Together(Certificate issuing, Certificate root, byte[] stationKey, string? environment, long now)
    {
        string own = issuing.Subject.Organization ?? "";
        return !Ascii.IsName(root.Subject.Organization) || own != root.Subject.Organization
                ? Refuse(CaVerdict.OtherEnvironment, $"{IssuingName} is of environment '{own}' and {RootName} of '{root.Subject.Organization}' (the O of their subjects)")
            : environment is not null && environment != own ? Refuse(CaVerdict.OtherEnvironment, $"this CA is of environment '{own}', asked for is '{environment}'")
            : !issuing.IsSignedBy(root) ? Refuse(CaVerdict.OtherRoot, $"{IssuingName} is not signed by {RootName} that was given")
            : issuing.NotBefore > now ? Refuse(CaVerdict.NotYetValid, $"{IssuingName} is valid from {X509Time.ToIso8601(issuing.NotBefore)}: the station's clock is wrong, or that of the root's holder")
            : issuing.NotBefore < root.NotBefore ? Refuse(CaVerdict.NotYetValid, $"{IssuingName} is older than {RootName}")
            : !stationKey.AsSpan().SequenceEqual(issuing.PublicKey.EncodeSubjectPublicKeyInfo()) ? Refuse(CaVerdict.OtherKey, $"{IssuingName} is for another key than the station's")
            : new CaCheck(CaVerdict.Accepted, "accepted", issuing, root);
    }

    private static (Certificate? Certificate, CaCheck? Stop) Read(byte[] pem, string what)
    {
        byte[]? der = Pem.Decode("CERTIFICATE", pem) ?? FirstBlock(pem);
        if (der is null)
        {
            return (null, Refuse(CaVerdict.Unreadable, $"{what} is not one certificate in PEM"));
        }

        Certificate? certificate = Certificate.Decode(der);
        return certificate is null ? (null, WhyUnreadable(der, what)) : (certificate, null);
    }

    /// <summary>openssl writes texts around a block; one block is taken, two are not.</summary>
    private static byte[]? FirstBlock(byte[] file)
    {
        string text = System.Text.Encoding.Latin1.GetString(file);
        bool found = PemEncoding.TryFind(text, out PemFields fields) && text[fields.Label] == "CERTIFICATE";
        return found && !PemEncoding.TryFind(text.AsSpan(fields.Location.End.Value), out _) ? Convert.FromBase64String(text[fields.Base64Data]) : null;
    }

    /// <summary>Finds words for a certificate that the board's reader refused; it stays refused whatever is found.</summary>
    private static CaCheck WhyUnreadable(byte[] der, string what)
    {
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
            string? key = OtherKey(certificate);
            return key is not null ? Refuse(CaVerdict.KeyNotP256, $"{what}'s key is {key}; a board judges P-256 and nothing else")
                : certificate.SignatureAlgorithm.Value != "1.2.840.10045.4.3.2" ? Refuse(CaVerdict.SignatureAlgorithm, $"{what} is signed with {certificate.SignatureAlgorithm.FriendlyName}; a board judges ecdsa-with-SHA256 and nothing else")
                : certificate.Version != 3 ? Refuse(CaVerdict.Version, $"{what} is X.509 v{certificate.Version}, which has no extensions: it says neither CA nor key usage nor extended key usage")
                : der.Length > Certificate.MaximumSize ? Refuse(CaVerdict.Malformed, $"{what} has {der.Length} bytes; a board reads {Certificate.MaximumSize}")
                : Refuse(CaVerdict.Malformed, $"{what} has a form that a board does not read: subject and issuer of O, CN and serialNumber, each once; no critical extensions but basicConstraints, keyUsage, extKeyUsage, subjectAltName");
        }
        catch (CryptographicException)
        {
            return Refuse(CaVerdict.Unreadable, $"{what} is not an X.509 certificate");
        }
    }

    private static string? OtherKey(X509Certificate2 certificate)
    {
        using RSA? rsa = certificate.GetRSAPublicKey();
        if (rsa is not null)
        {
            return $"RSA with {rsa.KeySize} bits";
        }

        using ECDsa? curve = certificate.GetECDsaPublicKey();
        return curve is null ? $"of the kind {certificate.PublicKey.Oid.FriendlyName ?? certificate.PublicKey.Oid.Value}"
            : curve.ExportParameters(false).Curve is { IsNamed: true, Oid: { } name } && (name.Value ?? Oid.FromFriendlyName(name.FriendlyName!, OidGroup.PublicKeyAlgorithm).Value) == Tools.PrivateKeyFile.P256Oid ? null
            : $"on another curve ({curve.KeySize} bits)";
    }

    private static bool HasPurposeWithoutClients(Certificate issuing)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(issuing.Encoded);
        return !issuing.Extensions.IsForClients && certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any();
    }

    private static CaCheck Refuse(CaVerdict verdict, string reason) => new(verdict, reason);
}
