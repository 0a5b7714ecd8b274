using System.Security.Cryptography;

namespace DeviceFirmware.Fuzz;

/// <summary>Inputs that are kept: hex files by target, 64 digits a line. What once broke something stays, and is run first.</summary>
public static class Corpus
{
    private const int LineLength = 128;

    /// <summary>The kept inputs of a target below a folder, in the order of their names.</summary>
    public static IEnumerable<byte[]> Read(string folder, string target)
    {
        string path = Path.Combine(folder, target);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*.hex").Order(StringComparer.Ordinal).Select(ReadFile) : [];
    }

    /// <summary>One input.</summary>
    public static byte[] ReadFile(string path) => Convert.FromHexString(string.Concat(File.ReadAllText(path).Where(c => !char.IsWhiteSpace(c))));

    /// <summary>Keeps an input under its hash; the path.</summary>
    public static string Keep(string folder, string target, string kind, byte[] input)
    {
        string path = Path.Combine(folder, target, $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(input))[..16]}.hex");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string hex = Convert.ToHexStringLower(input);
        File.WriteAllLines(path, hex.Chunk(LineLength).Select(line => new string(line)));
        return path;
    }
}
