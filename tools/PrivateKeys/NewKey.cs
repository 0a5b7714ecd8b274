using System.CommandLine;
using System.Security.Cryptography;

namespace DeviceFirmware.Tools;

/// <summary>Makes a P-256 key where a reference says: in an encrypted file outside any git work tree, or inside a token. Overwrites nothing.</summary>
public static class NewKey
{
    /// <summary>The option that leaves a file unencrypted.</summary>
    public static Option<bool> UnencryptedOption() => new("--unencrypted") { Description = "leave the file unencrypted, mode 0600 alone: for experiments" };

    /// <summary>Makes the key; a passphrase that is to be set is asked for twice at a terminal.</summary>
    public static void Make(string reference, PassphraseSource passphrase, bool unencrypted)
    {
        if (KeyOptions.IsToken(reference))
        {
            TokenKey.Generate(Pkcs11Uri.Parse(reference));
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            throw ToolFailure.BadInput("a key file needs Unix file modes to protect it; make it on Linux or macOS");
        }

        string real = RealPath.Of(reference);
        if (RealPath.GitWorkTreeAbove(Path.GetDirectoryName(real)!) is string repository)
        {
            throw ToolFailure.Refused("private-in-repository", $"{reference} lies in the git work tree {repository}");
        }

        if (File.Exists(real))
        {
            throw ToolFailure.Refused("exists", $"{reference} exists already");
        }

        using Passphrase? secret = unencrypted ? null : passphrase.GetNew($"passphrase of {reference}");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        PrivateKeyFile.Create(real, key, secret);
    }
}
