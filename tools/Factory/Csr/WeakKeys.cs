using System.Collections.Frozen;

namespace DeviceFirmware.Factory;

/// <summary>
/// Public keys whose private half anybody can guess or read: small numbers, numbers of one repeated byte, their negatives, the key of
/// RFC 6979 A.2.5. By the SHA-256 of their SubjectPublicKeyInfo; the table says where they come from.
/// </summary>
public static class WeakKeys
{
    private static readonly Lazy<FrozenSet<string>> _hashes = new(() => WeakKeyTable.Hashes.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal));

    /// <summary>How many there are.</summary>
    public static int Count => _hashes.Value.Count;

    /// <summary>True for a key of the list.</summary>
    /// <param name="keyHash">64 lower-case hex digits.</param>
    public static bool Contains(string keyHash) => _hashes.Value.Contains(keyHash);
}
