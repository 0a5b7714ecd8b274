using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// The board's yes: {1: SubjectPublicKeyInfo of its identity key, 2: COSE_Sign1 over the request}. The key comes along because a registry
    /// has its hash only.
    /// </summary>
    public sealed class ClaimAnswer
    {
        /// <summary>Most bytes of an answer.</summary>
        public const int MaximumSize = 384;

        /// <summary>Bytes of a P-256 SubjectPublicKeyInfo.</summary>
        private const int KeySize = 91;

        private ClaimAnswer(byte[] publicKey, CoseSign1 signed)
        {
            PublicKey = publicKey;
            Signed = signed;
        }

        /// <summary>The key that is said to have signed, SubjectPublicKeyInfo; hostile.</summary>
        public byte[] PublicKey { get; }

        /// <summary>What was signed; to be believed after its signature only.</summary>
        public CoseSign1 Signed { get; }

        /// <summary>Reads an answer; null when it is malformed.</summary>
        public static ClaimAnswer Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(2);
            reader.Key(1);
            byte[] key = reader.Bytes(KeySize, KeySize);
            reader.Key(2);
            byte[] message = reader.Bytes(1, MaximumSize);
            CoseSign1 signed = reader.IsComplete ? CoseSign1.Decode(message, ClaimRequest.MaximumSize) : null;
            return signed is null ? null : new ClaimAnswer(key, signed);
        }

        /// <summary>The answer of the board with that key. Only while its owner acts on it: whoever has this has the board.</summary>
        public static byte[] Sign(ClaimRequest request, IIdentityKey key)
        {
            if (request is null || key is null)
            {
                throw new ArgumentNullException(nameof(request));
            }

            byte[] payload = request.Encode();
            byte[] keyHash = key.PublicKey.KeyHash();
            byte[] signature = key.Sign(CoseSign1.Digest(keyHash, payload, ClaimRequest.Context));
            return new CborWriter().Map(2)
                .Unsigned(1).Bytes(key.PublicKey.EncodeSubjectPublicKeyInfo())
                .Unsigned(2).Bytes(CoseSign1.Encode(keyHash, payload, signature))
                .ToArray();
        }
    }
}
