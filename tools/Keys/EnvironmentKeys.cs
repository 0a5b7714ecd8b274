using System.Security.Cryptography;

namespace DeviceFirmware.Keys;

/// <summary>A fresh P-256 key for every role; the owner disposes them together.</summary>
public sealed class EnvironmentKeys : IDisposable
{
    private readonly Dictionary<KeyRole, ECDsa> _keys =
        KeyRole.All.ToDictionary(role => role, _ => ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The key of a role.</summary>
    public ECDsa this[KeyRole role] => _keys[role];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ECDsa key in _keys.Values)
        {
            key.Dispose();
        }
    }
}
