using System;
using DeviceFirmware.Bytes;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Bytes
{
    /// <summary>RFC 8949 appendix A, as far as the writer goes.</summary>
    [TestClass]
    public class CborWriterTests
    {
        [TestMethod]
        public void IntegersAreShortest()
        {
            Check("00", 0);
            Check("17", 23);
            Check("1818", 24);
            Check("18ff", 255);
            Check("190100", 256);
            Check("1903e8", 1000);
            Check("19ffff", 65535);
            Check("1a00010000", 65536);
            Check("1a000f4240", 1000000);
            Check("1affffffff", 4294967295);
            Check("1b0000000100000000", 4294967296);
            Check("1b000000e8d4a51000", 1000000000000);
            Check("1b7fffffffffffffff", 9223372036854775807);
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new CborWriter().Unsigned(-1));
        }

        [TestMethod]
        public void StringsArraysAndMaps()
        {
            Assert.AreEqual("40", Hex.Encode(new CborWriter().Bytes(new byte[0]).ToArray()));
            Assert.AreEqual("4401020304", Hex.Encode(new CborWriter().Bytes(new byte[] { 1, 2, 3, 4 }).ToArray()));
            Assert.AreEqual("60", Hex.Encode(new CborWriter().Text("").ToArray()));
            Assert.AreEqual("6449455446", Hex.Encode(new CborWriter().Text("IETF").ToArray()));
            Assert.AreEqual("62225c", Hex.Encode(new CborWriter().Text("\"\\").ToArray()));
            Assert.AreEqual("83010203", Hex.Encode(new CborWriter().Array(3).Unsigned(1).Unsigned(2).Unsigned(3).ToArray()));
            Assert.AreEqual("a201020304", Hex.Encode(new CborWriter().Map(2).Unsigned(1).Unsigned(2).Unsigned(3).Unsigned(4).ToArray()));
        }

        [TestMethod]
        public void LongOnesGrow()
        {
            byte[] written = new CborWriter().Unsigned(1).Bytes(new byte[70000]).Unsigned(2).ToArray();
            Assert.AreEqual(1 + 5 + 70000 + 1, written.Length);
            Assert.AreEqual("015a00011170", Hex.Encode(ByteArray.Slice(written, 0, 6)));
            Assert.AreEqual(2, (int)written[written.Length - 1]);
        }

        private static void Check(string expected, long value)
        {
            Assert.AreEqual(expected, Hex.Encode(new CborWriter().Unsigned(value).ToArray()));
        }
    }
}
