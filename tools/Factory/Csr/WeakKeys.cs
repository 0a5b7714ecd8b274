using System.Collections.Frozen;
using System.Reflection;

namespace DeviceFirmware.Factory;

/// <summary>
/// Public keys whose private half anybody can guess or read: small numbers, numbers of one repeated byte, their negatives, the key of
/// RFC 6979 A.2.5, demo keys. By the SHA-256 of their SubjectPublicKeyInfo; the file says where each comes from.
/// </summary>
public static class WeakKeys
{
    private const string Resource = "weak-keys.txt";

    private static readonly Lazy<FrozenSet<string>> _hashes = new(Load);

    /// <summary>How many there are.</summary>
    public static int Count => _hashes.Value.Count;

    /// <summary>True for a key of the list.</summary>
    /// <param name="keyHash">64 lower-case hex digits.</param>
    public static bool Contains(string keyHash) => _hashes.Value.Contains(keyHash);

    private static FrozenSet<string> Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..64]).ToFrozenSet(StringComparer.Ordinal);
    }
}
