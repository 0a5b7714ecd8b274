using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class P256PrivateKeyTests
    {
        [TestMethod]
        public void Rfc6979PublicKey()
        {
            P256PrivateKey key = Rfc6979Key.Private();

            CollectionAssert.AreEqual(Bytes.FromHex(Rfc6979Key.Point), key.PublicKey.Encode());
            CollectionAssert.AreEqual(Bytes.FromHex(Rfc6979Key.Scalar), key.ExportScalar());
        }

        [TestMethod]
        public void SmallestAndLargestScalar()
        {
            CheckPublicKey(
                "0000000000000000000000000000000000000000000000000000000000000001",
                "046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C2964FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5");
            CheckPublicKey(
                "0000000000000000000000000000000000000000000000000000000000000002",
                "047CF27B188D034F7E8A52380304B51AC3C08969E277F21B35A60B48FC4766997807775510DB8ED040293D9AC69F7430DBBA7DADE63CE982299E04B79D227873D1");
            CheckPublicKey(
                "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550",
                "046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296B01CBD1C01E58065711814B583F061E9D431CCA994CEA1313449BF97C840AE0A");
        }

        [TestMethod]
        public void ScalarsOutOfRangeAreRefused()
        {
            CheckRefused("0000000000000000000000000000000000000000000000000000000000000000");
            CheckRefused("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
            CheckRefused("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632552");
            CheckRefused("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF");
            CheckRefused("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");
        }

        // The first 32 bytes of this generator (which is that of the RFC 6979 nonce for the message "wv[vnX") are above n - 2 and must be
        // rejected; the next are 2ae40d...29bc, and the key is one more (FIPS 186-5 A.2.2).
        [TestMethod]
        public void GenerateRejectsAndAddsOne()
        {
            HmacDrbg drbg = new HmacDrbg(Bytes.FromHex(Rfc6979Key.Scalar), Sha256.Hash(Bytes.FromAscii("wv[vnX")), null);
            P256PrivateKey key = P256PrivateKey.Generate(drbg);

            CollectionAssert.AreEqual(
                Bytes.FromHex("2ae40df9d9dab61d688de3dcb9867a98ecc70dd4d6c0f6c228b6e4e0b18b29bd"),
                key.ExportScalar());
            Assert.IsTrue(key.PublicKey.IsSameAs(P256PrivateKey.Import(key.ExportScalar()).PublicKey));
        }

        [TestMethod]
        public void Sec1IsRfc5915()
        {
            CollectionAssert.AreEqual(
                Bytes.FromHex(
                    "30770201010420c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721a00a06082a8648ce3d030107a144034200"
                    + Rfc6979Key.Point),
                Rfc6979Key.Private().ExportSec1());
        }

        [TestMethod]
        public void NothingIsKeptOrGivenByReference()
        {
            byte[] scalar = Bytes.FromHex(Rfc6979Key.Scalar);
            P256PrivateKey key = P256PrivateKey.Import(scalar);
            FixedTime.Clear(scalar);
            FixedTime.Clear(key.ExportScalar());

            CollectionAssert.AreEqual(Bytes.FromHex(Rfc6979Key.Scalar), key.ExportScalar());
        }

        [TestMethod]
        public void UseAfterClearThrows()
        {
            P256PrivateKey key = Rfc6979Key.Private();
            P256PublicKey publicKey = key.PublicKey;
            key.Clear();
            key.Clear();

            Assert.ThrowsException(typeof(InvalidOperationException), () => key.ExportScalar());
            Assert.ThrowsException(typeof(InvalidOperationException), () => key.ExportSec1());
            Assert.ThrowsException(typeof(InvalidOperationException), () => Ecdsa.Sign(key, new byte[32]));
            Assert.ThrowsException(typeof(InvalidOperationException), () => publicKey.IsSameAs(key.PublicKey));
            CollectionAssert.AreEqual(Bytes.FromHex(Rfc6979Key.Point), publicKey.Encode());
        }

        [TestMethod]
        public void MisuseThrows()
        {
            HmacDrbg cleared = new HmacDrbg(new byte[32], new byte[16], null);
            cleared.Clear();

            Assert.ThrowsException(typeof(ArgumentNullException), () => P256PrivateKey.Generate(null));
            Assert.ThrowsException(typeof(InvalidOperationException), () => P256PrivateKey.Generate(cleared));
            Assert.ThrowsException(typeof(ArgumentNullException), () => P256PrivateKey.Import(null));
            Assert.ThrowsException(typeof(ArgumentException), () => P256PrivateKey.Import(new byte[31]));
            Assert.ThrowsException(typeof(ArgumentException), () => P256PrivateKey.Import(new byte[33]));
        }

        private static void CheckPublicKey(string scalar, string point)
        {
            CollectionAssert.AreEqual(Bytes.FromHex(point), P256PrivateKey.Import(Bytes.FromHex(scalar)).PublicKey.Encode());
        }

        private static void CheckRefused(string scalar)
        {
            Assert.IsNull(P256PrivateKey.Import(Bytes.FromHex(scalar)), scalar);
        }
    }
}
