using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>
/// A public file of an environment: exactly one PEM block. Its fingerprint is the SHA-256 of the DER inside, so that it equals
/// what <c>openssl x509 -fingerprint -sha256</c> prints, and for an OTA key the KEYHASH of the images it signed.
/// </summary>
public sealed record PublicFile(string Label, byte[] Der)
{
    /// <summary>PEM label of a certificate.</summary>
    public const string CertificateLabel = "CERTIFICATE";
    /// <summary>PEM label of a SubjectPublicKeyInfo.</summary>
    public const string PublicKeyLabel = "PUBLIC KEY";
    private const int MaximumLength = 16 * 1024;

    /// <summary><c>sha256:</c> and 64 hex digits.</summary>
    public string Fingerprint => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Der));

    /// <summary>True when this is a certificate that the issuer's key has signed.</summary>
    public bool IsSignedBy(PublicFile issuer) =>
        Identity.Certificate.Decode(Der) is { } own && Identity.Certificate.Decode(issuer.Der) is { } above && own.IsSignedBy(above);

    /// <summary>The file's text.</summary>
    public string ToPem() => PemEncoding.WriteString(Label, Der) + "\n";

    /// <summary>Reads a file of exactly one PEM block, or ends the tool with bad input.</summary>
    public static PublicFile Read(string path)
    {
        string text = Encoding.ASCII.GetString(WholeFile.Read(path, MaximumLength));
        if (!PemEncoding.TryFind(text, out PemFields fields))
        {
            throw ToolFailure.BadInput($"{path} holds no PEM block");
        }

        string label = text[fields.Label];
        bool alone = text.AsSpan(0, fields.Location.Start.Value).IsWhiteSpace() && text.AsSpan(fields.Location.End.Value).IsWhiteSpace();
        if (!alone || label is not (CertificateLabel or PublicKeyLabel))
        {
            throw ToolFailure.BadInput($"{path} must hold one certificate or one public key and nothing else");
        }

        return new PublicFile(label, Convert.FromBase64String(text[fields.Base64Data]));
    }
}
