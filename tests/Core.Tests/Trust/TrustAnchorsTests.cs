using System;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Trust
{
    [TestClass]
    public class TrustAnchorsTests
    {
        [TestMethod]
        public void KeysAreReadOnceAndChecked()
        {
            TrustAnchors anchors = TestBoard.TestAnchors("test");
            Assert.AreEqual(2, anchors.OtaKeys.Length);
            Assert.IsTrue(anchors.OtaKeys[0].IsSameAs(TestKeys.Ota.PublicKey));
            Assert.IsTrue(anchors.OtaKeys[1].IsSameAs(TestKeys.OtaNext.PublicKey));
            Assert.AreEqual(0, new TrustAnchors("", new byte[0][], new byte[0], new byte[0]).OtaKeys.Length);
        }

        [TestMethod]
        public void AKeyThatIsNoPointIsABuildsFault()
        {
            byte[] point = TestKeys.Ota.PublicKey.Encode();
            point[64] ^= 1;
            Assert.ThrowsException(typeof(ArgumentException), () => new TrustAnchors("test", new byte[][] { point }, new byte[0], new byte[0]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new TrustAnchors("test", null, new byte[0], new byte[0]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new TrustAnchors(null, new byte[0][], new byte[0], new byte[0]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new TrustAnchors("test", new byte[0][], null, new byte[0]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new TrustAnchors("test", new byte[0][], new byte[0], null));
        }
    }
}
