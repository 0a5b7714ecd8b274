using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>
/// <c>keys rotate</c>: the next OTA or command key, or the next fleet root with the broker's certificate under it, becomes the current one, and
/// a new next one is made.
/// </summary>
public static class RotateCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> role = new("role")
        {
            Description = "ota-signing, the default, command, or fleet-root, once every board has confirmed a trust set with the next one",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => KeyRole.OtaCurrent.Name,
        };
        FolderOptions folder = new();
        KeyOptions key = new("--key", "where the new next key goes");
        Option<bool> plain = NewKey.UnencryptedOption();
        Option<bool> existing = new("--existing") { Description = "the new next key is there already, such as after a rotation that was cut: make its public file only" };
        Command command = new("rotate", "the next key of a role becomes the current one; a new next one is made. Boards trust both already; a fleet root they trust by a trust set") { role, plain, existing };
        folder.AddTo(command);
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            (KeyRole current, KeyRole after) = parsed.GetRequiredValue(role) switch
            {
                "ota-signing" => (KeyRole.OtaCurrent, KeyRole.OtaNext),
                "command" => (KeyRole.CommandCurrent, KeyRole.CommandNext),
                "fleet-root" => (KeyRole.FleetRoot, KeyRole.FleetRootNext),
                _ => throw ToolFailure.BadInput("rotate ota-signing, command or fleet-root; other keys are made anew with keys make ROLE --replace"),
            };
            EnvironmentName environment = folder.Environment(parsed);
            EnvironmentFolder environmentFolder = EnvironmentFolder.Open(folder.PublicDirectory(parsed), environment);
            PublicFile retired = environmentFolder.Read(current);
            PublicFile promoted = environmentFolder.Read(after);
            PublicFile? broker = current == KeyRole.FleetRoot ? Followers(environmentFolder, promoted) : null;
            if (!parsed.GetValue(existing))
            {
                NewKey.Make(key.Reference(parsed)!, key.Passphrase(parsed), parsed.GetValue(plain));
            }

            using HeldKey held = key.Open(parsed);
            byte[] made = held.ExportSubjectPublicKeyInfo();
            foreach (KeyRole known in (KeyRole[])[current, after])
            {
                environmentFolder.RequireUnused(made, known);
            }

            PublicFile next = broker is null ? new PublicFile(PublicFile.PublicKeyLabel, made) : Root(environment, held);
            (KeyRole, PublicFile?)[] files = [(current, promoted), (after, next)];
            environmentFolder.Put(parsed.GetValue(plain), broker is null ? files : [.. files, (KeyRole.Broker, broker), (KeyRole.BrokerNext, null)]);
            Console.WriteLine($"retired:  {retired.Fingerprint}; boards in the field trust it until {(broker is null ? "a new deployment" : "they have confirmed a trust set without it")}");
            Console.WriteLine($"current:  {promoted.Fingerprint}; sign with it from now on");
            Console.WriteLine($"next:     {next.Fingerprint}; {after.NextStep}");
            return 0;
        });
        return command;
    }

    /// <summary>The broker's next certificate, when it and the operational CA are under the root that is to be promoted: otherwise boards would have moved to a root that nobody serves.</summary>
    private static PublicFile Followers(EnvironmentFolder folder, PublicFile promoted)
    {
        PublicFile broker = folder.Read(KeyRole.BrokerNext);
        foreach (KeyRole below in (KeyRole[])[KeyRole.BrokerNext, KeyRole.OperationalCa])
        {
            if (folder.Has(below) && !folder.Read(below).IsSignedBy(promoted))
            {
                throw ToolFailure.Refused("other-root", below == KeyRole.BrokerNext
                    ? $"{below.PublicFile} is not under the next fleet root: keys make broker-next --replace"
                    : $"{below.PublicFile} is not under the next fleet root: boards that have moved take no certificate of it. keys make operational-ca --replace --existing --issuer-key NEXT_ROOT");
            }
        }

        return broker;
    }

    private static PublicFile Root(EnvironmentName environment, HeldKey key)
    {
        EnvironmentCertificates certificates = new(environment, DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        using X509Certificate2 root = certificates.FleetRoot(key);
        return new PublicFile(PublicFile.CertificateLabel, root.RawData);
    }
}
