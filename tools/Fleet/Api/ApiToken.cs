using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>The bearer token of the API: made at the first start, kept in a file that only its owner can read, compared in fixed time.</summary>
public sealed class ApiToken
{
    /// <summary>Name of the file in the data directory.</summary>
    public const string FileName = "api-token";

    private const int Bytes = 32;

    private readonly byte[] _digest;

    private ApiToken(string text)
    {
        _digest = SHA256.HashData(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Reads the token of a data directory, or makes one.</summary>
    public static ApiToken Open(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, FileName);
        if (!File.Exists(path))
        {
            FileStreamOptions options = new()
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using FileStream file = new(path, options);
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }

        return new ApiToken(Read(path));
    }

    /// <summary>The text of a token file.</summary>
    public static string Read(string path)
    {
        string text = Encoding.ASCII.GetString(WholeFile.Read(path, 256)).Trim();
        return text.Length == 2 * Bytes && text.All(char.IsAsciiHexDigitLower)
            ? text
            : throw ToolFailure.BadInput($"{path} holds no API token");
    }

    /// <summary>True when the header carries this token.</summary>
    public bool Accepts(string? authorization)
    {
        const string Scheme = "Bearer ";
        if (authorization is null || authorization.Length > 256 || !authorization.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return false;
        }

        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..]));
        return CryptographicOperations.FixedTimeEquals(digest, _digest);
    }
}
