using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>The server's certificates, as its operator gives them.</summary>
internal static class CertificateFiles
{
    private const int MaximumPem = 64 * 1024;

    /// <summary>The certificate in a PEM file.</summary>
    public static X509Certificate2 Read(string path)
    {
        try
        {
            return X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(WholeFile.Read(path, MaximumPem)));
        }
        catch (CryptographicException)
        {
            throw ToolFailure.BadInput($"{path} holds no certificate");
        }
    }

    /// <summary>A certificate and its private key, each in a PEM file.</summary>
    public static X509Certificate2 ReadWithKey(string certificatePath, string keyPath)
    {
        byte[] key = WholeFile.Read(keyPath, MaximumPem);
        char[] text = System.Text.Encoding.ASCII.GetChars(key);
        try
        {
            using X509Certificate2 certificate = Read(certificatePath);
            using ECDsa secret = ECDsa.Create();
            secret.ImportFromPem(text);
            return certificate.CopyWithPrivateKey(secret);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw ToolFailure.BadInput($"{keyPath} is not the private key of {certificatePath}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            Array.Clear(text);
        }
    }
}
