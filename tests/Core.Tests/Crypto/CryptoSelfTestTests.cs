using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class CryptoSelfTestTests
    {
        // RFC 6979 A.2.5, message "sample", and n - s in place of s: it verifies, but nobody signs so.
        private const string OtherS = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf37160834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9";

        [TestMethod]
        public void AllKnownAnswersMatch()
        {
            CryptoSelfTest selfTest = new CryptoSelfTest();
            Assert.IsTrue(selfTest.Verifies());
            Assert.IsTrue(selfTest.Signs());
            Assert.IsTrue(selfTest.Verifies());
            Assert.IsTrue(selfTest.Signs());
        }

        [TestMethod]
        public void AWrongAnswerFails()
        {
            CryptoSelfTest none = new CryptoSelfTest(new byte[64]);
            Assert.IsFalse(none.Verifies());
            Assert.IsFalse(none.Signs());
            CryptoSelfTest other = new CryptoSelfTest(Bytes.FromHex(OtherS));
            Assert.IsTrue(other.Verifies());
            Assert.IsFalse(other.Signs());
            Assert.IsFalse(other.Signs(), "asked again");
            Assert.ThrowsException(typeof(ArgumentException), () => new CryptoSelfTest(new byte[63]));
        }
    }
}
