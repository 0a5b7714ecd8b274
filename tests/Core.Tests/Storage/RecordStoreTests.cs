using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Storage
{
    [TestClass]
    public class RecordStoreTests
    {
        private static readonly byte[] _first = new byte[] { 1 };
        private static readonly byte[] _second = new byte[] { 2, 2 };
        private static readonly byte[] _third = new byte[] { 3, 3, 3 };

        [TestMethod]
        public void TheNewestValueWins()
        {
            var files = new MemoryFiles();
            var store = new RecordStore(files);
            Assert.IsNull(store.Read("thing"));
            for (int i = 1; i < 300; i++)
            {
                byte[] body = Body(i, i % 7);
                store.Write("thing", body);
                CollectionAssert.AreEqual(body, store.Read("thing"), i.ToString());
                CollectionAssert.AreEqual(body, new RecordStore(files.Copy()).Read("thing"), "after a restart");
            }
        }

        [TestMethod]
        public void BodiesOfEveryAllowedLength()
        {
            var store = new RecordStore(new MemoryFiles());
            CheckLength(store, 0);
            CheckLength(store, 1);
            CheckLength(store, RecordStore.MaximumBody - 1);
            CheckLength(store, RecordStore.MaximumBody);
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new RecordStore(new MemoryFiles()).Write("thing", new byte[RecordStore.MaximumBody + 1]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new RecordStore(new MemoryFiles()).Write("thing", null));
        }

        [TestMethod]
        public void ACutAnywhereInAWriteLeavesOldOrNew()
        {
            // Nothing before, one copy before, two copies before.
            CutEveryWrite(0);
            CutEveryWrite(1);
            CutEveryWrite(2);
            CutEveryWrite(3);
        }

        [TestMethod]
        public void AWriteAfterACutSucceeds()
        {
            MemoryFiles before = Written(2);
            for (int operation = 1; operation <= 2; operation++)
            {
                for (int bytes = MemoryFiles.Nothing; bytes < 60; bytes++)
                {
                    MemoryFiles files = before.Copy();
                    files.CutAt(operation, bytes);
                    TryWrite(files, _third);
                    files.PowerOn();
                    byte[] other = new byte[] { 9, 9 };
                    new RecordStore(files).Write("thing", other);
                    CollectionAssert.AreEqual(other, new RecordStore(files).Read("thing"));
                }
            }
        }

        [TestMethod]
        public void TheOldHeaderIsInvalidBeforeItsBodyChanges()
        {
            // What the third write overwrites is the first value's copy. From its first operation on, that copy is no record any more.
            MemoryFiles files = Written(2);
            byte[] old = files.Peek("thing.0");
            Assert.IsTrue(BigEndian.GetUInt32(old, 0) == 0x44465201u);
            files.CutAt(2, MemoryFiles.Nothing);
            TryWrite(files, _third);
            byte[] half = files.Peek("thing.0");
            Assert.AreEqual(12 + 3 + 32, half.Length);
            for (int i = 0; i < 12; i++)
            {
                Assert.AreEqual(0, (int)half[i], "header byte " + i.ToString());
            }
        }

        [TestMethod]
        public void ADamagedCopyIsNoCopy()
        {
            byte[] newest = Written(2).Peek("thing.1");
            for (int i = 0; i < newest.Length; i++)
            {
                MemoryFiles files = Written(2);
                byte[] damaged = ByteArray.Slice(newest, 0, newest.Length);
                damaged[i] ^= 0x01;
                files.Put("thing.1", damaged);
                CollectionAssert.AreEqual(_first, new RecordStore(files).Read("thing"), "byte " + i.ToString());
            }

            for (int length = 0; length < newest.Length; length++)
            {
                MemoryFiles files = Written(2);
                files.Put("thing.1", ByteArray.Slice(newest, 0, length));
                CollectionAssert.AreEqual(_first, new RecordStore(files).Read("thing"), "length " + length.ToString());
            }

            MemoryFiles longer = Written(2);
            longer.Put("thing.1", ByteArray.Concat(newest, new byte[1]));
            CollectionAssert.AreEqual(_first, new RecordStore(longer).Read("thing"), "one byte more");
        }

        [TestMethod]
        public void TwoDamagedCopiesAreNoValue()
        {
            MemoryFiles files = Written(2);
            files.Put("thing.0", new byte[100]);
            files.Put("thing.1", new byte[100]);
            Assert.IsNull(new RecordStore(files).Read("thing"));
            new RecordStore(files).Write("thing", _third);
            CollectionAssert.AreEqual(_third, new RecordStore(files).Read("thing"));
        }

        [TestMethod]
        public void ARecordOfAnotherNameIsRefused()
        {
            MemoryFiles files = Written(1);
            files.Put("other.0", files.Peek("thing.0"));
            Assert.IsNull(new RecordStore(files).Read("other"));
            CollectionAssert.AreEqual(_first, new RecordStore(files).Read("thing"));
        }

        [TestMethod]
        public void NamesDoNotShareRecords()
        {
            var files = new MemoryFiles();
            var store = new RecordStore(files);
            store.Write("one", _first);
            store.Write("two", _second);
            store.Delete("one");
            Assert.IsNull(store.Read("one"));
            CollectionAssert.AreEqual(_second, store.Read("two"));
        }

        [TestMethod]
        public void ACutInADeleteNeverBringsAnOlderValueBack()
        {
            for (int writes = 1; writes < 5; writes++)
            {
                byte[] newest = ValueOf(writes);
                for (int operation = 1; operation <= 2; operation++)
                {
                    for (int bytes = MemoryFiles.Nothing; bytes <= 0; bytes++)
                    {
                        MemoryFiles files = Written(writes);
                        files.CutAt(operation + files.Operations, bytes);
                        try
                        {
                            new RecordStore(files).Delete("thing");
                        }
                        catch (PowerCutException)
                        {
                        }

                        files.PowerOn();
                        byte[] left = new RecordStore(files).Read("thing");
                        Assert.IsTrue(left is null || ByteArray.AreEqual(left, newest), writes.ToString() + " writes, operation " + operation.ToString());
                    }
                }

                MemoryFiles whole = Written(writes);
                new RecordStore(whole).Delete("thing");
                Assert.IsNull(new RecordStore(whole).Read("thing"));
                Assert.IsNull(whole.Peek("thing.0"));
                Assert.IsNull(whole.Peek("thing.1"));
            }
        }

        [TestMethod]
        public void FlashThatDoesNotKeepIsNoticed()
        {
            Assert.ThrowsException(typeof(StorageFailedException), () => new RecordStore(new ForgetfulFiles()).Write("thing", _first));
        }

        private static byte[] ValueOf(int writes)
        {
            return writes == 0 ? null : writes == 1 ? _first : writes == 2 ? _second : Body(writes, writes);
        }

        private static MemoryFiles Written(int writes)
        {
            var files = new MemoryFiles();
            var store = new RecordStore(files);
            for (int i = 1; i <= writes; i++)
            {
                store.Write("thing", ValueOf(i));
            }

            return files.Copy();
        }

        private static void CutEveryWrite(int writes)
        {
            byte[] old = ValueOf(writes);
            MemoryFiles before = Written(writes);
            int lastBytes = 12 + _third.Length + 32;
            bool wasOld = false;
            bool wasNew = false;
            for (int operation = 1; operation <= 2; operation++)
            {
                for (int bytes = MemoryFiles.Nothing; bytes <= lastBytes; bytes++)
                {
                    MemoryFiles files = before.Copy();
                    files.CutAt(operation, bytes);
                    Assert.IsTrue(TryWrite(files, _third), "the cut is inside the write");
                    files.PowerOn();
                    byte[] left = new RecordStore(files).Read("thing");
                    bool isOld = old is null ? left is null : ByteArray.AreEqual(left, old);
                    bool isNew = ByteArray.AreEqual(left, _third);
                    Assert.IsTrue(isOld || isNew, writes.ToString() + " writes, operation " + operation.ToString() + ", byte " + bytes.ToString());
                    wasOld = wasOld || isOld;
                    wasNew = wasNew || isNew;
                }
            }

            Assert.IsTrue(wasOld && wasNew);
            MemoryFiles uncut = before.Copy();
            Assert.IsFalse(TryWrite(uncut, _third));
            Assert.AreEqual(2, uncut.Operations, "a write is two operations: a cut was tried in each");
        }

        private static bool TryWrite(MemoryFiles files, byte[] body)
        {
            try
            {
                new RecordStore(files).Write("thing", body);
                return false;
            }
            catch (PowerCutException)
            {
                return true;
            }
        }

        private static void CheckLength(RecordStore store, int length)
        {
            byte[] body = Body(length, length);
            store.Write("thing", body);
            CollectionAssert.AreEqual(body, store.Read("thing"));
        }

        private static byte[] Body(int seed, int length)
        {
            var body = new byte[length];
            for (int i = 0; i < length; i++)
            {
                body[i] = (byte)(seed + i);
            }

            return body;
        }
    }
}
