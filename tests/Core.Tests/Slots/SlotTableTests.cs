using DeviceFirmware.Bytes;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Slots
{
    [TestClass]
    public class SlotTableTests
    {
        [TestMethod]
        public void ALifeOfTwoSlots()
        {
            var files = new MemoryFiles();
            SlotTable table = SlotTable.Load(new RecordStore(files));
            Expect(files, SlotTable.None, SlotState.Empty, SlotState.Empty);
            Assert.AreEqual(0, table.Idle);

            byte[] first = TestImages.Of("1.0.0", 1);
            table.BeginReceiving(TestImages.FileHash(first));
            Expect(files, SlotTable.None, SlotState.Receiving, SlotState.Empty);
            files.Put("slot-a.img", first);
            table.Install(TestImages.Verify(files, "slot-a.img"));
            Expect(files, 0, SlotState.Confirmed, SlotState.Empty);
            Assert.AreEqual(1, table.Idle);

            byte[] second = TestImages.Of("1.1.0", 2);
            table.BeginReceiving(TestImages.FileHash(second));
            files.Put("slot-b.img", second);
            table.Stage(TestImages.Verify(files, "slot-b.img"));
            Expect(files, 0, SlotState.Confirmed, SlotState.Staged);
            table.StartTrial(1);
            Expect(files, 0, SlotState.Confirmed, SlotState.Trial);
            SlotTable read = Read(files);
            Assert.AreEqual(1, read[1].Trials);
            Assert.AreEqual(2u, read[1].SecurityCounter);
            Assert.AreEqual("1.1.0+0", read[1].Version.ToString());
            CollectionAssert.AreEqual(TestImages.FileHash(second), read[1].FileHash);
            table.Confirm(1);
            Expect(files, 1, SlotState.Confirmed, SlotState.Confirmed);
            Assert.AreEqual(0, table.Idle);

            table.BeginReceiving(new byte[32]);
            Expect(files, 1, SlotState.Receiving, SlotState.Confirmed);
            table.Abandon();
            Expect(files, 1, SlotState.Empty, SlotState.Confirmed);
        }

        [TestMethod]
        public void ARejectionKeepsItsReason()
        {
            var files = new MemoryFiles();
            SlotTable table = Staged(files);
            table.StartTrial(1);
            table.Reject(1, "crashed", "Exception: \u00E9\n" + new string('x', 300));
            SlotTable read = Read(files);
            Assert.AreEqual((int)SlotState.Rejected, (int)read[1].State);
            Assert.AreEqual("crashed", read[1].RejectToken);
            Assert.AreEqual(160, read[1].RejectReason.Length);
            Assert.StartsWith("Exception: ??xxx", read[1].RejectReason);
            Assert.AreEqual(0, read.Active);
            CollectionAssert.AreEqual(table[1].FileHash, read[1].FileHash, "so that this image is known again");
        }

        [TestMethod]
        public void RefusedImagesAreRememberedByDigestAndBounded()
        {
            var files = new MemoryFiles();
            SlotTable table = Staged(files);
            byte[] second = table[1].Digest;
            Assert.IsFalse(table.IsRefused(second));
            table.Reject(1, "crashed", "");
            Assert.IsTrue(Read(files).IsRefused(second));
            Assert.IsFalse(Read(files).IsRefused(table[0].Digest));
            table.Reject(1, "crashed", "");
            Assert.AreEqual(32, table.RefusedDigests.Length, "once");

            // The next download does not make the board forget it, nor do seven other images.
            table.BeginReceiving(new byte[32]);
            Assert.IsTrue(Read(files).IsRefused(second));
            for (int i = 1; i <= 8; i++)
            {
                Assert.IsTrue(Read(files).IsRefused(second), i.ToString());
                table = RejectAnother(files, i);
            }

            Assert.IsFalse(Read(files).IsRefused(second), "the ninth pushes the first out");
            Assert.AreEqual(8 * 32, Read(files).RefusedDigests.Length);
            Assert.AreEqual(10, Read(files).Setbacks);
        }

        [TestMethod]
        public void AWindowWithoutTheFleetIsNoStart()
        {
            var files = new MemoryFiles();
            SlotTable table = Staged(files);
            for (int window = 1; window <= 3; window++)
            {
                table.StartTrial(1);
                Assert.AreEqual(1, Read(files)[1].Trials);
                table.EndUnreached(1);
                Assert.AreEqual(0, Read(files)[1].Trials);
                Assert.AreEqual(window, Read(files)[1].Unreached);
                Assert.AreEqual((int)(window < 3 ? SlotState.Trial : SlotState.Rejected), (int)Read(files)[1].State);
            }

            Assert.AreEqual("no-network", Read(files)[1].RejectToken);
            Assert.IsFalse(Read(files).IsRefused(table[1].Digest));
            Assert.AreEqual(1, Read(files).Setbacks);
        }

        [TestMethod]
        public void AConfirmationEndsTheSetbacks()
        {
            var files = new MemoryFiles();
            SlotTable table = Staged(files);
            table.Return(1, "no-network", "");
            Assert.AreEqual(1, Read(files).Setbacks);
            table.BeginReceiving(new byte[32]);
            table.Stage(_second);
            Assert.AreEqual(1, Read(files).Setbacks);
            table.Confirm(1);
            Assert.AreEqual(0, Read(files).Setbacks);
        }

        [TestMethod]
        public void TheFormatBeforeIsRead()
        {
            byte[] digest = new byte[32];
            digest[0] = 9;
            SlotRecord record = new SlotRecord { Active = 0, Format = 1 }.Slot(0, SlotState.Confirmed, 0, 5).Slot(1, SlotState.Trial, 2, 6);
            SlotTable table = record.Load();
            Assert.AreEqual(0, table.Active);
            Assert.AreEqual(2, table[1].Trials);
            Assert.AreEqual(0, table.Setbacks);
            Assert.AreEqual(0, table.RefusedDigests.Length);
            string[] tokens = new string[] { "crashed", "hung", "trial-failed", "wrong-hash" };
            for (int i = 0; i < tokens.Length; i++)
            {
                table = new SlotRecord { Active = 0, Format = 1 }.Slot(0, SlotState.Confirmed, 0, 5).Slot(1, SlotState.Rejected, 1, 6)
                    .Image(1, digest, new byte[32], "1.1.0").Returned(1, tokens[i], 0).Load();
                Assert.AreEqual(i < 3, table.IsRefused(digest), tokens[i]);
            }
        }

        [TestMethod]
        public void EveryStepIsDoneOrNotDone()
        {
            for (int step = 0; step < 9; step++)
            {
                for (int operation = 1; operation <= 2; operation++)
                {
                    for (int bytes = MemoryFiles.Nothing; bytes < 420; bytes++)
                    {
                        var files = new MemoryFiles();
                        SlotTable table = Staged(files);
                        if (step == 7)
                        {
                            table.StartTrial(1);
                        }

                        string before = Text(table);
                        files.CutAt(files.Operations + operation, bytes);
                        try
                        {
                            Do(table, step, files);
                        }
                        catch (PowerCutException)
                        {
                        }

                        files.PowerOn();
                        string after = Text(table);
                        string found = Text(Read(files));
                        Assert.IsTrue(found == before || found == after, "step " + step.ToString() + ", operation " + operation.ToString() + ", byte " + bytes.ToString());
                        bytes += bytes > 16 ? 20 : 0;
                    }
                }
            }
        }

        [TestMethod]
        public void ARecordThatCannotBeReadIsAnEmptyTable()
        {
            byte[] good = new SlotRecord { Active = 1 }.Slot(1, SlotState.Confirmed, 0, 5).Encode();
            Assert.AreEqual(1, Loaded(good).Active);
            for (int length = 0; length < good.Length; length++)
            {
                CheckEmpty(Loaded(ByteArray.Slice(good, 0, length)), "length " + length.ToString());
            }

            CheckEmpty(Loaded(ByteArray.Concat(good, new byte[1])), "one byte more");
            CheckEmpty(new SlotRecord { Active = 1, Format = 3 }.Slot(1, SlotState.Confirmed, 0, 5).Load(), "a format to come");
            CheckEmpty(new SlotRecord { Active = 1, Refused = new byte[33] }.Slot(1, SlotState.Confirmed, 0, 5).Load(), "half a digest");
            CheckEmpty(new SlotRecord { Active = 1, Refused = new byte[288] }.Slot(1, SlotState.Confirmed, 0, 5).Load(), "nine digests");
            CheckEmpty(new SlotRecord { Active = 3 }.Slot(1, SlotState.Confirmed, 0, 5).Load(), "active 3");
            CheckEmpty(new SlotRecord().Slot(1, (SlotState)6, 0, 5).Load(), "state 6");
            CheckEmpty(new SlotRecord { Active = 1 }.Slot(1, SlotState.Confirmed, 256, 5).Load(), "256 trials");
            CheckEmpty(new SlotRecord { Active = 0 }.Slot(1, SlotState.Confirmed, 0, 5).Load(), "in use is an empty slot");
            CheckEmpty(new SlotRecord { Active = 1 }.Slot(1, SlotState.Trial, 0, 5).Load(), "in use is an image on trial");
            CheckEmpty(new SlotRecord { Active = 1 }.Slot(1, SlotState.Confirmed, 0, 5).Image(1, new byte[32], new byte[32], "").Load(), "no version");
            CheckEmpty(new SlotRecord { Active = 1 }.Slot(1, SlotState.Confirmed, 0, 5).Slot(0, SlotState.Staged, 0, 5).Image(0, new byte[32], new byte[32], "").Load(), "no version");
        }

        private static void Do(SlotTable table, int step, MemoryFiles files)
        {
            switch (step)
            {
                case 0:
                    table.BeginReceiving(new byte[32]);
                    break;
                case 1:
                    table.Abandon();
                    break;
                case 2:
                    table.Stage(_second);
                    break;
                case 3:
                    table.Install(_second);
                    break;
                case 4:
                    table.StartTrial(1);
                    break;
                case 5:
                    table.Confirm(1);
                    break;
                case 6:
                    table.Return(1, "no-network", "for no fault of its own");
                    break;
                case 7:
                    table.EndUnreached(1);
                    break;
                default:
                    table.Reject(1, "crashed", "for a reason");
                    break;
            }
        }

        private static SlotTable RejectAnother(MemoryFiles files, int number)
        {
            SlotTable table = Read(files);
            byte[] image = TestImages.Of("1.1." + number.ToString(), 2);
            table.BeginReceiving(TestImages.FileHash(image));
            files.Put("slot-b.img", image);
            table.Stage(TestImages.Verify(files, "slot-b.img"));
            table.Reject(1, "crashed", "");
            return table;
        }

        private static byte[] _firstBytes;
        private static byte[] _secondBytes;
        private static DeviceFirmware.Image.VerifiedImage _first;
        private static DeviceFirmware.Image.VerifiedImage _second;

        /// <summary>1.0.0 in use in slot a, 1.1.0 staged in slot b.</summary>
        private static SlotTable Staged(MemoryFiles files)
        {
            if (_first is null)
            {
                _firstBytes = TestImages.Of("1.0.0", 1);
                _secondBytes = TestImages.Of("1.1.0", 2);
                var scratch = new MemoryFiles();
                scratch.Put("slot-a.img", _firstBytes);
                scratch.Put("slot-b.img", _secondBytes);
                _first = TestImages.Verify(scratch, "slot-a.img");
                _second = TestImages.Verify(scratch, "slot-b.img");
            }

            SlotTable table = SlotTable.Load(new RecordStore(files));
            table.BeginReceiving(new byte[32]);
            table.Install(_first);
            table.BeginReceiving(ByteArray.Concat(new byte[31], new byte[] { 7 }));
            table.Stage(_second);
            return table;
        }

        private static SlotTable Read(MemoryFiles files)
        {
            return SlotTable.Load(new RecordStore(files));
        }

        private static SlotTable Loaded(byte[] body)
        {
            var store = new RecordStore(new MemoryFiles());
            store.Write("slots", body);
            return SlotTable.Load(store);
        }

        private static string Text(SlotTable table)
        {
            string text = table.Active.ToString();
            for (int slot = 0; slot < 2; slot++)
            {
                Slot s = table[slot];
                text = text + " " + s.Unreached.ToString() + " " + table.Setbacks.ToString() + " " + Hex.Encode(table.RefusedDigests) + " " + ((int)s.State).ToString() + " " + Hex.Encode(s.FileHash) + " " + Hex.Encode(s.Digest) + " "
                    + (s.Version is null ? "-" : s.Version.ToString()) + " " + s.SecurityCounter.ToString() + " " + s.Trials.ToString() + " "
                    + s.RejectToken + " " + s.RejectReason;
            }

            return text;
        }

        private static void Expect(MemoryFiles files, int active, SlotState first, SlotState second)
        {
            SlotTable table = Read(files);
            Assert.AreEqual(active, table.Active);
            Assert.AreEqual((int)first, (int)table[0].State, "a");
            Assert.AreEqual((int)second, (int)table[1].State, "b");
        }

        private static void CheckEmpty(SlotTable table, string why)
        {
            Assert.AreEqual(SlotTable.None, table.Active, why);
            Assert.AreEqual((int)SlotState.Empty, (int)table[0].State, why);
            Assert.AreEqual((int)SlotState.Empty, (int)table[1].State, why);
        }
    }
}
