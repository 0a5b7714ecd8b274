using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary><c>keys make</c>: one key of an environment, made where it will live, and its public file.</summary>
public static class MakeCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> name = new("role") { Description = string.Join(", ", KeyRole.All.Select(role => role.Name)) };
        FolderOptions folder = new();
        KeyOptions key = new("--key", "where the key goes; not with --request", required: false);
        Option<string?> request = new("--request") { Description = "PKCS#10 PEM of a key that was made where it lives (fleet ca csr), for operational-ca: only its public half comes here" };
        KeyOptions issuer = new("--issuer-key", "the root's key, for factory-issuing, broker, broker-next and operational-ca (of the current fleet root or the next)", required: false, passphrasePrefix: "issuer-");
        Option<bool> plain = NewKey.UnencryptedOption();
        Option<bool> existing = new("--existing") { Description = "the key is there already; make its public file only" };
        Option<bool> replace = new("--replace") { Description = "the role gets another key than it has" };
        BrokerOptions broker = new();
        Command command = new("make", "makes one key of an environment where it will live, in an encrypted file or a token, and its public file") { name, request, plain, existing, replace };
        folder.AddTo(command);
        key.AddTo(command);
        issuer.AddTo(command);
        broker.AddTo(command);
        command.SetAction(parsed =>
        {
            KeyRole role = KeyRole.Parse(parsed.GetRequiredValue(name));
            DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
            EnvironmentName environment = folder.Environment(parsed);
            EnvironmentFolder environmentFolder = EnvironmentFolder.OpenOrBegin(folder.PublicDirectory(parsed), environment, now);
            if (environmentFolder.Has(role) && !parsed.GetValue(replace))
            {
                throw ToolFailure.Refused("exists", $"{environment} has a {role.Name} already; --replace gives the role another key");
            }

            if (KeyRole.All.FirstOrDefault(below => below.Issuer == role && environmentFolder.Has(below)) is KeyRole dependent)
            {
                throw ToolFailure.Refused("root-in-use", $"{dependent.Name} was signed by this {role.Name}, and boards are built with it; another fleet root comes by keys rotate fleet-root, another factory root is another environment");
            }

            // Everything that can refuse comes before the new key.
            // A board that has moved to the next fleet root takes operational certificates under that root only: their CA comes under it before the rotation ends.
            using X509Certificate2? root = role.Issuer is KeyRole above ? environmentFolder.ReadCertificate(above) : null;
            using X509Certificate2? nextRoot = role == KeyRole.OperationalCa && environmentFolder.Has(KeyRole.FleetRootNext) ? environmentFolder.ReadCertificate(KeyRole.FleetRootNext) : null;
            using HeldKey? issuerKey = root is null ? null : issuer.Open(parsed);
            X509Certificate2? issuerCertificate = issuerKey is null ? null : Of(issuerKey, role, root, nextRoot);
            using ECDsa held = parsed.GetValue(request) is { } file
                ? Requested(file, role, environment, key.Reference(parsed))
                : Made(key, parsed, parsed.GetValue(plain), parsed.GetValue(existing));
            environmentFolder.RequireUnused(held.ExportSubjectPublicKeyInfo(), role);
            PublicFile made = Public(role, new EnvironmentCertificates(environment, now), held, issuerCertificate, issuerKey, broker, parsed);
            environmentFolder.Put(parsed.GetValue(plain), (role, made));
            Console.WriteLine($"{role.Meaning}: {role.PublicFile} {made.Fingerprint}");
            Console.WriteLine($"its private key: {role.NextStep}");
            return 0;
        });
        return command;
    }

    private static HeldKey Made(KeyOptions key, ParseResult parsed, bool plain, bool existing)
    {
        string reference = key.Reference(parsed) ?? throw ToolFailure.BadInput("--key says where the key goes");
        if (!existing)
        {
            NewKey.Make(reference, key.Passphrase(parsed), plain);
        }

        return key.Open(parsed);
    }

    // Signed by the key in it; of what else it says, the name must be the role's.
    private static ECDsa Requested(string file, KeyRole role, EnvironmentName environment, string? key)
    {
        if (role != KeyRole.OperationalCa || key is not null)
        {
            throw ToolFailure.BadInput("--request is for operational-ca, in place of --key");
        }

        try
        {
            CertificateRequest request = CertificateRequest.LoadSigningRequestPem(
                System.Text.Encoding.ASCII.GetString(WholeFile.Read(file, 64 * 1024)), HashAlgorithmName.SHA256);
            X500DistinguishedName expected = EnvironmentCertificates.OperationalCaName(environment);
            ECDsa? asked = request.PublicKey.GetECDsaPublicKey();
            return asked is null || Crypto.P256PublicKey.DecodeSubjectPublicKeyInfo(asked.ExportSubjectPublicKeyInfo(), 0, asked.ExportSubjectPublicKeyInfo().Length) is null
                ? throw ToolFailure.Refused("other-curve", $"{file}: the key is not of P-256")
                : !request.SubjectName.RawData.AsSpan().SequenceEqual(expected.RawData)
                ? throw ToolFailure.Refused("other-name", $"{file}: the subject is {request.SubjectName.Name}, not {expected.Name}")
                : asked;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw ToolFailure.Refused("no-request", $"{file} is no PKCS#10 request signed by its own key");
        }
    }

    private static X509Certificate2 Of(HeldKey key, KeyRole role, params X509Certificate2?[] roots)
    {
        byte[] point = key.ExportSubjectPublicKeyInfo();
        return roots.OfType<X509Certificate2>().FirstOrDefault(root => root.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(point))
            ?? throw ToolFailure.Refused("other-key", $"the issuer's key is not that of {role.Issuer!.PublicFile}{(roots[^1] is null ? "" : ", nor of the next one")}");
    }

    private static PublicFile Public(
        KeyRole role, EnvironmentCertificates certificates, ECDsa key, X509Certificate2? issuer, HeldKey? issuerKey, BrokerOptions broker, ParseResult parsed)
    {
        X509Certificate2? certificate = role switch
        {
            _ when role == KeyRole.FactoryRoot => certificates.FactoryRoot(key),
            _ when role == KeyRole.FleetRoot || role == KeyRole.FleetRootNext => certificates.FleetRoot(key),
            _ when role == KeyRole.FactoryIssuing => certificates.FactoryIssuing(key, issuer!, issuerKey!),
            _ when role == KeyRole.Broker || role == KeyRole.BrokerNext => certificates.Broker(key, issuer!, issuerKey!, broker.Host(parsed), broker.Address(parsed)),
            _ when role == KeyRole.OperationalCa => certificates.OperationalCa(key, issuer!, issuerKey!),
            _ => null,
        };
        using (certificate)
        {
            return certificate is null
                ? new PublicFile(PublicFile.PublicKeyLabel, key.ExportSubjectPublicKeyInfo())
                : new PublicFile(PublicFile.CertificateLabel, certificate.RawData);
        }
    }
}
