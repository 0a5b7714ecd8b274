using DeviceFirmware.Bytes;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Bytes
{
    [TestClass]
    public class HexTests
    {
        [TestMethod]
        public void EveryByteGoesBothWays()
        {
            for (int value = 0; value < 256; value++)
            {
                string text = Hex.Encode(new byte[] { (byte)value });
                Assert.AreEqual(2, text.Length);
                byte[] back = Hex.Decode(text);
                Assert.AreEqual(1, back.Length);
                Assert.AreEqual(value, (int)back[0], text);
            }

            Assert.AreEqual("00097f80ff", Hex.Encode(new byte[] { 0x00, 0x09, 0x7F, 0x80, 0xFF }));
        }

        [TestMethod]
        public void AnythingElseIsRefused()
        {
            Assert.IsNull(Hex.Decode(null));
            Assert.IsNull(Hex.Decode("0"));
            Assert.IsNull(Hex.Decode("0A"), "upper case");
            Assert.IsNull(Hex.Decode("A0"), "upper case");
            Assert.IsNull(Hex.Decode("0g"));
            Assert.IsNull(Hex.Decode("g0"));
            Assert.IsNull(Hex.Decode("0/"));
            Assert.IsNull(Hex.Decode("0:"));
            Assert.IsNull(Hex.Decode("0`"));
            Assert.IsNull(Hex.Decode(" 00"));
            Assert.AreEqual(0, Hex.Decode("").Length);
        }
    }
}
