using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Storage
{
    [TestClass]
    public class SealedRecordTests
    {
        [TestMethod]
        public void WhatIsSealedOpens()
        {
            int[] lengths = new int[] { 0, 1, 15, 16, 17, 32, 100, SealedRecord.MaximumPlaintext };
            for (int i = 0; i < lengths.Length; i++)
            {
                RecordStore store = Store();
                byte[] plaintext = Bytes(lengths[i]);
                Assert.IsTrue(Record(store, "net").Write(plaintext));
                CollectionAssert.AreEqual(plaintext, Record(store, "net").Read(out SealVerdict verdict), lengths[i].ToString());
                Assert.AreEqual((int)SealVerdict.Opened, (int)verdict);
            }
        }

        [TestMethod]
        public void ItIsNotThereInTheClear()
        {
            RecordStore store = Store();
            byte[] plaintext = Bytes(64);
            Record(store, "net").Write(plaintext);
            byte[] body = store.Read("net");
            Assert.AreEqual(1 + 16 + 80 + 32, body.Length);
            for (int start = 0; start + 4 <= body.Length; start++)
            {
                Assert.IsFalse(ByteArray.AreEqual(ByteArray.Slice(body, start, 4), ByteArray.Slice(plaintext, 0, 4)));
            }
        }

        [TestMethod]
        public void TheSameIsSealedDifferentlyEachTime()
        {
            RecordStore store = Store();
            var entropy = new MemoryEntropy(1);
            var record = new SealedRecord(store, new MemorySealer(), entropy, "net");
            record.Write(Bytes(32));
            byte[] first = store.Read("net");
            record.Write(Bytes(32));
            CollectionAssert.AreNotEqual(first, store.Read("net"));

            // With a dead source: the same for the same, still another vector for another plaintext.
            entropy.StuckAt = 0;
            record.Write(Bytes(32));
            byte[] again = store.Read("net");
            byte[] other = Bytes(32);
            other[31]++;
            record.Write(other);
            CollectionAssert.AreNotEqual(ByteArray.Slice(again, 1, 16), ByteArray.Slice(store.Read("net"), 1, 16));
        }

        [TestMethod]
        public void EachChangedByteIsSeen()
        {
            RecordStore store = Store();
            Record(store, "net").Write(Bytes(20));
            byte[] body = store.Read("net");
            for (int i = 0; i < body.Length; i++)
            {
                byte[] changed = ByteArray.Slice(body, 0, body.Length);
                changed[i] ^= 0x40;
                store.Write("net", changed);
                Expect(i == 0 ? SealVerdict.Malformed : SealVerdict.WrongTag, Record(store, "net"));
            }
        }

        [TestMethod]
        public void RecordsAreNotSwapped()
        {
            RecordStore store = Store();
            Record(store, "net").Write(Bytes(20));
            store.Write("net2", store.Read("net"));
            Expect(SealVerdict.WrongTag, Record(store, "net2"));

            // Nor between boards.
            var files = new MemoryFiles();
            var noise = new MemoryEntropy(99) { IsTrueRandom = true };
            var other = new RecordStore(files);
            SealKey.Ensure(other, new TestedNoise(new MemoryRadio(noise), noise), out EntropyVerdict _);
            other.Write("net", store.Read("net"));
            Expect(SealVerdict.WrongTag, Record(other, "net"));
        }

        [TestMethod]
        public void WithoutASealKeyNothingOpensAndNothingIsStored()
        {
            RecordStore store = Store();
            Record(store, "net").Write(Bytes(20));
            store.Delete("seal");
            Expect(SealVerdict.NoSealKey, Record(store, "net"));
            Assert.IsFalse(Record(store, "other").Write(Bytes(1)));
            Assert.IsNull(store.Read("other"));
            store.Write("seal", new byte[31]);
            Expect(SealVerdict.NoSealKey, Record(store, "net"));
        }

        [TestMethod]
        public void WhatIsNoSealedRecordIsMalformed()
        {
            RecordStore store = Store();
            Expect(SealVerdict.Absent, Record(store, "net"));
            int[] lengths = new int[] { 0, 1, 32, 49, 64, 66, 80, 82 };
            for (int i = 0; i < lengths.Length; i++)
            {
                byte[] body = new byte[lengths[i]];
                if (body.Length > 0)
                {
                    body[0] = 1;
                }

                store.Write("net", body);
                Expect(SealVerdict.Malformed, Record(store, "net"));
            }

            store.Write("net", new byte[65]);
            Expect(SealVerdict.Malformed, Record(store, "net"));
        }

        [TestMethod]
        public void TheSealKeyIsMadeOnce()
        {
            var store = new RecordStore(new MemoryFiles());
            var noise = new MemoryEntropy(3) { StuckAt = 0 };
            var tested = new TestedNoise(new MemoryRadio(noise), noise);
            Assert.IsFalse(SealKey.Ensure(store, tested, out EntropyVerdict verdict));
            Assert.AreEqual((int)EntropyVerdict.Repeats, (int)verdict);
            Assert.IsFalse(SealKey.Exists(store));
            noise.StuckAt = -1;
            Assert.IsTrue(SealKey.Ensure(store, tested, out verdict));
            byte[] key = store.Read("seal");
            Assert.AreEqual(32, key.Length);
            int given = noise.Given;
            Assert.IsTrue(SealKey.Ensure(store, tested, out verdict));
            Assert.AreEqual(given, noise.Given);
            CollectionAssert.AreEqual(key, store.Read("seal"));
        }

        [TestMethod]
        public void ASealerGivesItsKnownAnswers()
        {
            Assert.IsTrue(SealerTest.Passes(new MemorySealer()));
            Assert.IsFalse(SealerTest.Passes(new MemorySealer { ForgetsIv = true }));
        }

        [TestMethod]
        public void MisuseThrows()
        {
            SealedRecord record = Record(Store(), "net");
            Assert.ThrowsException(typeof(ArgumentNullException), () => record.Write(null));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => record.Write(new byte[SealedRecord.MaximumPlaintext + 1]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Record(null, "net"));
            Assert.ThrowsException(typeof(ArgumentNullException), () => SealKey.Ensure(Store(), null, out EntropyVerdict _));
        }

        private static void Expect(SealVerdict expected, SealedRecord record)
        {
            Assert.IsNull(record.Read(out SealVerdict verdict));
            Assert.AreEqual((int)expected, (int)verdict);
        }

        private static byte[] Bytes(int length)
        {
            var bytes = new byte[length];
            for (int i = 0; i < length; i++)
            {
                bytes[i] = (byte)(i + 0x61);
            }

            return bytes;
        }

        private static SealedRecord Record(RecordStore store, string name)
        {
            return new SealedRecord(store, new MemorySealer(), new MemoryEntropy(5), name);
        }

        private static RecordStore Store()
        {
            var store = new RecordStore(new MemoryFiles());
            var noise = new MemoryEntropy(3);
            SealKey.Ensure(store, new TestedNoise(new MemoryRadio(noise), noise), out EntropyVerdict _);
            return store;
        }
    }
}
