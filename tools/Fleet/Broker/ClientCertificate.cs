using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceFirmware.Fleet;

/// <summary>
/// What a client certificate says of its owner. The TLS layer has proved the key and the chain; whether the fleet knows this certificate is
/// the question of <see cref="ClientPolicy"/>. The id is the one common name of the subject; a serialNumber attribute, where there is one,
/// must be the id or the registered hardware id (IEEE 802.1AR). Which of a device's identities it is, the registry says.
/// </summary>
public sealed record ClientCertificate
{
    private const string CommonNameOid = "2.5.4.3";
    private const string SerialNumberOid = "2.5.4.5";

    private ClientCertificate()
    {
    }

    /// <summary>The id that the subject names; empty when <see cref="Problem"/> says why there is none.</summary>
    public string Id { get; private init; } = "";

    /// <summary>The subject's serialNumber; null when it has none.</summary>
    public string? SerialNumber { get; private init; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower-case hex.</summary>
    public string PublicKeyHash { get; private init; } = "";

    /// <summary>SHA-256 of the DER, lower-case hex.</summary>
    public string Fingerprint { get; private init; } = "";

    /// <summary>Its last second, UTC.</summary>
    public DateTime NotAfter { get; private init; }

    /// <summary>Why the subject names no device; null when it does.</summary>
    public string? Problem { get; private init; }

    /// <summary>Reads a certificate whose chain has been judged already.</summary>
    public static ClientCertificate Read(X509Certificate2 certificate)
    {
        ClientCertificate read = new()
        {
            PublicKeyHash = Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())),
            Fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData)),
            NotAfter = certificate.NotAfter.ToUniversalTime(),
        };
        try
        {
            List<string> names = [];
            List<string> serials = [];
            foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
            {
                if (part.HasMultipleElements)
                {
                    return read with { Problem = "the subject has a part of several values" };
                }

                string? oid = part.GetSingleElementType().Value;
                List<string>? values = oid switch { CommonNameOid => names, SerialNumberOid => serials, _ => null };
                values?.Add(part.GetSingleElementValue() ?? "");
            }

            return names.Count != 1 || serials.Count > 1
                ? read with { Problem = "the subject must have one common name and at most one serialNumber" }
                : !DeviceId.IsValid(names[0])
                ? read with { Problem = "the common name is no device id, [a-z0-9-]{1,32}" }
                : read with { Id = names[0], SerialNumber = serials.FirstOrDefault() };
        }
        catch (CryptographicException)
        {
            return read with { Problem = "the subject cannot be read" };
        }
    }
}
