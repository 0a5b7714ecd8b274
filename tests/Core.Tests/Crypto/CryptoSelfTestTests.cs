using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class CryptoSelfTestTests
    {
        [TestMethod]
        public void AllKnownAnswersMatch()
        {
            Assert.IsTrue(CryptoSelfTest.Run());
        }
    }
}
