using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>Private keys of the server's own in its data directory: PKCS#8 in PEM, mode 0600 from creation, whole or not there.</summary>
internal static class PrivateFile
{
    private const int MaximumPem = 4096;

    /// <summary>Writes a new file.</summary>
    public static void Write(string path, ECDsa key)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        byte[] der = key.ExportPkcs8PrivateKey();
        char[] pem = PemEncoding.Write("PRIVATE KEY", der);
        byte[] content = Encoding.ASCII.GetBytes(pem);
        string unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream file = new(unfinished, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
            CryptographicOperations.ZeroMemory(content);
            Array.Clear(pem);
            File.Delete(unfinished);
        }
    }

    /// <summary>The key of a file; the caller disposes it.</summary>
    public static ECDsa Read(string path)
    {
        byte[] read = WholeFile.Read(path, MaximumPem);
        char[] text = Encoding.ASCII.GetChars(read);
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            return key;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw ToolFailure.BadInput($"{path} is not a private key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(read);
            Array.Clear(text);
        }
    }
}
