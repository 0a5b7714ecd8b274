using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class EcdsaTests
    {
        private const string SampleR = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716";
        private const string SampleS = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";
        private const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";
        private const string One = "0000000000000000000000000000000000000000000000000000000000000001";
        private const string Three = "0000000000000000000000000000000000000000000000000000000000000003";
        private const string Order = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
        private const string OrderPlus1 = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632552";
        private const string OrderPlus3 = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632554";
        private const string AllOnes = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF";

        // RFC 6979 §A.2.5, with SHA-256.
        [TestMethod]
        public void Rfc6979Signatures()
        {
            CheckSignature("sample", SampleR + SampleS);
            CheckSignature(
                "test",
                "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
                + "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083");
        }

        // The first candidate for k of this well-known message is FFFFFFFFA9AE57..., which is above n: §3.2 h.3 goes round again.
        [TestMethod]
        public void Rfc6979SignatureWithTwoCandidates()
        {
            CheckSignature(
                "wv[vnX",
                "EFD9073B652E76DA1B5A019C0E4A2E3FA529B035A6ABB91EF67F0ED7A1F21234"
                + "3DB4706C9D9F4A4FE13BB5E08EF0FAB53A57DBAB2061C83A35FA411C68D2BA33");
        }

        // RFC 6979 §A.2.5 prints k too. Signing draws it from HMAC_DRBG, seeded with the private key and the hash (§3.3).
        [TestMethod]
        public void Rfc6979Nonces()
        {
            CheckNonce("sample", "A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60");
            CheckNonce("test", "D16B6AE827F17175E040871A1C7EC3500192C4C92677336EC2537ACAEE0008E0");
        }

        // A hash of n or more is reduced before it is used (bits2octets, RFC 6979 §2.3.4): n signs like 0.
        [TestMethod]
        public void HashesOfNOrMoreAreReduced()
        {
            byte[] signature = Ecdsa.Sign(Rfc6979Key.Private(), Bytes.FromHex(Order));

            CollectionAssert.AreEqual(
                Bytes.FromHex(
                    "68897a78df51058b490c6012251c95921abba96e2e488c8cc998942e440db9b7"
                    + "80587fb387363a1df2c9e83c00f8ca990fc0a55b5e470946499b82ca3b552a87"),
                signature);
            Assert.IsTrue(Ecdsa.Verify(Rfc6979Key.Public(), Bytes.FromHex(Order), signature));
            Assert.IsTrue(Ecdsa.Verify(Rfc6979Key.Public(), Bytes.FromHex(Zero), signature));
        }

        [TestMethod]
        public void BothValuesOfSVerify()
        {
            Assert.IsTrue(VerifySample(SampleR + SampleS));
            Assert.IsTrue(VerifySample(SampleR + "0834E36AD29A83BF2BC9385E491D6099C8FDF9D1ED67AA7EA5F51F93782857A9"));
        }

        [TestMethod]
        public void ChangedSignaturesAreRefused()
        {
            byte[] signature = Bytes.FromHex(SampleR + SampleS);
            byte[] hash = Sha256.Hash(Bytes.FromAscii("sample"));

            Assert.IsFalse(Ecdsa.Verify(Rfc6979Key.Public(), hash, Bytes.Flip(signature, 0, 0x80)));
            Assert.IsFalse(Ecdsa.Verify(Rfc6979Key.Public(), hash, Bytes.Flip(signature, 31, 0x01)));
            Assert.IsFalse(Ecdsa.Verify(Rfc6979Key.Public(), hash, Bytes.Flip(signature, 32, 0x80)));
            Assert.IsFalse(Ecdsa.Verify(Rfc6979Key.Public(), hash, Bytes.Flip(signature, 63, 0x01)));
            Assert.IsFalse(VerifySample(SampleS + SampleR));
        }

        [TestMethod]
        public void OtherHashesAndKeysAreRefused()
        {
            byte[] signature = Bytes.FromHex(SampleR + SampleS);
            byte[] hash = Sha256.Hash(Bytes.FromAscii("sample"));
            byte[] point = Bytes.FromHex(Rfc6979Key.Point);

            // The opposite point: the same x, y replaced by p - y.
            P256PublicKey opposite = P256PublicKey.Decode(
                Bytes.FromHex(
                    "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
                    + "86FC01EEF74743675BE51616A9D7439B0D0E4DF4D28160AE885C3D6B2BB9DD66"),
                0,
                point.Length);

            Assert.IsNotNull(opposite);
            Assert.IsFalse(Ecdsa.Verify(opposite, hash, signature));
            Assert.IsFalse(Ecdsa.Verify(Rfc6979Key.Public(), Bytes.Flip(hash, 0, 0x80), signature));
            Assert.IsFalse(Ecdsa.Verify(Rfc6979Key.Public(), Bytes.Flip(hash, 31, 0x01), signature));
        }

        [TestMethod]
        public void NumbersOutOfRangeAreRefused()
        {
            Assert.IsFalse(VerifySample(Zero + Zero));
            Assert.IsFalse(VerifySample(Zero + SampleS));
            Assert.IsFalse(VerifySample(SampleR + Zero));
            Assert.IsFalse(VerifySample(Order + Order));
            Assert.IsFalse(VerifySample(Order + SampleS));
            Assert.IsFalse(VerifySample(SampleR + Order));
            Assert.IsFalse(VerifySample(AllOnes + SampleS));
            Assert.IsFalse(VerifySample(SampleR + AllOnes));
        }

        // A key made for the signature r = 3, s = 1 of "sample" (public key recovery, SEC 1 §4.1.6), with a point whose x is n + 3: x must be
        // reduced modulo n, and r and s must not be.
        [TestMethod]
        public void OnlyTheXOfThePointIsReduced()
        {
            byte[] point = Bytes.FromHex(
                "049541305a3dc7398100ef47177f647ff3fa559f104b1aa065b3b00ee6a64cc998"
                + "7a76aefda0e08e921651cbb8e11819b4ee784aea57b9487ad54af93ae780e68d");
            P256PublicKey key = P256PublicKey.Decode(point, 0, point.Length);
            byte[] hash = Sha256.Hash(Bytes.FromAscii("sample"));

            Assert.IsTrue(Ecdsa.Verify(key, hash, Bytes.FromHex(Three + One)));
            Assert.IsFalse(Ecdsa.Verify(key, hash, Bytes.FromHex(OrderPlus3 + One)));
            Assert.IsFalse(Ecdsa.Verify(key, hash, Bytes.FromHex(Three + OrderPlus1)));
        }

        [TestMethod]
        public void OtherLengthsAreRefused()
        {
            Assert.IsFalse(VerifySample(""));
            Assert.IsFalse(VerifySample("00"));
            Assert.IsFalse(VerifySample(SampleR + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACD"));
            Assert.IsFalse(VerifySample(SampleR + SampleS + "00"));
            Assert.IsFalse(VerifySample("00" + SampleR + SampleS));
        }

        [TestMethod]
        public void SigningLeavesItsInputsAlone()
        {
            P256PrivateKey key = Rfc6979Key.Private();
            byte[] hash = Sha256.Hash(Bytes.FromAscii("sample"));
            Ecdsa.Sign(key, hash);

            CollectionAssert.AreEqual(Sha256.Hash(Bytes.FromAscii("sample")), hash);
            CollectionAssert.AreEqual(Bytes.FromHex(Rfc6979Key.Scalar), key.ExportScalar());
        }

        [TestMethod]
        public void MisuseThrows()
        {
            P256PrivateKey key = Rfc6979Key.Private();

            Assert.ThrowsException(typeof(ArgumentNullException), () => Ecdsa.Sign(null, new byte[32]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Ecdsa.Sign(key, null));
            Assert.ThrowsException(typeof(ArgumentException), () => Ecdsa.Sign(key, new byte[31]));
            Assert.ThrowsException(typeof(ArgumentException), () => Ecdsa.Sign(key, new byte[33]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Ecdsa.Verify(null, new byte[32], new byte[64]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Ecdsa.Verify(key.PublicKey, null, new byte[64]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Ecdsa.Verify(key.PublicKey, new byte[32], null));
            Assert.ThrowsException(typeof(ArgumentException), () => Ecdsa.Verify(key.PublicKey, new byte[20], new byte[64]));
        }

        private static void CheckSignature(string message, string expected)
        {
            byte[] hash = Sha256.Hash(Bytes.FromAscii(message));
            byte[] signature = Ecdsa.Sign(Rfc6979Key.Private(), hash);

            CollectionAssert.AreEqual(Bytes.FromHex(expected), signature, message);
            Assert.IsTrue(Ecdsa.Verify(Rfc6979Key.Public(), hash, signature), message);
        }

        private static void CheckNonce(string message, string expected)
        {
            byte[] nonce = new byte[32];
            new HmacDrbg(Bytes.FromHex(Rfc6979Key.Scalar), Sha256.Hash(Bytes.FromAscii(message)), null).Generate(nonce, 0, nonce.Length);

            CollectionAssert.AreEqual(Bytes.FromHex(expected), nonce, message);
        }

        private static bool VerifySample(string signature)
        {
            return Ecdsa.Verify(Rfc6979Key.Public(), Sha256.Hash(Bytes.FromAscii("sample")), Bytes.FromHex(signature));
        }
    }
}
