using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>
/// <c>fleet ca new</c>, <c>fleet ca csr</c>: the operational CA's key is made where it works and never leaves it; the fleet root is somewhere
/// else, without a network, and only signs the request (<c>keys make operational-ca --request</c>).
/// </summary>
internal static class CaCommand
{
    public static Command Create()
    {
        return new Command("ca", "makes the operational CA's key, and the request that the fleet root's holder signs") { New(), Csr() };
    }

    private static Command New()
    {
        KeyOptions key = new("--key", "where the new key goes");
        Option<bool> plain = NewKey.UnencryptedOption();
        Command command = new("new", "makes the operational CA's P-256 key, in an encrypted file outside any git work tree or inside a token; overwrites nothing") { plain };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            NewKey.Make(key.Reference(parsed)!, key.Passphrase(parsed), parsed.GetValue(plain));
            Console.WriteLine("made. Next, its request for the root's holder: fleet ca csr --key REFERENCE --environment NAME --out operational.csr");
            return 0;
        });
        return command;
    }

    private static Command Csr()
    {
        KeyOptions key = new("--key", "the operational CA's key");
        Option<string> environment = new("--environment") { Required = true, Description = "the environment, 1 to 16 of a-z, 0-9, '-'" };
        Option<string> output = new("--out") { Required = true, Description = "file of the request, PKCS#10 PEM" };
        Option<bool> force = new("--force") { Description = "replace the file if it exists" };
        Command command = new("csr", "writes the request that the fleet root's holder signs") { environment, output, force };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(environment);
            if (name.Length > 16 || !Bytes.Ascii.IsName(name))
            {
                throw ToolFailure.BadInput("an environment name is 1 to 16 of a-z, 0-9 and '-'");
            }

            using HeldKey held = key.Open(parsed);
            X500DistinguishedNameBuilder subject = new();
            subject.AddCommonName($"{name} operational CA");
            subject.AddOrganizationName(name);
            CertificateRequest request = new(subject.Build(), held, HashAlgorithmName.SHA256);
            WholeFile.Write(parsed.GetRequiredValue(output), Encoding.ASCII.GetBytes(request.CreateSigningRequestPem() + "\n"), parsed.GetValue(force));
            Console.WriteLine($"# {parsed.GetRequiredValue(output)}: environment {name}, key sha256:{Convert.ToHexStringLower(held.KeyHash)}");
            Console.WriteLine($"# Then, where the fleet root's key is: keys make operational-ca --environment {name} --request {Path.GetFileName(parsed.GetRequiredValue(output))} --issuer-key REFERENCE");
            return 0;
        });
        return command;
    }
}
