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
        KeyOptions key = new("--key", "where the key goes");
        KeyOptions issuer = new("--issuer-key", "the root's key, for factory-issuing, broker and broker-next", required: false, passphrasePrefix: "issuer-");
        Option<bool> plain = NewKey.UnencryptedOption();
        Option<bool> existing = new("--existing") { Description = "the key is there already; make its public file only" };
        Option<bool> replace = new("--replace") { Description = "the role gets another key than it has" };
        BrokerOptions broker = new();
        Command command = new("make", "makes one key of an environment where it will live, in an encrypted file or a token, and its public file") { name, plain, existing, replace };
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
            using X509Certificate2? issuerCertificate = role.Issuer is KeyRole above ? environmentFolder.ReadCertificate(above) : null;
            using HeldKey? issuerKey = issuerCertificate is null ? null : OpenIssuer(issuer, parsed, issuerCertificate, role);
            if (!parsed.GetValue(existing))
            {
                NewKey.Make(key.Reference(parsed)!, key.Passphrase(parsed), parsed.GetValue(plain));
            }

            using HeldKey held = key.Open(parsed);
            environmentFolder.RequireUnused(held.ExportSubjectPublicKeyInfo(), role);
            PublicFile file = Public(role, new EnvironmentCertificates(environment, now), held, issuerCertificate, issuerKey, broker, parsed);
            environmentFolder.Put(parsed.GetValue(plain), (role, file));
            Console.WriteLine($"{role.Meaning}: {role.PublicFile} {file.Fingerprint}");
            Console.WriteLine($"its private key: {role.NextStep}");
            return 0;
        });
        return command;
    }

    private static HeldKey OpenIssuer(KeyOptions issuer, ParseResult parsed, X509Certificate2 certificate, KeyRole role)
    {
        HeldKey key = issuer.Open(parsed);
        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo()))
        {
            key.Dispose();
            throw ToolFailure.Refused("other-key", $"the issuer's key is not that of {role.Issuer!.PublicFile}");
        }

        return key;
    }

    private static PublicFile Public(
        KeyRole role, EnvironmentCertificates certificates, HeldKey key, X509Certificate2? issuer, HeldKey? issuerKey, BrokerOptions broker, ParseResult parsed)
    {
        X509Certificate2? certificate = role switch
        {
            _ when role == KeyRole.FactoryRoot => certificates.FactoryRoot(key),
            _ when role == KeyRole.FleetRoot || role == KeyRole.FleetRootNext => certificates.FleetRoot(key),
            _ when role == KeyRole.FactoryIssuing => certificates.FactoryIssuing(key, issuer!, issuerKey!),
            _ when role == KeyRole.Broker || role == KeyRole.BrokerNext => certificates.Broker(key, issuer!, issuerKey!, broker.Host(parsed), broker.Address(parsed)),
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
