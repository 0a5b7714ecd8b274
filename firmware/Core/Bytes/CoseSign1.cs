using System;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Bytes
{
    /// <summary>
    /// A COSE_Sign1 message (RFC 9052 section 4.2) in the one form that this project signs things in: tagged 18, ES256 (RFC 9053 section 2.1),
    /// the signer's key hash as key identifier, nothing unprotected, deterministic CBOR. What a signature is for, its context, is signed as
    /// external data (external_aad), so that a signature made for one purpose is worth nothing for another.
    /// </summary>
    public sealed class CoseSign1
    {
        /// <summary>Bytes of a message beside its payload and the payload's length.</summary>
        public const int Overhead = HeaderSize + 2 + Ecdsa.SignatureSize;

        // D2 tag 18, 84 four items, 58 26 bytes: A2 01 26 algorithm ES256, 04 58 20 key identifier of 32 bytes; A0 nothing unprotected.
        private const int KeyHashOffset = 10;
        private const int ProtectedOffset = 4;
        private const int ProtectedSize = 6 + Sha256.Size;
        private const int HeaderSize = ProtectedOffset + ProtectedSize + 1;

        private CoseSign1(byte[] keyHash, byte[] payload, byte[] signature)
        {
            KeyHash = keyHash;
            Payload = payload;
            Signature = signature;
        }

        /// <summary>Who claims to have signed: SHA-256 of the key's SubjectPublicKeyInfo. To be believed only after <see cref="IsSignedBy"/>.</summary>
        public byte[] KeyHash { get; }

        /// <summary>What was signed. To be believed only after <see cref="IsSignedBy"/>.</summary>
        public byte[] Payload { get; }

        /// <summary>r and s, 64 bytes.</summary>
        public byte[] Signature { get; }

        /// <summary>Reads a message of anybody's; null when it is not exactly in the form above or its payload is longer than <paramref name="maximumPayload"/> bytes.</summary>
        public static CoseSign1 Decode(byte[] message, int maximumPayload)
        {
            if (message is null || message.Length < HeaderSize)
            {
                return null;
            }

            byte[] keyHash = ByteArray.Slice(message, KeyHashOffset, Sha256.Size);
            if (!ByteArray.AreEqual(Header(keyHash), ByteArray.Slice(message, 0, HeaderSize)))
            {
                return null;
            }

            var reader = new CborReader(message, HeaderSize, message.Length - HeaderSize);
            byte[] payload = reader.Bytes(0, maximumPayload);
            byte[] signature = reader.Bytes(Ecdsa.SignatureSize, Ecdsa.SignatureSize);
            return reader.IsComplete ? new CoseSign1(keyHash, payload, signature) : null;
        }

        /// <summary>True only when that key signed this payload for that purpose.</summary>
        /// <param name="key">The key that is believed.</param>
        /// <param name="context">The purpose, printable ASCII, such as <c>DeviceFirmware/chain/1</c>.</param>
        public bool IsSignedBy(P256PublicKey key, string context)
        {
            if (key is null)
            {
                throw new ArgumentNullException(nameof(key));
            }

            return ByteArray.AreEqual(KeyHash, key.KeyHash()) && Ecdsa.Verify(key, Digest(KeyHash, Payload, context), Signature);
        }

        /// <summary>The hash that the signer signs: SHA-256 of the Sig_structure (RFC 9052 section 4.4).</summary>
        /// <param name="keyHash">The signer's key hash, 32 bytes.</param>
        /// <param name="payload">What is signed.</param>
        /// <param name="context">The purpose.</param>
        public static byte[] Digest(byte[] keyHash, byte[] payload, string context)
        {
            byte[] start = new CborWriter().Array(4)
                .Text("Signature1")
                .Bytes(ByteArray.Slice(Header(keyHash), ProtectedOffset, ProtectedSize))
                .Bytes(Ascii.GetBytes(context))
                .ToArray();
            byte[] body = new CborWriter().Bytes(payload).ToArray();
            var hash = new Sha256();
            hash.Append(start, 0, start.Length);
            hash.Append(body, 0, body.Length);
            return hash.Finish();
        }

        /// <summary>The message.</summary>
        /// <param name="keyHash">The signer's key hash, 32 bytes.</param>
        /// <param name="payload">What was signed.</param>
        /// <param name="signature">r and s of <see cref="Digest"/>, 64 bytes.</param>
        public static byte[] Encode(byte[] keyHash, byte[] payload, byte[] signature)
        {
            if (signature is null || signature.Length != Ecdsa.SignatureSize)
            {
                throw new ArgumentException(nameof(signature));
            }

            return ByteArray.Concat(Header(keyHash), new CborWriter().Bytes(payload).Bytes(signature).ToArray());
        }

        private static byte[] Header(byte[] keyHash)
        {
            if (keyHash is null || keyHash.Length != Sha256.Size)
            {
                throw new ArgumentException(nameof(keyHash));
            }

            return ByteArray.Concat(new byte[] { 0xD2, 0x84, 0x58, ProtectedSize, 0xA2, 0x01, 0x26, 0x04, 0x58, Sha256.Size }, keyHash, new byte[] { 0xA0 });
        }
    }
}
