using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>
/// <c>factory ca new</c>, <c>ca csr</c>, <c>ca import</c>: the issuing key is made at the station and never leaves it; the root is somewhere
/// else, without a network, and only signs the request.
/// </summary>
public static class CaCommand
{
    /// <summary>The command with its three.</summary>
    public static Command Create() => new("ca", "makes the station's issuing CA: key, request for the root's holder, and what came back") { New(), Csr(), Import() };

    private static Command New()
    {
        KeyOptions key = new("--key", "where the new issuing key goes");
        Option<bool> plain = NewKey.UnencryptedOption();
        Command command = new("new", "makes the issuing CA's P-256 key, in an encrypted file outside any git work tree or inside a token; overwrites nothing") { plain };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            NewKey.Make(key.Reference(parsed)!, key.Passphrase(parsed), parsed.GetValue(plain));
            Console.WriteLine("made. Next, its request for the root's holder: factory ca csr --key REFERENCE --environment NAME --out issuing.csr");
            return 0;
        });
        return command;
    }

    private static Command Csr()
    {
        KeyOptions key = new("--key", "the issuing key");
        Option<string> environment = EnvironmentOption(required: true);
        Option<string> output = new("--out") { Required = true, Description = "file of the request, PKCS#10 PEM" };
        Option<bool> force = new("--force") { Description = "replace the file if it exists" };
        Option<bool> newRoot = new("--new-root") { Description = "print the commands for a new root as well" };
        Command command = new("csr", "writes the request that the offline root's holder signs, and prints the openssl commands for it") { environment, output, force, newRoot };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            string name = ParseEnvironment(parsed.GetRequiredValue(environment));
            using HeldKey held = key.Open(parsed);
            byte[] request = Encoding.ASCII.GetBytes(Request(name, held).CreateSigningRequestPem() + "\n");
            WholeFile.Write(parsed.GetRequiredValue(output), request, parsed.GetValue(force));
            Console.WriteLine($"# {parsed.GetRequiredValue(output)}: environment {name}, key sha256:{Convert.ToHexStringLower(held.KeyHash)}");
            Console.Write(CaEquivalent.Commands(name, parsed.GetValue(newRoot)));
            Console.WriteLine("# Then, at the station: factory ca import --key REFERENCE --environment NAME --certificate issuing.pem --root root.pem --out DIRECTORY");
            return 0;
        });
        return command;
    }

    private static Command Import()
    {
        KeyOptions key = new("--key", "the issuing key");
        Option<string> environment = EnvironmentOption(required: true);
        Option<string> certificate = new("--certificate") { Required = true, Description = "the issuing certificate that the root's holder signed, PEM" };
        Option<string> root = new("--root") { Required = true, Description = "the factory root's certificate, PEM: the one that the firmware is built with" };
        Option<string> output = new("--out") { Required = true, Description = "directory for issuing.pem and root.pem, for --ca-certificate and --root" };
        Option<bool> force = new("--force") { Description = "replace what lies there" };
        Command command = new("import", "takes the signed issuing certificate and its root, and refuses what a board cannot judge") { environment, certificate, root, output, force };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            string name = ParseEnvironment(parsed.GetRequiredValue(environment));
            byte[] issuingPem = IssuingCa.ReadFile(parsed.GetRequiredValue(certificate));
            byte[] rootPem = IssuingCa.ReadFile(parsed.GetRequiredValue(root));
            using HeldKey held = key.Open(parsed);
            CaCheck check = CaCheck.Judge(issuingPem, rootPem, held.ExportSubjectPublicKeyInfo(), name, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
            if (check.Issuing is null || check.Root is null)
            {
                Console.Write(CaEquivalent.Commands(name, check.IsRootsFault));
                throw ToolFailure.Refused(check.Token, check.Reason);
            }

            string directory = parsed.GetRequiredValue(output);
            Directory.CreateDirectory(directory);
            Keep(directory, "root.pem", check.Root.Encoded, parsed.GetValue(force));
            Keep(directory, "issuing.pem", check.Issuing.Encoded, parsed.GetValue(force));
            return 0;
        });
        return command;
    }

    private static void Keep(string directory, string file, byte[] certificate, bool force)
    {
        string path = Path.Combine(directory, file);
        byte[] pem = Pem.Encode("CERTIFICATE", certificate);
        if (!File.Exists(path) || !WholeFile.Read(path, 64 * 1024).AsSpan().SequenceEqual(pem))
        {
            WholeFile.Write(path, pem, force);
        }

        Console.WriteLine($"{path}: sha256:{RecordJson.Fingerprint(certificate)}");
    }

    private static CertificateRequest Request(string environment, HeldKey key)
    {
        // The builder's last addition stands first in the encoding.
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName($"{environment} factory issuing CA");
        subject.AddOrganizationName(environment);
        CertificateRequest request = new(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        return request;
    }

    private static Option<string> EnvironmentOption(bool required) =>
        new("--environment") { Required = required, Description = "the environment, 1 to 16 of a-z, 0-9, '-': dev, stage and prod have roots of their own" };

    private static string ParseEnvironment(string text) =>
        text.Length <= 16 && Bytes.Ascii.IsName(text) ? text : throw ToolFailure.BadInput("an environment name is 1 to 16 of a-z, 0-9 and '-'");
}
