using System.Security.Cryptography;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>HMAC_DRBG with SHA-256, written down from SP 800-90A §10.1.2 over .NET's HMAC.</summary>
internal sealed class ReferenceDrbg
{
    private byte[] _key = new byte[32];
    private byte[] _value = [.. Enumerable.Repeat((byte)1, 32)];

    internal ReferenceDrbg(byte[] entropyInput, byte[] nonce, byte[]? personalization)
    {
        Update([.. entropyInput, .. nonce, .. personalization ?? []]);
    }

    internal void Reseed(byte[] entropyInput) => Update(entropyInput);

    internal byte[] Generate(int count)
    {
        List<byte> output = [];

        while (output.Count < count)
        {
            _value = HMACSHA256.HashData(_key, _value);
            output.AddRange(_value);
        }

        Update([]);

        return [.. output.Take(count)];
    }

    private void Update(byte[] providedData)
    {
        _key = HMACSHA256.HashData(_key, (byte[])[.. _value, 0x00, .. providedData]);
        _value = HMACSHA256.HashData(_key, _value);

        if (providedData.Length > 0)
        {
            _key = HMACSHA256.HashData(_key, (byte[])[.. _value, 0x01, .. providedData]);
            _value = HMACSHA256.HashData(_key, _value);
        }
    }
}
