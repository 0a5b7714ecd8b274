using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The TLS layer's question: was this certificate issued below our factory root, or by our operational CA, is it in date, and is it a client's? Only the
/// given roots are trusted, never the system's store; nothing is fetched. A refusal names what is wrong; null accepts.
/// </summary>
public sealed class CertificateChain(X509Certificate2 root, X509Certificate2Collection issuing, TimeProvider time, OperationalCa? operational = null)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>The policy by which .NET builds the chain: custom root only, no revocation lookups, no downloads.</summary>
    public X509ChainPolicy CreatePolicy()
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.Add(root);
        policy.ExtraStore.AddRange(issuing);
        if (operational is not null)
        {
            policy.CustomTrustStore.Add(operational.Root);
            policy.ExtraStore.Add(operational.Certificate);
        }

        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    /// <summary>Judges the certificate that a client has presented, null when it presented none.</summary>
    public Refusal? Judge(X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return new Refusal("no-client-certificate", "the client presented no certificate");
        }

        if (Ended(certificate.NotAfter.ToUniversalTime()) is { } ended)
        {
            return ended;
        }

        if (time.GetUtcNow().UtcDateTime < certificate.NotBefore.ToUniversalTime())
        {
            return new Refusal("certificate-not-yet-valid", $"the certificate begins at {certificate.NotBefore.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}");
        }

        return Profile(certificate) ?? Chain(certificate);
    }

    /// <summary>Why a certificate of this last second, UTC, holds no more, in a connection that it has made too; null while it does.</summary>
    public Refusal? Ended(DateTime notAfter)
    {
        return time.GetUtcNow().UtcDateTime > notAfter
            ? new Refusal("certificate-expired", $"the certificate ended at {notAfter:yyyy-MM-ddTHH:mm:ssZ}")
            : null;
    }

    // An absent extended key usage would mean "any use" to X509Chain: here it must be present and name client authentication.
    private static Refusal? Profile(X509Certificate2 certificate)
    {
        try
        {
            bool client = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
                .Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuthentication));
            if (!client)
            {
                return new Refusal("no-client-auth", "the certificate's extended key usage does not name client authentication");
            }

            if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(basic => basic.CertificateAuthority))
            {
                return new Refusal("certificate-is-ca", "the certificate is a certification authority's");
            }

            using ECDsa? key = certificate.GetECDsaPublicKey();
            return key is not null && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256
                ? null
                : new Refusal("certificate-key", "the certificate's key is not of P-256");
        }
        catch (CryptographicException)
        {
            return new Refusal("certificate-malformed", "an extension or the key of the certificate cannot be read");
        }
    }

    private Refusal? Chain(X509Certificate2 certificate)
    {
        using X509Chain chain = new() { ChainPolicy = CreatePolicy() };
        try
        {
            if (chain.Build(certificate))
            {
                return null;
            }

            const X509ChainStatusFlags Strange = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;
            string statuses = string.Join(',', chain.ChainStatus.Select(status => status.Status));
            return chain.ChainStatus.Any(status => (status.Status & Strange) != 0)
                ? new Refusal("untrusted-root", $"the certificate does not chain to the factory root ({statuses})")
                : new Refusal("certificate-chain", $"the chain of the certificate does not hold ({statuses})");
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }
}
