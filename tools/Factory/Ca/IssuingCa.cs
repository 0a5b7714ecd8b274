using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>The issuing CA at this station: certificate, private key, and the root that boards have embedded. Checked against each other once, at the start.</summary>
public sealed class IssuingCa : IDisposable
{
    private const int MaximumFileLength = 8 * 1024;

    private IssuingCa(string environment, Certificate certificate, Certificate root, ECDsa key)
    {
        Environment = environment;
        Certificate = certificate;
        Root = root;
        Key = key;
    }

    /// <summary>The environment: O of the CA's subject.</summary>
    public string Environment { get; }

    /// <summary>The CA's certificate.</summary>
    public Certificate Certificate { get; }

    /// <summary>The factory root.</summary>
    public Certificate Root { get; }

    /// <summary>The CA's private key.</summary>
    public ECDsa Key { get; }

    /// <summary>Reads certificate and root and opens the key, or ends the tool with bad input when boards could not accept what this CA would sign.</summary>
    public static IssuingCa Load(string certificatePath, string keyReference, string rootPath, TimeProvider time, PassphraseSource? passphrase = null)
    {
        Certificate certificate = ReadCertificate(certificatePath);
        Certificate root = ReadCertificate(rootPath);
        string? problem = WhyUnusable(certificate, root, time.GetUtcNow().ToUnixTimeSeconds());
        if (problem is not null)
        {
            throw ToolFailure.BadInput($"{certificatePath}: {problem}");
        }

        HeldKey key = KeyOptions.Open(keyReference, passphrase ?? PassphraseSource.Prompt);
        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.EncodeSubjectPublicKeyInfo()))
        {
            key.Dispose();
            throw ToolFailure.BadInput($"{keyReference} is not the key of {certificatePath}");
        }

        return new IssuingCa(certificate.Subject.Organization, certificate, root, key);
    }

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();

    private static string? WhyUnusable(Certificate certificate, Certificate root, long now)
    {
        CertificateExtensions extensions = certificate.Extensions;
        return !extensions.IsAuthority || !extensions.MaySignCertificates || extensions.PathLength != 0 ? "not a CA with keyCertSign and path length 0"
            : certificate.NotAfter != X509Time.NoEnd ? "an issuing CA of boards has no end date (99991231235959Z)"
            : certificate.NotBefore > now ? "it is not valid yet: the station's clock is wrong"
            : !certificate.IsSignedBy(root) ? "not signed by the given root"
            : !Ascii.IsName(certificate.Subject.Organization) || certificate.Subject.Organization != root.Subject.Organization ? "its O (the environment) is not the root's"
            : null;
    }

    private static Certificate ReadCertificate(string path)
    {
        byte[]? der = Pem.Decode("CERTIFICATE", WholeFile.Read(path, MaximumFileLength));
        return (der is null ? null : Certificate.Decode(der))
            ?? throw ToolFailure.BadInput($"{path} is not one X.509 v3 certificate in PEM with a P-256 key, signed by ECDSA with SHA-256");
    }
}
