using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class P256PublicKeyTests
    {
        private const string Prime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
        private const string PrimeMinus3 = "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc";
        private const string PrimePlus1 = "ffffffff00000001000000000000000000000001000000000000000000000000";
        private const string PrimePlus5 = "ffffffff00000001000000000000000000000001000000000000000000000004";
        private const string AllOnes = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
        private const string BaseX = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
        private const string BaseY = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
        private const string MinusBaseY = "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a";
        private const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";
        private const string RootOfB = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";

        // x of the point with y = 1.
        private const string XOfOne = "6916fac45e568b6b9e2e2ecd611b282e5fcc40a3067d601057f879ce5a8a73cc";
        private const string One = "0000000000000000000000000000000000000000000000000000000000000001";

        private const string SubjectPublicKeyInfo =
            "3059301306072a8648ce3d020106082a8648ce3d030107034200"
            + "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

        [TestMethod]
        public void PointsOnTheCurveAreTaken()
        {
            CheckTaken("04" + BaseX + BaseY);
            CheckTaken("04" + BaseX + MinusBaseY);
            CheckTaken("04" + Zero + RootOfB);
            CheckTaken("04" + XOfOne + One);
            CheckTaken("04" + PrimeMinus3 + "19719bebf6aea13f25c96dfd7c71f5225d4c8fc09eb5a0ab9f39e9178e55c121");
            CheckTaken(Rfc6979Key.Point);
        }

        [TestMethod]
        public void PointsOffTheCurveAreRefused()
        {
            byte[] point = Bytes.FromHex(Rfc6979Key.Point);

            for (int i = 1; i < point.Length; i += 7)
            {
                CheckRefused(Bytes.Flip(point, i, 0x10));
            }

            CheckRefused("04" + BaseY + BaseX);
            CheckRefused("04" + BaseX + Zero);
            CheckRefused("04" + Zero + Zero);
            CheckRefused("04" + One + One);
        }

        [TestMethod]
        public void CoordinatesOfPOrMoreAreRefused()
        {
            // Taken modulo p, each of these would be a point of the curve.
            CheckRefused("04" + Prime + RootOfB);
            CheckRefused("04" + XOfOne + PrimePlus1);
            CheckRefused("04" + PrimePlus5 + "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");
            CheckRefused("04" + Prime + Prime);
            CheckRefused("04" + Prime + BaseY);
            CheckRefused("04" + BaseX + Prime);
            CheckRefused("04" + AllOnes + BaseY);
            CheckRefused("04" + BaseX + AllOnes);
        }

        [TestMethod]
        public void InfinityIsRefused()
        {
            CheckRefused("00");
            CheckRefused("00" + Zero + Zero);
        }

        [TestMethod]
        public void OtherFormsAreRefused()
        {
            CheckRefused("03" + BaseX);
            CheckRefused("02" + BaseX);
            CheckRefused("07" + BaseX + BaseY);
            CheckRefused("06" + BaseX + MinusBaseY);
            CheckRefused("05" + BaseX + BaseY);
            CheckRefused("02" + BaseX + BaseY);
        }

        [TestMethod]
        public void OtherLengthsAreRefused()
        {
            CheckRefused("");
            CheckRefused("04");
            CheckRefused("04" + BaseX + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51");
            CheckRefused("04" + BaseX + BaseY + "00");
        }

        [TestMethod]
        public void DecodeReadsOnlyItsPart()
        {
            byte[] point = Bytes.FromHex(Rfc6979Key.Point);
            byte[] buffer = Bytes.Join(Bytes.Join(new byte[3], point), new byte[2]);
            P256PublicKey key = P256PublicKey.Decode(buffer, 3, point.Length);
            FixedTime.Clear(buffer);

            CollectionAssert.AreEqual(point, key.Encode());
        }

        [TestMethod]
        public void EncodeGivesACopy()
        {
            P256PublicKey key = Rfc6979Key.Public();
            FixedTime.Clear(key.Encode());

            CollectionAssert.AreEqual(Bytes.FromHex(Rfc6979Key.Point), key.Encode());
        }

        [TestMethod]
        public void SubjectPublicKeyInfoIsRfc5480()
        {
            byte[] der = Bytes.FromHex(SubjectPublicKeyInfo);

            CollectionAssert.AreEqual(der, Rfc6979Key.Public().EncodeSubjectPublicKeyInfo());

            byte[] buffer = Bytes.Join(Bytes.Join(new byte[5], der), new byte[1]);
            P256PublicKey key = P256PublicKey.DecodeSubjectPublicKeyInfo(buffer, 5, der.Length);

            Assert.IsTrue(Rfc6979Key.Public().IsSameAs(key));
        }

        [TestMethod]
        public void AnyOtherSubjectPublicKeyInfoIsRefused()
        {
            byte[] der = Bytes.FromHex(SubjectPublicKeyInfo);

            for (int i = 0; i < 27; i++)
            {
                Assert.IsNull(P256PublicKey.DecodeSubjectPublicKeyInfo(Bytes.Flip(der, i, 0x01), 0, der.Length));
            }

            Assert.IsNull(P256PublicKey.DecodeSubjectPublicKeyInfo(Bytes.Flip(der, 90, 0x01), 0, der.Length));
            Assert.IsNull(P256PublicKey.DecodeSubjectPublicKeyInfo(der, 0, 90));
            Assert.IsNull(P256PublicKey.DecodeSubjectPublicKeyInfo(der, 1, 90));
            Assert.IsNull(P256PublicKey.DecodeSubjectPublicKeyInfo(der, 0, 0));
            Assert.IsNull(P256PublicKey.DecodeSubjectPublicKeyInfo(Bytes.Join(der, new byte[1]), 0, 92));
        }

        [TestMethod]
        public void KeyHashIsThatOfTheSubjectPublicKeyInfo()
        {
            CollectionAssert.AreEqual(
                Bytes.FromHex("5a7a78cca4a0f420d9bc62bb669c3c2759e39f723d3ae10dcbe0f0815a07ecd4"),
                Rfc6979Key.Public().KeyHash());
        }

        [TestMethod]
        public void SameMeansSamePoint()
        {
            P256PublicKey key = Decode("04" + BaseX + BaseY);

            Assert.IsTrue(key.IsSameAs(key));
            Assert.IsTrue(key.IsSameAs(Decode("04" + BaseX + BaseY)));
            Assert.IsFalse(key.IsSameAs(Decode("04" + BaseX + MinusBaseY)));
            Assert.IsFalse(key.IsSameAs(Rfc6979Key.Public()));
            Assert.IsFalse(key.IsSameAs(null));
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => P256PublicKey.Decode(null, 0, 0));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => P256PublicKey.Decode(new byte[65], 1, 65));
            Assert.ThrowsException(typeof(ArgumentNullException), () => P256PublicKey.DecodeSubjectPublicKeyInfo(null, 0, 0));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => P256PublicKey.DecodeSubjectPublicKeyInfo(new byte[90], 0, 91));
        }

        private static P256PublicKey Decode(string point)
        {
            byte[] bytes = Bytes.FromHex(point);

            return P256PublicKey.Decode(bytes, 0, bytes.Length);
        }

        private static void CheckTaken(string point)
        {
            P256PublicKey key = Decode(point);

            Assert.IsNotNull(key, point);
            CollectionAssert.AreEqual(Bytes.FromHex(point), key.Encode());
        }

        private static void CheckRefused(string point)
        {
            Assert.IsNull(Decode(point), point);
        }

        private static void CheckRefused(byte[] point)
        {
            Assert.IsNull(P256PublicKey.Decode(point, 0, point.Length));
        }
    }
}
