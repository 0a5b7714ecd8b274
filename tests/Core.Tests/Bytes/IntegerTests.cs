using DeviceFirmware.Bytes;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Bytes
{
    [TestClass]
    public class IntegerTests
    {
        [TestMethod]
        public void BigEndianGoesBothWays()
        {
            var buffer = new byte[8];
            BigEndian.PutUInt16(buffer, 1, 0x8182);
            BigEndian.PutUInt32(buffer, 3, 0xF1F2F3F4);
            CollectionAssert.AreEqual(new byte[] { 0, 0x81, 0x82, 0xF1, 0xF2, 0xF3, 0xF4, 0 }, buffer);
            Assert.AreEqual(0x8182, BigEndian.GetUInt16(buffer, 1));
            Assert.AreEqual(0xF1F2F3F4u, BigEndian.GetUInt32(buffer, 3));
        }

        [TestMethod]
        public void LittleEndianReads()
        {
            var buffer = new byte[] { 0, 0x82, 0x81, 0xF4, 0xF3, 0xF2, 0xF1 };
            Assert.AreEqual(0x8182, LittleEndian.GetUInt16(buffer, 1));
            Assert.AreEqual(0xF1F2F3F4u, LittleEndian.GetUInt32(buffer, 3));
        }

        [TestMethod]
        public void SizesAreBounded()
        {
            Assert.AreEqual(5, LittleEndian.GetSize(new byte[] { 5, 0, 0, 0 }, 0, 5));
            Assert.AreEqual(-1, LittleEndian.GetSize(new byte[] { 6, 0, 0, 0 }, 0, 5));
            Assert.AreEqual(0x7FFFFFFF, LittleEndian.GetSize(new byte[] { 0xFF, 0xFF, 0xFF, 0x7F }, 0, 0x7FFFFFFF));
            Assert.AreEqual(-1, LittleEndian.GetSize(new byte[] { 0, 0, 0, 0x80 }, 0, 0x7FFFFFFF));
            Assert.AreEqual(-1, LittleEndian.GetSize(new byte[] { 1, 0, 0, 0xFF }, 0, 0x7FFFFFFF));
        }

        [TestMethod]
        public void Crc32KnownAnswers()
        {
            byte[] check = Ascii.GetBytes("x123456789x");
            Assert.AreEqual(0xCBF43926u, Crc32.Compute(check, 1, 9));
            Assert.AreEqual(0u, Crc32.Compute(check, 0, 0));
            Assert.AreEqual(0xD202EF8Du, Crc32.Compute(new byte[1], 0, 1));
        }

        [TestMethod]
        public void ArraysAreEqualByContent()
        {
            Assert.IsTrue(ByteArray.AreEqual(new byte[] { 1, 2 }, new byte[] { 1, 2 }));
            Assert.IsTrue(ByteArray.AreEqual(new byte[0], new byte[0]));
            Assert.IsFalse(ByteArray.AreEqual(new byte[] { 1, 2 }, new byte[] { 1, 3 }));
            Assert.IsFalse(ByteArray.AreEqual(new byte[] { 1, 2 }, new byte[] { 3, 2 }));
            Assert.IsFalse(ByteArray.AreEqual(new byte[] { 1, 2 }, new byte[] { 1 }));
            Assert.IsFalse(ByteArray.AreEqual(new byte[0], null));
            Assert.IsFalse(ByteArray.AreEqual(null, new byte[0]));
            Assert.IsFalse(ByteArray.AreEqual(null, null), "nothing equals nothing: a missing value never matches");
        }
    }
}
