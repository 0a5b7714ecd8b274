using System.CommandLine;
using DeviceFirmware.Bytes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary><c>factory key new</c> and <c>factory key public</c>: the station's own key, which signs heads and manifests and never a certificate.</summary>
public static class KeyCommand
{
    /// <summary>The command with its two.</summary>
    public static Command Create() => new("key", "makes the station's key, which signs what it hands over, or writes the public half for the fleet") { New(), Public() };

    private static Command New()
    {
        KeyOptions key = new("--key", "where the new station key goes");
        Option<bool> plain = NewKey.UnencryptedOption();
        Command command = new("new", "makes a P-256 key, in an encrypted file outside any git work tree or inside a token; overwrites nothing") { plain };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            NewKey.Make(key.Reference(parsed)!, key.Passphrase(parsed), parsed.GetValue(plain));
            Console.WriteLine("made. Its public half, for the fleet and for factory verify: factory key public --key REFERENCE --out station.pem");
            return 0;
        });
        return command;
    }

    private static Command Public()
    {
        KeyOptions key = new("--key", "the station key");
        Option<string> output = new("--out") { Required = true, Description = "the file of the public half, SubjectPublicKeyInfo in PEM" };
        Option<bool> force = new("--force") { Description = "replace the file if it exists" };
        Command command = new("public", "writes the public half and shows its hash") { output, force };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            using HeldKey held = key.Open(parsed);
            WholeFile.Write(parsed.GetRequiredValue(output), Pem.Encode("PUBLIC KEY", held.PublicKey.EncodeSubjectPublicKeyInfo()), parsed.GetValue(force));
            Console.WriteLine($"{parsed.GetRequiredValue(output)}: sha256:{Convert.ToHexStringLower(held.KeyHash)}");
            return 0;
        });
        return command;
    }
}
