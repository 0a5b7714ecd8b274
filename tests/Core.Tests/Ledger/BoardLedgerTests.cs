using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Ledger
{
    /// <summary>The board's own chain: bounded, cut-proof, readable from its checkpoints.</summary>
    [TestClass]
    public class BoardLedgerTests
    {
        [TestMethod]
        public void WhatIsAddedIsThereAfterARestart()
        {
            var files = new MemoryFiles();
            BoardLedger ledger = Load(files);
            ChainPosition start = ledger.Start;
            Add(ledger, 3);
            BoardLedger again = Load(files);
            Assert.AreEqual(3L, again.Last.Sequence);
            Assert.IsTrue(again.Last.IsSameAs(ledger.Last));
            var verifier = new ChainVerifier(again.Chain, start, LedgerEvent.MaximumBody);
            verifier.Expect(ChainHead.Read(again.Head(again.Last, 7, TestBoard.KeyOf(StoreWithKey())), TestKeys.Device.PublicKey));
            ChainEntry[] entries = again.After(0, 8);
            Assert.AreEqual(3, entries.Length);
            for (int i = 0; i < entries.Length; i++)
            {
                Assert.IsNotNull(verifier.Take(entries[i].Encoded));
                LedgerEvent read = LedgerEvent.Read(entries[i]);
                Assert.AreEqual("boot", read.Kind);
                Assert.AreEqual("test", read.Word);
                Assert.AreEqual((long)i, read.Number);
                Assert.AreEqual(32, read.Hash.Length);
            }

            Assert.AreEqual((int)ChainVerdict.Accepted, (int)verifier.End());
            Assert.AreEqual(1, again.After(2, 8).Length);
            Assert.AreEqual(0, again.After(3, 8).Length);
            Assert.AreEqual(0, again.After(9, 8).Length);
        }

        [TestMethod]
        public void NoEntryIsEarlierThanTheOneBeforeIt()
        {
            var files = new MemoryFiles();
            BoardLedger ledger = Load(files);
            long[] believed = new long[] { 1000, 400, 1500, 1500, 700, 1600 };
            for (int i = 0; i < believed.Length; i++)
            {
                ledger.Append(new LedgerEvent[] { Event(i) }, believed[i], Key());
                ledger = i % 2 == 0 ? ledger : Load(files);
            }

            ChainEntry[] entries = ledger.After(0, 8);
            long[] told = new long[] { 1000, 1000, 1500, 1500, 1500, 1600 };
            for (int i = 0; i < told.Length; i++)
            {
                Assert.AreEqual(told[i], entries[i].Time);
            }

            Assert.AreEqual(1600L, ChainHead.Read(Load(files).Head(ledger.Last, 3, Key()), TestKeys.Device.PublicKey).Time);
            Assert.AreEqual(1601L, ChainHead.Read(Load(files).Head(ledger.Last, 1601, Key()), TestKeys.Device.PublicKey).Time);
        }

        [TestMethod]
        public void WithoutRoomTheOldestGoPastASignedCheckpoint()
        {
            var files = new MemoryFiles();
            BoardLedger ledger = Load(files);
            Assert.AreEqual(0, ledger.Checkpoint.Length);
            for (int i = 0; i < 60; i++)
            {
                Add(ledger, 1);
                Assert.IsTrue(files.Peek("ledger.0").Length < 4096);
            }

            ledger = Load(files);
            Assert.IsTrue(ledger.Start.Sequence > 20, ledger.Start.Sequence.ToString());
            ChainHead checkpoint = ChainHead.Read(ledger.Checkpoint, TestKeys.Device.PublicKey);
            Assert.IsTrue(checkpoint.Position.IsSameAs(ledger.Start));
            var verifier = new ChainVerifier(ledger.Chain, checkpoint.Position, LedgerEvent.MaximumBody);
            long said = 0;
            ChainEntry[] entries = ledger.After(0, 100);
            for (int i = 0; i < entries.Length; i++)
            {
                Assert.IsNotNull(verifier.Take(entries[i].Encoded));
                said = entries[i].Kind == LedgerKind.Dropped ? LedgerEvent.Read(entries[i]).Number : said;
            }

            Assert.AreEqual(ledger.Start.Sequence, said, "the chain itself says what went");
            Assert.IsTrue(verifier.Position.IsSameAs(ledger.Last));
        }

        [TestMethod]
        public void ACutLeavesTheOldOrTheNewEnd()
        {
            for (int cut = 1; cut <= 2; cut++)
            {
                for (int bytes = -1; bytes < 12; bytes++)
                {
                    var files = new MemoryFiles();
                    BoardLedger ledger = Load(files);
                    Add(ledger, 2);
                    files.CutAt(files.Operations + cut, bytes);
                    try
                    {
                        Add(ledger, 2);
                    }
                    catch (PowerCutException)
                    {
                    }

                    files.PowerOn();
                    BoardLedger after = Load(files);
                    Assert.IsTrue(after.Last.Sequence == 2 || after.Last.Sequence == 4, after.Last.Sequence.ToString());
                    ChainEntry[] second = after.After(1, 1);
                    Assert.AreEqual(1L, LedgerEvent.Read(second[0]).Number);
                }
            }
        }

        [TestMethod]
        public void AnotherKeyBeginsAnotherChain()
        {
            var files = new MemoryFiles();
            Add(Load(files), 2);
            BoardLedger other = BoardLedger.Load(new RecordStore(files), TestKeys.OtherDevice.PublicKey.KeyHash());
            Assert.AreEqual(0L, other.Last.Sequence);
            Assert.IsFalse(other.Last.IsSameAs(Load(new MemoryFiles()).Last));
        }

        [TestMethod]
        public void ADamagedRecordIsAnEmptyLedger()
        {
            var files = new MemoryFiles();
            Add(Load(files), 1);
            byte[] body = new RecordStore(files).Read("ledger");
            new RecordStore(files).Write("ledger", ByteArray.Slice(body, 0, body.Length - 1));
            Assert.AreEqual(0L, Load(files).Last.Sequence);
        }

        [TestMethod]
        public void OnlyPlacesOfItsOwnAreItsOwn()
        {
            BoardLedger ledger = Load(new MemoryFiles());
            Assert.IsTrue(ledger.Passes(ledger.Start));
            Add(ledger, 4);
            ChainEntry[] entries = ledger.After(0, 8);
            Assert.IsTrue(ledger.Passes(entries[1].Position));
            Assert.IsTrue(ledger.Passes(ledger.Last));
            Assert.IsFalse(ledger.Passes(new ChainPosition(2, entries[2].Position.Hash)), "another hash");
            Assert.IsFalse(ledger.Passes(new ChainPosition(5, entries[2].Position.Hash)), "behind the end");
            Assert.IsFalse(ledger.Passes(new ChainPosition(0, entries[2].Position.Hash)), "another start");
        }

        [TestMethod]
        public void RefusalsAreCountedAndDoNotWearTheFlash()
        {
            var files = new MemoryFiles();
            BoardLedger ledger = Load(files);
            var notes = new LedgerNotes();
            int before = files.Operations;
            long now = 0;
            for (int day = 0; day < 2; day++)
            {
                for (int i = 0; i < 8640; i++)
                {
                    now += 10000;
                    notes.Count(LedgerKind.ConnectRefused, "tls-failed", now);
                    notes.Count(LedgerKind.OrderRefused, i % 2 == 0 ? "malformed" : "replayed", now);
                    if (notes.IsDue(now))
                    {
                        notes.Write(ledger, 1, Key(), now);
                    }
                }
            }

            Assert.IsTrue(files.Operations - before <= 2 * 2 * 3, "two writes of two operations a day, and the first: " + (files.Operations - before).ToString());
            long counted = 0;
            ChainEntry[] entries = ledger.After(0, 100);
            for (int i = 0; i < entries.Length; i++)
            {
                counted += entries[i].Kind == LedgerKind.ConnectRefused ? LedgerEvent.Read(entries[i]).Number : 0;
            }

            Assert.IsTrue(counted > 8640, counted.ToString());
        }

        [TestMethod]
        public void EventsWaitForEachOther()
        {
            var files = new MemoryFiles();
            BoardLedger ledger = Load(files);
            var notes = new LedgerNotes();
            Assert.IsFalse(notes.IsDue(1000000));
            notes.Note(Event(0), 1000);
            notes.Note(Event(1), 30000);
            Assert.IsFalse(notes.IsDue(60999));
            Assert.IsTrue(notes.IsDue(61000));
            int before = files.Operations;
            notes.Write(ledger, 1, Key(), 61000);
            Assert.AreEqual(before + 2, files.Operations);
            Assert.AreEqual(2L, ledger.Last.Sequence);
            Assert.IsFalse(notes.HasWaiting);
            notes.Write(ledger, 1, Key(), 62000);
            Assert.AreEqual(before + 2, files.Operations, "nothing waits, nothing is written");
        }

        [TestMethod]
        public void WhatHasNoPlaceIsCountedInTheNextEntry()
        {
            BoardLedger ledger = Load(new MemoryFiles());
            var notes = new LedgerNotes();
            for (int i = 0; i < 11; i++)
            {
                Assert.AreEqual(i >= 8, notes.IsFull);
                notes.Note(i < 10 ? Event(i) : new LedgerEvent(LedgerKind.Release, "", 1, null), 1000);
            }

            Assert.IsTrue(notes.IsDue(1000));
            notes.Write(ledger, 1, Key(), 1000);
            ChainEntry[] entries = ledger.After(0, 100);
            Assert.AreEqual(9, entries.Length);
            Assert.AreEqual("lost", entries[8].Kind);
            Assert.AreEqual(3L, LedgerEvent.Read(entries[8]).Number);
            Assert.AreEqual("release", LedgerEvent.Read(entries[8]).Word);
            notes.Note(Event(1), 2000);
            notes.Write(ledger, 1, Key(), 2000);
            Assert.AreEqual(10L, ledger.Last.Sequence, "said once");
        }

        [TestMethod]
        public void TheLatestOfAKindIsFound()
        {
            BoardLedger ledger = Load(new MemoryFiles());
            Assert.IsNull(ledger.Latest(LedgerKind.Quarantine, LedgerKind.Release, null));
            var image = new byte[32];
            image[0] = 7;
            ledger.Append(new LedgerEvent[]
            {
                new LedgerEvent(LedgerKind.Quarantine, "odd", 1, null),
                new LedgerEvent(LedgerKind.Update, "staged", 2, image),
                new LedgerEvent(LedgerKind.Update, "staged", 3, new byte[32]),
                new LedgerEvent(LedgerKind.Release, "", 1, null),
            }, 1, Key());
            Assert.AreEqual("release", ledger.Latest(LedgerKind.Quarantine, LedgerKind.Release, null).Kind);
            Assert.AreEqual(2L, ledger.Latest(LedgerKind.Update, LedgerKind.Update, image).Number);
            Assert.IsNull(ledger.Latest(LedgerKind.Update, LedgerKind.Update, new byte[] { 1 }));
            Assert.IsNull(ledger.Latest(LedgerKind.Wipe, LedgerKind.Wipe, null));
        }

        [TestMethod]
        public void MessagesAreReadAsTheyWereWritten()
        {
            BoardLedger ledger = Load(new MemoryFiles());
            Add(ledger, 8);
            ChainEntry[] entries = ledger.After(0, 8);
            var encoded = new byte[entries.Length][];
            for (int i = 0; i < entries.Length; i++)
            {
                encoded[i] = entries[i].Encoded;
            }

            byte[] fleetHead = Filled(ChainHead.MaximumSize);
            byte[] body = new LedgerReport(TestKeys.Device.PublicKey.Encode(), ledger.Head(ledger.Last, 5, Key()), new byte[0], encoded, fleetHead).Encode();
            Assert.IsTrue(body.Length <= LedgerReport.MaximumSize);
            LedgerReport read = LedgerReport.Decode(body);
            Assert.AreEqual(8, read.Entries.Length);
            Assert.IsTrue(ByteArray.AreEqual(encoded[7], read.Entries[7]));
            Assert.IsTrue(ByteArray.AreEqual(fleetHead, read.FleetHead));
            Assert.IsNull(LedgerReport.Decode(ByteArray.Slice(body, 0, body.Length - 1)));
            Assert.IsNull(LedgerReport.Decode(new byte[0]));
            byte[] reply = new LedgerReply(ledger.Last, fleetHead).Encode();
            Assert.IsTrue(reply.Length <= LedgerReply.MaximumSize);
            Assert.IsTrue(LedgerReply.Decode(reply).Known.IsSameAs(ledger.Last));
            Assert.IsTrue(ByteArray.AreEqual(fleetHead, LedgerReply.Decode(reply).FleetHead));
            Assert.IsNull(LedgerReply.Decode(ByteArray.Slice(reply, 0, reply.Length - 1)));
            Assert.AreEqual(0, LedgerReport.Decode(LedgerReport.Question(TestKeys.Device.PublicKey, new byte[0]).Encode()).Entries.Length);
        }

        [TestMethod]
        public void AHeadOfTheFleetThatIsTooLongIsNotRead()
        {
            Assert.AreEqual(2532, LedgerReport.MaximumSize, "as SPEC.md says");
            Assert.AreEqual(316, LedgerReply.MaximumSize, "as SPEC.md says");
            Assert.AreEqual(266, ChainHead.MaximumSize, "as SPEC.md says");
            BoardLedger ledger = Load(new MemoryFiles());
            byte[] longer = Filled(ChainHead.MaximumSize + 1);
            Assert.IsNull(LedgerReply.Decode(new LedgerReply(ledger.Last, longer).Encode()));
            Assert.IsNull(LedgerReport.Decode(LedgerReport.Question(TestKeys.Device.PublicKey, longer).Encode()));
            Assert.IsNull(LedgerReply.Decode(null));
            Assert.IsNull(LedgerReply.Decode(new byte[LedgerReply.MaximumSize + 1]));
        }

        private static byte[] Filled(int length)
        {
            var bytes = new byte[length];
            for (int i = 0; i < length; i++)
            {
                bytes[i] = (byte)i;
            }

            return bytes;
        }

        private static LedgerEvent Event(int number)
        {
            return new LedgerEvent(LedgerKind.Boot, "test", number, new byte[32]);
        }

        private static void Add(BoardLedger ledger, int count)
        {
            var events = new LedgerEvent[count];
            for (int i = 0; i < count; i++)
            {
                events[i] = Event(i);
            }

            ledger.Append(events, 1000, Key());
        }

        private static BoardLedger Load(MemoryFiles files)
        {
            return BoardLedger.Load(new RecordStore(files), TestKeys.Device.PublicKey.KeyHash());
        }

        private static StoredKey Key()
        {
            return TestBoard.KeyOf(StoreWithKey());
        }

        private static RecordStore StoreWithKey()
        {
            return TestBoard.Provisioned().Store;
        }
    }
}
