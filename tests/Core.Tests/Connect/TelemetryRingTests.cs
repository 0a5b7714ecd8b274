using System;
using DeviceFirmware.Connect;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Connect
{
    [TestClass]
    public class TelemetryRingTests
    {
        [TestMethod]
        public void TheNewestStay()
        {
            var ring = new TelemetryRing(3, 1000);
            for (int i = 1; i <= 8; i++)
            {
                ring.Add(new byte[i]);
            }

            Assert.AreEqual(3, ring.Count);
            Assert.AreEqual(5, ring.Lost);
            for (int i = 6; i <= 8; i++)
            {
                Assert.AreEqual(i, ring.Oldest.Length);
                ring.Remove();
            }

            Assert.IsNull(ring.Oldest);
            Assert.AreEqual(5, ring.Lost, "what was delivered is not lost");
            Assert.ThrowsException(typeof(InvalidOperationException), () => ring.Remove());
        }

        [TestMethod]
        public void BytesAreBoundedToo()
        {
            var ring = new TelemetryRing(100, 10);
            ring.Add(new byte[4]);
            ring.Add(new byte[6]);
            Assert.AreEqual(0, ring.Lost);
            ring.Add(new byte[7]);
            Assert.AreEqual(1, ring.Count);
            Assert.AreEqual(2, ring.Lost);
            ring.Add(new byte[11]);
            Assert.AreEqual(3, ring.Lost, "larger than the ring: lost itself");
            Assert.AreEqual(7, ring.Oldest.Length);
        }
    }
}
