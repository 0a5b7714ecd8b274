using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Image;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Image
{
    /// <summary>What the CLR would load, decided before it is asked.</summary>
    [TestClass]
    public class NanoAssemblyTests
    {
        [TestMethod]
        public void TheChecksumIsTheClrs()
        {
            // CRC-32/MPEG-2 without its initial value: the check value of nine digits, from zero.
            Assert.AreEqual(0x89A1897Fu, NanoFile.Crc(Ascii.GetBytes("123456789"), 0, 9));
            Assert.IsNull(NanoAssembly.HeaderProblem(NanoFile.Of(200, 7), 200));
            Assert.AreEqual(200, NanoAssembly.Length(NanoFile.Of(200, 7)));
        }

        [TestMethod]
        public void TheHeaderIsUnderItsCrc()
        {
            byte[] file = NanoFile.Of(200, 7);
            for (int i = 0; i < NanoAssembly.HeaderSize; i++)
            {
                file[i] ^= 0x20;
                Assert.IsNotNull(NanoAssembly.HeaderProblem(file, 200), "byte " + i.ToString());
                file[i] ^= 0x20;
            }
        }

        [TestMethod]
        public void TheBodyIsUnderItsOwnCrc()
        {
            byte[] file = NanoFile.Of(200, 7);
            Assert.IsTrue(NanoAssembly.IsBodyWhole(file));
            for (int i = NanoAssembly.HeaderSize; i < file.Length; i++)
            {
                file[i] ^= 1;
                Assert.IsFalse(NanoAssembly.IsBodyWhole(file), "byte " + i.ToString());
                file[i] ^= 1;
            }
        }

        [TestMethod]
        public void AReferenceIsFoundByItsName()
        {
            byte[] file = NanoFile.Referring("DeviceFirmware.Contract", 1, 3);
            Assert.IsNull(NanoAssembly.HeaderProblem(file, file.Length));
            Assert.AreEqual("1.3", NanoAssembly.LineOf(file, "DeviceFirmware.Contract"));
            Assert.AreEqual("9.9", NanoAssembly.LineOf(file, "DeviceFirmware.Contractx"));
            Assert.IsNull(NanoAssembly.LineOf(file, "DeviceFirmware.Contrac"));
            Assert.IsNull(NanoAssembly.LineOf(NanoFile.Of(200, 7), "DeviceFirmware.Contract"));
            Assert.IsNull(NanoAssembly.LineOf(NanoFile.Of(124, 0), "DeviceFirmware.Contract"));
        }

        [TestMethod]
        public void AFileWithoutBodyIsWhole()
        {
            Assert.IsTrue(NanoAssembly.IsBodyWhole(NanoFile.Of(124, 0)));
            Assert.IsFalse(NanoAssembly.IsBodyWhole(new byte[123]));
        }
    }
}
