using System.Security.Cryptography;
using DeviceFirmware.Identity;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>The issuing CA at this station: certificate, private key, and the root that boards have embedded. Checked against each other once, at the start.</summary>
public sealed class IssuingCa : IDisposable
{
    private const int MaximumFileLength = 64 * 1024;

    private IssuingCa(string environment, Certificate certificate, Certificate root, ECDsa key)
    {
        Environment = environment;
        Certificate = certificate;
        Root = root;
        Key = key;
    }

    /// <summary>The environment: O of the CA's subject.</summary>
    public string Environment { get; }

    /// <summary>The CA's certificate.</summary>
    public Certificate Certificate { get; }

    /// <summary>The factory root.</summary>
    public Certificate Root { get; }

    /// <summary>The CA's private key.</summary>
    public ECDsa Key { get; }

    /// <summary>Reads certificate and root and opens the key, or ends the tool with bad input when boards could not accept what this CA would sign.</summary>
    public static IssuingCa Load(string certificatePath, string keyReference, string rootPath, TimeProvider time, PassphraseSource? passphrase = null)
    {
        HeldKey key = KeyOptions.Open(keyReference, passphrase ?? PassphraseSource.Prompt);
        try
        {
            CaCheck check = CaCheck.Judge(
                ReadFile(certificatePath), ReadFile(rootPath), key.ExportSubjectPublicKeyInfo(), null, time.GetUtcNow().ToUnixTimeSeconds());
            return check.Issuing is null || check.Root is null
                ? throw ToolFailure.BadInput($"{certificatePath}: {check.Reason}")
                : new IssuingCa(check.Issuing.Subject.Organization, check.Issuing, check.Root, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();

    /// <summary>Reads a certificate file, or ends the tool with bad input.</summary>
    public static byte[] ReadFile(string path) => WholeFile.Read(path, MaximumFileLength);
}
