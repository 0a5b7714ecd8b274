using System;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Slots
{
    [TestClass]
    public class SecurityCounterTests
    {
        [TestMethod]
        public void ItRisesAndStays()
        {
            var files = new MemoryFiles();
            var counter = new SecurityCounter(new RecordStore(files), 0);
            Assert.AreEqual(0u, counter.Value);
            counter.RaiseTo(7);
            Assert.AreEqual(7u, counter.Value);
            Assert.AreEqual(7u, Stored(files, 0));
            counter.RaiseTo(0xFFFFFFFE);
            Assert.AreEqual(0xFFFFFFFEu, Stored(files, 0));
        }

        [TestMethod]
        public void ItNeverFalls()
        {
            var files = new MemoryFiles();
            var counter = new SecurityCounter(new RecordStore(files), 0);
            counter.RaiseTo(7);
            int operations = files.Operations;
            counter.RaiseTo(6);
            counter.RaiseTo(0);
            counter.RaiseTo(7);
            Assert.AreEqual(7u, counter.Value);
            Assert.AreEqual(7u, Stored(files, 0));
            Assert.AreEqual(operations, files.Operations, "and the flash is left alone");
        }

        [TestMethod]
        public void TheDeploymentsMinimumCounts()
        {
            var files = new MemoryFiles();
            Assert.AreEqual(9u, Stored(files, 9));
            new SecurityCounter(new RecordStore(files), 9).RaiseTo(8);
            Assert.AreEqual(0u, Stored(files, 0), "below the minimum nothing is stored");
            new SecurityCounter(new RecordStore(files), 9).RaiseTo(10);
            Assert.AreEqual(10u, Stored(files, 9));
            Assert.AreEqual(11u, Stored(files, 11));
        }

        [TestMethod]
        public void ACutLeavesOldOrNew()
        {
            for (int operation = 1; operation <= 2; operation++)
            {
                for (int bytes = MemoryFiles.Nothing; bytes < 60; bytes++)
                {
                    var files = new MemoryFiles();
                    var counter = new SecurityCounter(new RecordStore(files), 0);
                    counter.RaiseTo(3);
                    files.CutAt(files.Operations + operation, bytes);
                    Assert.ThrowsException(typeof(PowerCutException), () => counter.RaiseTo(4));
                    files.PowerOn();
                    uint left = Stored(files, 0);
                    Assert.IsTrue(left == 3 || left == 4, left.ToString());
                }
            }
        }

        [TestMethod]
        public void ARecordOfAnotherLengthIsNone()
        {
            for (int length = 0; length < 9; length++)
            {
                var files = new MemoryFiles();
                var body = new byte[length];
                for (int i = 0; i < length; i++)
                {
                    body[i] = 1;
                }

                new RecordStore(files).Write("counter", body);
                Assert.AreEqual(length == 4 ? 0x01010101u : 0u, Stored(files, 0), length.ToString());
            }
        }

        [TestMethod]
        public void AStoreIsNeeded()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => new SecurityCounter(null, 0));
        }

        private static uint Stored(MemoryFiles files, uint minimum)
        {
            return new SecurityCounter(new RecordStore(files), minimum).Value;
        }
    }
}
