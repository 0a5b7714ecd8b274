using System.Formats.Asn1;
using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Factory;

/// <summary>The parts of a request's signature that broken randomness shows in (RFC 2986, RFC 5758 section 3.2).</summary>
internal static class RequestSignature
{
    /// <summary>Takes them out of a request that the strict reader has taken.</summary>
    internal static ProvenRequest Of(byte[] der, P256PublicKey key)
    {
        AsnReader request = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        ReadOnlyMemory<byte> signed = request.ReadEncodedValue();
        request.ReadEncodedValue();
        AsnReader signature = new AsnReader(request.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence();
        byte[] r = signature.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true);
        return new ProvenRequest(Convert.ToHexStringLower(r).PadLeft(64, '0'), Hex.Encode(key.KeyHash()), Convert.ToHexStringLower(SHA256.HashData(signed.Span)));
    }
}
