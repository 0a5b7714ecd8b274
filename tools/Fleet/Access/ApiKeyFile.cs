using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The file that a caller of the API has, mode 0600: the key in the first line, then the PEM of the certificate that the server's must chain
/// to. Without a certificate the system's roots are asked.
/// </summary>
public static class ApiKeyFile
{
    private const int MaximumBytes = 16 * 1024;

    /// <summary>Writes a new one; refuses to replace a file.</summary>
    public static void Write(string path, NewApiKey key, byte[]? root)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using FileStream file = new(path, options);
        file.Write(key.Text);
        file.Write("\n"u8);
        file.Write(root);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The key and the trusted certificates of a file.</summary>
    public static (string Key, X509Certificate2Collection Roots) Read(string path)
    {
        string text = Encoding.ASCII.GetString(WholeFile.Read(path, MaximumBytes));
        string key = text.Split('\n', 2)[0].Trim();
        if (!ApiKeys.IsKey(key))
        {
            throw ToolFailure.BadInput($"{path} holds no API key: make one with 'fleet key new'");
        }

        X509Certificate2Collection roots = [];
        try
        {
            roots.ImportFromPem(text);
            return (key, roots);
        }
        catch (CryptographicException)
        {
            throw ToolFailure.BadInput($"{path} holds a certificate that cannot be read");
        }
    }
}
