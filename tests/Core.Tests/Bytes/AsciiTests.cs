using System;
using DeviceFirmware.Bytes;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Bytes
{
    [TestClass]
    public class AsciiTests
    {
        [TestMethod]
        public void PrintableTextGoesBothWays()
        {
            byte[] bytes = Ascii.GetBytes(" az AZ 09 ~");
            Assert.AreEqual(" az AZ 09 ~", Ascii.GetString(bytes, 0, bytes.Length));
            Assert.AreEqual("az", Ascii.GetString(bytes, 1, 2));
            Assert.AreEqual("", Ascii.GetString(bytes, 0, 0));
        }

        [TestMethod]
        public void EveryOtherByteIsRefused()
        {
            for (int value = 0; value < 256; value++)
            {
                bool printable = value >= 0x20 && value <= 0x7E;
                string text = Ascii.GetString(new byte[] { 65, (byte)value, 66 }, 0, 3);
                Assert.AreEqual(printable, !(text is null), "byte " + value.ToString());
            }
        }

        [TestMethod]
        public void OtherCharactersAreMisuse()
        {
            Assert.ThrowsException(typeof(ArgumentException), () => Ascii.GetBytes("a\tb"));
            Assert.ThrowsException(typeof(ArgumentException), () => Ascii.GetBytes("\u007F"));
            Assert.ThrowsException(typeof(ArgumentException), () => Ascii.GetBytes("\u00E9"));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Ascii.GetBytes(null));
        }

        [TestMethod]
        public void NamesAreShortLowerCaseWords()
        {
            Assert.IsTrue(Ascii.IsName("a"));
            Assert.IsTrue(Ascii.IsName("dev-0001"));
            Assert.IsTrue(Ascii.IsName("0123456789abcdef0123456789abcdef"));
            Assert.IsFalse(Ascii.IsName(null));
            Assert.IsFalse(Ascii.IsName(""));
            Assert.IsFalse(Ascii.IsName("0123456789abcdef0123456789abcdef0"));
            Assert.IsFalse(Ascii.IsName("Dev"));
            Assert.IsFalse(Ascii.IsName("dev/1"));
            Assert.IsFalse(Ascii.IsName("dev+"));
            Assert.IsFalse(Ascii.IsName("dev#"));
            Assert.IsFalse(Ascii.IsName("dev_1"));
            Assert.IsFalse(Ascii.IsName("dev 1"));
            Assert.IsFalse(Ascii.IsName("dev`"));
            Assert.IsFalse(Ascii.IsName("dev{"));
            Assert.IsFalse(Ascii.IsName("dev:"));
        }
    }
}
