using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class FixedTimeTests
    {
        [TestMethod]
        public void EqualBytesAreEqual()
        {
            Assert.IsTrue(FixedTime.AreEqual(new byte[0], new byte[0]));
            Assert.IsTrue(FixedTime.AreEqual(Bytes.Count(0, 40), Bytes.Count(0, 40)));
        }

        [TestMethod]
        public void EveryBitOfEveryByteCounts()
        {
            byte[] bytes = Bytes.Count(0xF0, 20);

            for (int i = 0; i < bytes.Length; i++)
            {
                for (int bit = 1; bit < 256; bit <<= 1)
                {
                    Assert.IsFalse(FixedTime.AreEqual(bytes, Bytes.Flip(bytes, i, (byte)bit)));
                }
            }
        }

        [TestMethod]
        public void OtherLengthsAreNotEqual()
        {
            Assert.IsFalse(FixedTime.AreEqual(new byte[3], new byte[4]));
            Assert.IsFalse(FixedTime.AreEqual(new byte[4], new byte[3]));
            Assert.IsFalse(FixedTime.AreEqual(new byte[0], new byte[1]));
        }

        [TestMethod]
        public void ClearZeroesEverything()
        {
            byte[] bytes = Bytes.Count(1, 40);
            FixedTime.Clear(bytes);

            CollectionAssert.AreEqual(new byte[40], bytes);
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => FixedTime.AreEqual(null, new byte[0]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => FixedTime.AreEqual(new byte[0], null));
            Assert.ThrowsException(typeof(ArgumentNullException), () => FixedTime.Clear(null));
        }
    }
}
