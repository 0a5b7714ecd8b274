using System.Security.Cryptography;

namespace DeviceFirmware.Tools;

/// <summary>A passphrase or PIN as bytes (UTF-8), zeroed when disposed.</summary>
public sealed class Passphrase(byte[] bytes) : IDisposable
{
    /// <summary>The bytes; the owner's.</summary>
    public byte[] Bytes => bytes;

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
}
