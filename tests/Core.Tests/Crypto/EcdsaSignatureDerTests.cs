using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class EcdsaSignatureDerTests
    {
        private const string Zero = "0000000000000000000000000000000000000000000000000000000000000000";
        private const string One = "0000000000000000000000000000000000000000000000000000000000000001";
        private const string High = "8000000000000000000000000000000000000000000000000000000000000000";
        private const string Low = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

        [TestMethod]
        public void EveryLengthOfInteger()
        {
            CheckBothWays("3006020100020100", Zero + Zero);
            CheckBothWays("3006020101020101", One + One);
            CheckBothWays("3007020101" + "02020080", One + "0000000000000000000000000000000000000000000000000000000000000080");
            CheckBothWays(
                "300702017f" + "020200ff",
                "000000000000000000000000000000000000000000000000000000000000007f"
                + "00000000000000000000000000000000000000000000000000000000000000ff");
            CheckBothWays("3007" + "02020100" + "020101", "0000000000000000000000000000000000000000000000000000000000000100" + One);
            CheckBothWays("3044" + "0220" + Low + "0220" + Low, Low + Low);
            CheckBothWays("3045" + "022100" + High + "0220" + Low, High + Low);
            CheckBothWays("3045" + "0220" + Low + "022100" + High, Low + High);
            CheckBothWays("3046" + "022100" + High + "022100" + High, High + High);
            CheckBothWays(
                "3025" + "022000" + "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" + "020101",
                "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" + One);
        }

        [TestMethod]
        public void LengthsThatAreNotTheShortestAreRefused()
        {
            CheckRefused("308106020101020101");
            CheckRefused("30820006020101020101");
            CheckRefused("3007" + "02810101" + "020101");
            CheckRefused("3007" + "020101" + "02810101");
            CheckRefused("3080" + "020101020101" + "0000");
        }

        [TestMethod]
        public void IntegersThatAreNotTheShortestAreRefused()
        {
            CheckRefused("3007" + "02020001" + "020101");
            CheckRefused("3007" + "020101" + "02020001");
            CheckRefused("3007" + "02020000" + "020101");
            CheckRefused("3007" + "0202007f" + "020101");
            CheckRefused("3045" + "022100" + Low + "0220" + Low);
            CheckRefused("3047" + "02220000" + High + "022100" + High);
        }

        [TestMethod]
        public void NegativeIntegersAreRefused()
        {
            CheckRefused("3006" + "020180" + "020101");
            CheckRefused("3006" + "020101" + "0201ff");
            CheckRefused("3007" + "0202ff80" + "020101");
            CheckRefused("3044" + "0220" + High + "0220" + Low);
            CheckRefused("3044" + "0220" + Low + "0220" + High);
        }

        [TestMethod]
        public void IntegersAbove32BytesAreRefused()
        {
            CheckRefused("3026" + "0221" + "01" + Zero + "020101");
            CheckRefused("3026" + "020101" + "0221" + "01" + Zero);
            CheckRefused("3026" + "0221" + "7f" + High + "020101");
            CheckRefused("3027" + "0222" + "0080" + Zero + "020101");
        }

        [TestMethod]
        public void EmptyAndMissingIntegersAreRefused()
        {
            CheckRefused("");
            CheckRefused("30");
            CheckRefused("3000");
            CheckRefused("3002" + "0200");
            CheckRefused("3003" + "020101");
            CheckRefused("3004" + "02000200");
            CheckRefused("3005" + "0200" + "020101");
            CheckRefused("3005" + "020101" + "0200");
            CheckRefused("3004" + "020101" + "02");
        }

        [TestMethod]
        public void OtherTagsAreRefused()
        {
            CheckRefused("3106020101020101");
            CheckRefused("1006020101020101");
            CheckRefused("3006030101020101");
            CheckRefused("3006020101030101");
            CheckRefused("0006020101020101");
        }

        [TestMethod]
        public void BytesTooManyOrTooFewAreRefused()
        {
            CheckRefused("300602010102010100");
            CheckRefused("3007020101020101");
            CheckRefused("3005020101020101");
            CheckRefused("300702010102010100");
            CheckRefused("3009" + "020101" + "020101" + "020101");
            CheckRefused("3006020101020201");
            CheckRefused("3006" + "0204" + "01020101");
            CheckRefused("3006" + "02ff01" + "020101");
        }

        // Nothing but the whole is a signature.
        [TestMethod]
        public void EveryPrefixIsRefused()
        {
            byte[] der = Bytes.FromHex("3046" + "022100" + High + "022100" + High);

            for (int count = 0; count < der.Length; count++)
            {
                Assert.IsNull(EcdsaSignatureDer.Decode(der, 0, count));
            }
        }

        [TestMethod]
        public void DecodeReadsOnlyItsPart()
        {
            byte[] der = Bytes.FromHex("ffff" + "3006020101020102" + "ffff");

            CollectionAssert.AreEqual(
                Bytes.FromHex(One + "0000000000000000000000000000000000000000000000000000000000000002"),
                EcdsaSignatureDer.Decode(der, 2, 8));
            Assert.IsNull(EcdsaSignatureDer.Decode(der, 2, 9));
            Assert.IsNull(EcdsaSignatureDer.Decode(der, 2, 7));
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => EcdsaSignatureDer.Encode(null));
            Assert.ThrowsException(typeof(ArgumentException), () => EcdsaSignatureDer.Encode(new byte[63]));
            Assert.ThrowsException(typeof(ArgumentException), () => EcdsaSignatureDer.Encode(new byte[65]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => EcdsaSignatureDer.Decode(null, 0, 0));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => EcdsaSignatureDer.Decode(new byte[8], 1, 8));
        }

        private static void CheckBothWays(string der, string signature)
        {
            byte[] derBytes = Bytes.FromHex(der);
            byte[] signatureBytes = Bytes.FromHex(signature);

            CollectionAssert.AreEqual(derBytes, EcdsaSignatureDer.Encode(signatureBytes), der);
            CollectionAssert.AreEqual(signatureBytes, EcdsaSignatureDer.Decode(derBytes, 0, derBytes.Length), der);
        }

        private static void CheckRefused(string der)
        {
            byte[] derBytes = Bytes.FromHex(der);

            Assert.IsNull(EcdsaSignatureDer.Decode(derBytes, 0, derBytes.Length), der);
        }
    }
}
