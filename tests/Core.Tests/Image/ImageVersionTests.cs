using System;
using DeviceFirmware.Image;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Image
{
    [TestClass]
    public class ImageVersionTests
    {
        [TestMethod]
        public void VersionsAreReadAndWritten()
        {
            Check("0.0.0", "0.0.0+0");
            Check("1.2.3+4", "1.2.3+4");
            Check("255.255.65535+4294967295", "255.255.65535+4294967295");
        }

        [TestMethod]
        public void AnythingElseIsRefused()
        {
            string[] texts = new string[]
            {
                "", "1", "1.2", "1.2.3.4", "1.2.3+", "+1", "1.2.3+4+5", "01.2.3", "1.02.3", "1.2.03", "1.2.3+04", "256.0.0", "0.256.0",
                "0.0.65536", "0.0.0+4294967296", "-1.0.0", "1..3", ".2.3", "1.2.", "1.2.x", " 1.2.3", "1.2.3 ", "1.2.3-4", "0.0.0+99999999999",
                "1.2.3+18446744073709551617", "0.0.0000000000000000000000000000001",
            };
            for (int i = 0; i < texts.Length; i++)
            {
                Assert.IsNull(ImageVersion.Parse(texts[i]), texts[i]);
            }

            Assert.IsNull(ImageVersion.Parse(null));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new ImageVersion(0, 0, 65536, 0));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new ImageVersion(0, 0, -1, 0));
        }

        [TestMethod]
        public void VersionsAreOrderedWithTheBuildNumber()
        {
            string[] rising = new string[]
            {
                "0.0.0+0", "0.0.0+1", "0.0.0+4294967295", "0.0.1+0", "0.0.65535+9", "0.1.0+0", "0.9.0", "0.10.0", "0.255.65535", "1.0.0", "1.0.0+1", "2.0.0", "10.0.0", "255.0.0",
            };
            for (int i = 0; i < rising.Length; i++)
            {
                for (int j = 0; j < rising.Length; j++)
                {
                    int order = ImageVersion.Parse(rising[i]).CompareTo(ImageVersion.Parse(rising[j]));
                    int expected = i < j ? -1 : i > j ? 1 : 0;
                    Assert.AreEqual(expected, order < 0 ? -1 : order > 0 ? 1 : 0, rising[i] + " and " + rising[j]);
                }
            }

            Assert.ThrowsException(typeof(ArgumentNullException), () => new ImageVersion(0, 0, 0, 0).CompareTo(null));
        }

        private static void Check(string text, string written)
        {
            Assert.AreEqual(written, ImageVersion.Parse(text).ToString());
        }
    }
}
