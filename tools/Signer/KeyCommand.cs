using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary><c>signer key new</c> and <c>signer key public</c>.</summary>
public static class KeyCommand
{
    /// <summary>The command with its two.</summary>
    public static Command Create() => new("key", "makes a signing key, or shows the public half of one") { New(), Public() };

    private static Command New()
    {
        KeyOptions key = new("--key", "where the new key goes");
        Option<bool> plain = NewKey.UnencryptedOption();
        Command command = new("new", "makes a P-256 key, in an encrypted file outside any git work tree or inside a token; overwrites nothing") { plain };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            string reference = key.Reference(parsed)!;
            NewKey.Make(reference, key.Passphrase(parsed), parsed.GetValue(plain));
            Console.WriteLine($"{Shown(reference)}: made. Its public half: signer key public --key REFERENCE --out FILE");
            return 0;
        });
        return command;
    }

    private static Command Public()
    {
        KeyOptions key = new("--key", "the key");
        Option<string> output = new("--out") { Required = true, Description = "the file of the public half, SubjectPublicKeyInfo in PEM" };
        Option<bool> force = new("--force") { Description = "replace the file if it exists" };
        Command command = new("public", "writes the public half and shows its hash, the KEYHASH of the images") { output, force };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            using HeldKey held = key.Open(parsed);
            WholeFile.Write(parsed.GetRequiredValue(output), Bytes.Pem.Encode("PUBLIC KEY", held.PublicKey.EncodeSubjectPublicKeyInfo()), parsed.GetValue(force));
            Console.WriteLine($"{parsed.GetRequiredValue(output)}: sha256:{Convert.ToHexStringLower(held.KeyHash)}");
            return 0;
        });
        return command;
    }

    private static string Shown(string reference) => KeyOptions.IsToken(reference) ? Pkcs11Uri.Parse(reference).Token : reference;
}
