namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// Known answers that the crypto must give before it serves anybody: a miscompiled or miscopied firmware must not sign, and must not
    /// verify. Each half is computed when it is first asked for, and once: the owner hands the object to whoever needs it. What a tested
    /// function is made of is tested with it: HMAC in the generator, the generator's first request in the signature.
    /// </summary>
    public sealed class CryptoSelfTest
    {
        private readonly byte[] _knownSignature;
        private bool _verifyingIsTested;
        private bool _verifies;
        private bool _signingIsTested;
        private bool _signs;

        /// <summary>The self-test, nothing computed yet.</summary>
        public CryptoSelfTest()
            : this(RfcSignature())
        {
        }

        /// <summary>The same with another known signature, for tests of what happens when it fails; no other signature can make it pass.</summary>
        /// <param name="knownSignature">64 bytes in place of those of RFC 6979. Not copied.</param>
        /// <exception cref="System.ArgumentException">The signature is not 64 bytes long.</exception>
        public CryptoSelfTest(byte[] knownSignature)
        {
            Arguments.CheckLength(knownSignature, Ecdsa.SignatureSize, nameof(knownSignature));

            _knownSignature = knownSignature;
        }

        /// <summary>Hashing and verifying: what a board needs at every start. Costs two verifications the first time.</summary>
        /// <returns>True only when every answer is the known one.</returns>
        public bool Verifies()
        {
            if (!_verifyingIsTested)
            {
                _verifies = IsSha256Right() && IsVerifyingRight();
                _verifyingIsTested = true;
            }

            return _verifies;
        }

        /// <summary>Generating and signing: what a board needs for its key and its certificate request. Costs two scalar multiplications.</summary>
        /// <returns>True only when every answer is the known one.</returns>
        public bool Signs()
        {
            if (!_signingIsTested)
            {
                _signs = IsDrbgRight() && IsSigningRight();
                _signingIsTested = true;
            }

            return _signs;
        }

        // FIPS 180-4, the example of two blocks on the Cryptographic Standards and Guidelines page.
        private static bool IsSha256Right()
        {
            byte[] expected = new byte[]
            {
                0x24, 0x8D, 0x6A, 0x61, 0xD2, 0x06, 0x38, 0xB8, 0xE5, 0xC0, 0x26, 0x93, 0x0C, 0x3E, 0x60, 0x39,
                0xA3, 0x3C, 0xE4, 0x59, 0x64, 0xFF, 0x21, 0x67, 0xF6, 0xEC, 0xED, 0xD4, 0x19, 0xDB, 0x06, 0xC1
            };

            return FixedTime.AreEqual(expected, Sha256.Hash(Ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")));
        }

        // NIST CAVP, HMAC_DRBG.rsp, SHA-256 with reseed and without prediction resistance, count 0: the first 32 bytes of the second request.
        private static bool IsDrbgRight()
        {
            byte[] entropyInput = new byte[]
            {
                0x06, 0x03, 0x2C, 0xD5, 0xEE, 0xD3, 0x3F, 0x39, 0x26, 0x5F, 0x49, 0xEC, 0xB1, 0x42, 0xC5, 0x11,
                0xDA, 0x9A, 0xFF, 0x2A, 0xF7, 0x12, 0x03, 0xBF, 0xFA, 0xF3, 0x4A, 0x9C, 0xA5, 0xBD, 0x9C, 0x0D
            };
            byte[] nonce = new byte[]
            {
                0x0E, 0x66, 0xF7, 0x1E, 0xDC, 0x43, 0xE4, 0x2A, 0x45, 0xAD, 0x3C, 0x6F, 0xC6, 0xCD, 0xC4, 0xDF
            };
            byte[] reseed = new byte[]
            {
                0x01, 0x92, 0x0A, 0x4E, 0x66, 0x9E, 0xD3, 0xA8, 0x5A, 0xE8, 0xA3, 0x3B, 0x35, 0xA7, 0x4A, 0xD7,
                0xFB, 0x2A, 0x6B, 0xB4, 0xCF, 0x39, 0x5C, 0xE0, 0x03, 0x34, 0xA9, 0xC9, 0xA5, 0xA5, 0xD5, 0x52
            };
            byte[] expected = new byte[]
            {
                0x76, 0xFC, 0x79, 0xFE, 0x9B, 0x50, 0xBE, 0xCC, 0xC9, 0x91, 0xA1, 0x1B, 0x56, 0x35, 0x78, 0x3A,
                0x83, 0x53, 0x6A, 0xDD, 0x03, 0xC1, 0x57, 0xFB, 0x30, 0x64, 0x5E, 0x61, 0x1C, 0x28, 0x98, 0xBB
            };
            byte[] ignored = new byte[128];
            byte[] output = new byte[expected.Length];
            HmacDrbg drbg = new HmacDrbg(entropyInput, nonce, null);

            drbg.Reseed(reseed);
            drbg.Generate(ignored, 0, ignored.Length);
            drbg.Generate(output, 0, output.Length);

            return FixedTime.AreEqual(expected, output);
        }

        // The right signature verifies, and the same one over another hash does not: a verifier that always says yes would pass the first.
        private bool IsVerifyingRight()
        {
            byte[] point = RfcPoint();
            P256PublicKey key = P256PublicKey.Decode(point, 0, point.Length);
            byte[] hash = Sha256.Hash(Ascii("sample"));

            if (key is null || !Ecdsa.Verify(key, hash, _knownSignature))
            {
                return false;
            }

            hash[0] = (byte)(hash[0] ^ 0x01);

            return !Ecdsa.Verify(key, hash, _knownSignature);
        }

        private bool IsSigningRight()
        {
            // RFC 6979 §A.2.5.
            byte[] scalar = new byte[]
            {
                0xC9, 0xAF, 0xA9, 0xD8, 0x45, 0xBA, 0x75, 0x16, 0x6B, 0x5C, 0x21, 0x57, 0x67, 0xB1, 0xD6, 0x93,
                0x4E, 0x50, 0xC3, 0xDB, 0x36, 0xE8, 0x9B, 0x12, 0x7B, 0x8A, 0x62, 0x2B, 0x12, 0x0F, 0x67, 0x21
            };
            P256PrivateKey key = P256PrivateKey.Import(scalar);

            return key is not null
                && FixedTime.AreEqual(RfcPoint(), key.PublicKey.Encode())
                && FixedTime.AreEqual(_knownSignature, Ecdsa.Sign(key, Sha256.Hash(Ascii("sample"))));
        }

        // RFC 6979 §A.2.5: the public key of the scalar above.
        private static byte[] RfcPoint()
        {
            return new byte[]
            {
                0x04, 0x60, 0xFE, 0xD4, 0xBA, 0x25, 0x5A, 0x9D, 0x31, 0xC9, 0x61, 0xEB, 0x74, 0xC6, 0x35, 0x6D,
                0x68, 0xC0, 0x49, 0xB8, 0x92, 0x3B, 0x61, 0xFA, 0x6C, 0xE6, 0x69, 0x62, 0x2E, 0x60, 0xF2, 0x9F,
                0xB6, 0x79, 0x03, 0xFE, 0x10, 0x08, 0xB8, 0xBC, 0x99, 0xA4, 0x1A, 0xE9, 0xE9, 0x56, 0x28, 0xBC,
                0x64, 0xF2, 0xF1, 0xB2, 0x0C, 0x2D, 0x7E, 0x9F, 0x51, 0x77, 0xA3, 0xC2, 0x94, 0xD4, 0x46, 0x22,
                0x99
            };
        }

        // RFC 6979 §A.2.5, SHA-256, message "sample".
        private static byte[] RfcSignature()
        {
            return new byte[]
            {
                0xEF, 0xD4, 0x8B, 0x2A, 0xAC, 0xB6, 0xA8, 0xFD, 0x11, 0x40, 0xDD, 0x9C, 0xD4, 0x5E, 0x81, 0xD6,
                0x9D, 0x2C, 0x87, 0x7B, 0x56, 0xAA, 0xF9, 0x91, 0xC3, 0x4D, 0x0E, 0xA8, 0x4E, 0xAF, 0x37, 0x16,
                0xF7, 0xCB, 0x1C, 0x94, 0x2D, 0x65, 0x7C, 0x41, 0xD4, 0x36, 0xC7, 0xA1, 0xB6, 0xE2, 0x9F, 0x65,
                0xF3, 0xE9, 0x00, 0xDB, 0xB9, 0xAF, 0xF4, 0x06, 0x4D, 0xC4, 0xAB, 0x2F, 0x84, 0x3A, 0xCD, 0xA8
            };
        }

        private static byte[] Ascii(string text)
        {
            byte[] bytes = new byte[text.Length];

            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)text[i];
            }

            return bytes;
        }
    }
}
