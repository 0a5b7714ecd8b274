using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Identity
{
    [TestClass]
    public class DeviceKeyTests
    {
        [TestMethod]
        public void AKeyIsMadeAndKept()
        {
            var files = new MemoryFiles();
            Assert.IsNull(DeviceKey.Load(new RecordStore(files)));
            StoredKey key = Make(files, 1);
            StoredKey loaded = DeviceKey.Load(new RecordStore(files));
            Assert.IsTrue(loaded.PublicKey.IsSameAs(key.PublicKey));
            CollectionAssert.AreEqual(key.ExportTlsKey(), loaded.ExportTlsKey());
        }

        [TestMethod]
        public void OtherNoiseIsAnotherKey()
        {
            StoredKey key = Make(new MemoryFiles(), 1);
            Assert.IsFalse(key.PublicKey.IsSameAs(Make(new MemoryFiles(), 2).PublicKey));
            var noise = new MemoryEntropy(1) { IsTrueRandom = true };
            StoredKey other = DeviceKey.Generate(new RecordStore(new MemoryFiles()), noise, "0242ac110003", out EntropyVerdict verdict);
            Assert.IsFalse(key.PublicKey.IsSameAs(other.PublicKey), "nor do two boards with the same noise share a key");
            Assert.AreEqual((int)EntropyVerdict.Accepted, (int)verdict);
            Assert.AreEqual(1024, noise.Given);
        }

        [TestMethod]
        public void WithoutTrueRandomnessThereIsNoKey()
        {
            var files = new MemoryFiles();
            var entropy = new MemoryEntropy(1) { IsTrueRandom = false };
            Assert.IsNull(DeviceKey.Generate(new RecordStore(files), entropy, TestPki.HardwareId, out EntropyVerdict verdict));
            Assert.AreEqual((int)EntropyVerdict.NotEvaluated, (int)verdict);
            Assert.AreEqual(0, files.Operations);
            Assert.AreEqual(0, entropy.Given);
            Assert.IsNull(DeviceKey.Load(new RecordStore(files)));
            entropy.IsTrueRandom = true;
            Assert.IsNotNull(DeviceKey.Generate(new RecordStore(files), entropy, TestPki.HardwareId, out verdict));
        }

        [TestMethod]
        public void AStuckNoiseSourceGivesNoKey()
        {
            int[] values = new int[] { 0x00, 0x55, 0xFF };
            for (int i = 0; i < values.Length; i++)
            {
                var files = new MemoryFiles();
                var entropy = new MemoryEntropy(1) { IsTrueRandom = true, StuckAt = values[i] };
                Assert.IsNull(DeviceKey.Generate(new RecordStore(files), entropy, TestPki.HardwareId, out EntropyVerdict verdict));
                Assert.AreEqual((int)EntropyVerdict.Repeats, (int)verdict);
                Assert.AreEqual(0, files.Operations);

                // Every seventh byte: 74 in a window.
                entropy.StuckEvery = 7;
                Assert.IsNull(DeviceKey.Generate(new RecordStore(files), entropy, TestPki.HardwareId, out verdict));
                Assert.AreEqual((int)EntropyVerdict.Favours, (int)verdict);
                Assert.AreEqual(0, files.Operations);
            }
        }

        [TestMethod]
        public void ACutLeavesTheKeyOrNone()
        {
            for (int operation = 1; operation <= 2; operation++)
            {
                for (int bytes = MemoryFiles.Nothing; bytes <= 80; bytes += bytes < 14 ? 1 : 22)
                {
                    var files = new MemoryFiles();
                    files.CutAt(operation, bytes);
                    StoredKey made = null;
                    try
                    {
                        made = Make(files, 1);
                    }
                    catch (PowerCutException)
                    {
                    }

                    Assert.IsNull(made);
                    files.PowerOn();
                    StoredKey left = DeviceKey.Load(new RecordStore(files));
                    Assert.IsTrue(left is null || left.PublicKey.IsSameAs(Make(new MemoryFiles(), 1).PublicKey));
                }
            }
        }

        [TestMethod]
        public void ARecordThatIsNoScalarIsNoKey()
        {
            CheckNone(new byte[0]);
            CheckNone(new byte[31]);
            CheckNone(new byte[33]);
            CheckNone(new byte[32]);
            var ones = new byte[32];
            for (int i = 0; i < ones.Length; i++)
            {
                ones[i] = 0xFF;
            }

            CheckNone(ones);
        }

        [TestMethod]
        public void AStoreIsNeeded()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => DeviceKey.Load(null));
            Assert.ThrowsException(typeof(ArgumentNullException), () => DeviceKey.Generate(null, new MemoryEntropy(1), "a", out EntropyVerdict _));
        }

        private static void CheckNone(byte[] body)
        {
            var store = new RecordStore(new MemoryFiles());
            store.Write("key", body);
            Assert.IsNull(DeviceKey.Load(store), body.Length.ToString());
        }

        private static StoredKey Make(MemoryFiles files, uint seed)
        {
            return DeviceKey.Generate(new RecordStore(files), new MemoryEntropy(seed) { IsTrueRandom = true }, TestPki.HardwareId, out EntropyVerdict _);
        }
    }
}
