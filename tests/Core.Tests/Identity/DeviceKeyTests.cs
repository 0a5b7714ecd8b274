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
            Assert.IsNull(TestBoard.KeyOf(new RecordStore(files)));
            StoredKey key = Make(files, 1);
            StoredKey loaded = TestBoard.KeyOf(new RecordStore(files));
            Assert.IsTrue(loaded.PublicKey.IsSameAs(key.PublicKey));
            CollectionAssert.AreEqual(key.ExportTlsKey(), loaded.ExportTlsKey());
        }

        [TestMethod]
        public void OtherNoiseIsAnotherKey()
        {
            StoredKey key = Make(new MemoryFiles(), 1);
            Assert.IsFalse(key.PublicKey.IsSameAs(Make(new MemoryFiles(), 2).PublicKey));
            var noise = new MemoryEntropy(1) { IsTrueRandom = true };
            StoredKey other = Generate(new MemoryFiles(), noise, "0242ac110003", out EntropyVerdict verdict);
            Assert.IsFalse(key.PublicKey.IsSameAs(other.PublicKey), "nor do two boards with the same noise share a key");
            Assert.AreEqual((int)EntropyVerdict.Accepted, (int)verdict);
            Assert.AreEqual(2048 + 16, noise.Given, "the seal key, the key, and what makes its record differ from every other");
        }

        [TestMethod]
        public void WithoutTrueRandomnessThereIsNoKey()
        {
            var files = new MemoryFiles();
            var entropy = new MemoryEntropy(1) { IsTrueRandom = false };
            Assert.IsNull(Generate(files, entropy, TestPki.HardwareId, out EntropyVerdict verdict));
            Assert.AreEqual((int)EntropyVerdict.NotEvaluated, (int)verdict);
            Assert.AreEqual(0, files.Operations);
            Assert.AreEqual(0, entropy.Given);
            Assert.IsNull(TestBoard.KeyOf(new RecordStore(files)));
            entropy.IsTrueRandom = true;
            Assert.IsNotNull(Generate(files, entropy, TestPki.HardwareId, out verdict));
        }

        [TestMethod]
        public void AStuckNoiseSourceGivesNoKey()
        {
            int[] values = new int[] { 0x00, 0x55, 0xFF };
            for (int i = 0; i < values.Length; i++)
            {
                var files = new MemoryFiles();
                var entropy = new MemoryEntropy(1) { IsTrueRandom = true, StuckAt = values[i] };
                Assert.IsNull(Generate(files, entropy, TestPki.HardwareId, out EntropyVerdict verdict));
                Assert.AreEqual((int)EntropyVerdict.Repeats, (int)verdict);
                Assert.AreEqual(0, files.Operations);

                // Every seventh byte: 74 in a window.
                entropy.StuckEvery = 7;
                Assert.IsNull(Generate(files, entropy, TestPki.HardwareId, out verdict));
                Assert.AreEqual((int)EntropyVerdict.Favours, (int)verdict);
                Assert.AreEqual(0, files.Operations);
            }
        }

        [TestMethod]
        public void ACutLeavesTheKeyOrNone()
        {
            for (int operation = 1; operation <= 4; operation++)
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
                    StoredKey left = TestBoard.KeyOf(new RecordStore(files));
                    Assert.IsTrue(left is null || left.PublicKey.IsSameAs(Make(new MemoryFiles(), 1).PublicKey));
                }
            }
        }

        [TestMethod]
        public void ASealedKeyGoesBeforeOneOfBefore()
        {
            var store = new RecordStore(new MemoryFiles());
            store.Write("key", TestKeys.OtherDevice.ExportScalar());
            Assert.IsTrue(TestBoard.KeyOf(store).PublicKey.IsSameAs(TestKeys.OtherDevice.PublicKey));
            TestBoard.KeepKey(store, TestKeys.Device);
            Assert.IsTrue(TestBoard.KeyOf(store).PublicKey.IsSameAs(TestKeys.Device.PublicKey));
            var noise = new MemoryEntropy(1);
            DeviceKey.SealOld(DeviceKey.Record(store, new MemorySealer(), noise), new TestedNoise(new MemoryRadio(noise), noise));
            Assert.IsNull(store.Read("key"));
            Assert.IsTrue(TestBoard.KeyOf(store).PublicKey.IsSameAs(TestKeys.Device.PublicKey));
        }

        [TestMethod]
        public void ASourceThatIsTrueNoLongerGivesNoKey()
        {
            // The radio fails while the samples are drawn.
            var files = new MemoryFiles();
            var entropy = new MemoryEntropy(1) { IsTrueRandom = true, TrueFor = 1000 };
            Assert.IsNull(Generate(files, entropy, TestPki.HardwareId, out EntropyVerdict verdict));
            Assert.AreEqual((int)EntropyVerdict.NotEvaluated, (int)verdict);
            Assert.AreEqual(0, files.Operations);
        }

        [TestMethod]
        public void TheRadioIsTurnedOnFirst()
        {
            var entropy = new MemoryEntropy(1);
            var radio = new MemoryRadio(entropy);
            SealedRecord record = DeviceKey.Record(new RecordStore(new MemoryFiles()), new MemorySealer(), entropy);
            Assert.IsNotNull(DeviceKey.Generate(record, new TestedNoise(radio, entropy), TestPki.HardwareId, out EntropyVerdict _));
            Assert.IsTrue(radio.IsOn);
        }

        [TestMethod]
        public void ARecordThatIsNoScalarIsNoKey()
        {
            CheckNone(new byte[0]);
            CheckNone(new byte[31]);
            CheckNone(new byte[33]);
            CheckNone(new byte[32]);
            CheckNone(new byte[65]);
            var files = new MemoryFiles();
            TestBoard.KeepKey(new RecordStore(files), TestKeys.Device);
            new RecordStore(files).Write("identity-key", new byte[32]);
            Assert.IsNull(TestBoard.KeyOf(new RecordStore(files)), "a bare scalar in the sealed record's place");
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
            Assert.ThrowsException(typeof(ArgumentNullException), () => DeviceKey.Load(null, out SealVerdict _));
            Assert.ThrowsException(typeof(ArgumentNullException), () => DeviceKey.SealOld(null, null));
            Assert.ThrowsException(typeof(ArgumentNullException), () => DeviceKey.Generate(null, null, "a", out EntropyVerdict _));
        }

        private static void CheckNone(byte[] body)
        {
            var store = new RecordStore(new MemoryFiles());
            store.Write("key", body);
            Assert.IsNull(TestBoard.KeyOf(store), body.Length.ToString());
        }

        private static StoredKey Make(MemoryFiles files, uint seed)
        {
            return Generate(files, new MemoryEntropy(seed) { IsTrueRandom = true }, TestPki.HardwareId, out EntropyVerdict _);
        }

        private static StoredKey Generate(MemoryFiles files, MemoryEntropy entropy, string hardwareId, out EntropyVerdict verdict)
        {
            SealedRecord record = DeviceKey.Record(new RecordStore(files), new MemorySealer(), entropy);
            var radio = new MemoryRadio(entropy) { Starts = false };
            return DeviceKey.Generate(record, new TestedNoise(radio, entropy), hardwareId, out verdict);
        }
    }
}
