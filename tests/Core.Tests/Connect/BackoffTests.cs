using DeviceFirmware.Connect;
using DeviceFirmware.Memory;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Connect
{
    [TestClass]
    public class BackoffTests
    {
        [TestMethod]
        public void TheBoundDoublesUpToTheMaximum()
        {
            // The noise says 0xFFFF: each wait is just below its bound.
            var backoff = new Backoff(new MemoryEntropy(1) { StuckAt = 0xFF }, 1000, 60000);
            int[] bounds = new int[] { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000 };
            for (int i = 0; i < bounds.Length; i++)
            {
                int wait = backoff.Next();
                Assert.IsTrue(wait < bounds[i] && wait >= bounds[i] - 2, bounds[i].ToString() + ": " + wait.ToString());
            }

            backoff.Reset();
            Assert.AreEqual(999, backoff.Next());
        }

        [TestMethod]
        public void WaitsAreSpread()
        {
            var backoff = new Backoff(new MemoryEntropy(1), 1 << 20, 1 << 20);
            int low = 0;
            for (int i = 0; i < 200; i++)
            {
                int wait = backoff.Next();
                Assert.IsTrue(wait >= 0 && wait < 1 << 20);
                low += wait < 1 << 19 ? 1 : 0;
            }

            Assert.IsTrue(low > 60 && low < 140, low.ToString());
            Assert.AreEqual(0, new Backoff(new MemoryEntropy(1) { StuckAt = 0 }, 1000, 60000).Next());
        }

        [TestMethod]
        public void LargeBoundsDoNotOverflow()
        {
            var backoff = new Backoff(new MemoryEntropy(1) { StuckAt = 0xFF }, 0x7FFFFFFF, 0x7FFFFFFF);
            Assert.IsTrue(backoff.Next() > 0x7FFF0000);
            Assert.IsTrue(backoff.Next() > 0x7FFF0000);
        }
    }
}
