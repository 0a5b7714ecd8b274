using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Slots
{
    [TestClass]
    public class BootSequenceTests
    {
        private static byte[] _old;
        private static byte[] _new;

        [TestMethod]
        public void TheActiveImageBoots()
        {
            MemoryFiles files = InUse();
            BootSequence boot = Boot(files, 0, new MemoryBoard());
            Assert.AreEqual(0, boot.Slot);
            Assert.IsFalse(boot.IsTrial);
            Assert.AreEqual("1.0.0+0", boot.Image.Version.ToString());
            Assert.AreEqual(1, boot.Image.Modules.Length);
        }

        [TestMethod]
        public void AnEmptyBoardWaitsForRecovery()
        {
            BootSequence boot = Boot(new MemoryFiles(), 0, new MemoryBoard());
            Assert.AreEqual(SlotTable.None, boot.Slot);
            Assert.IsNull(boot.Image);
            Assert.IsFalse(boot.IsTrial);
        }

        [TestMethod]
        public void ATrialIsCountedBeforeItsImageIsRead()
        {
            MemoryFiles files = WithStaged();
            var tracing = new TracingFiles(files);
            BootSequence boot = BootSequence.Run(tracing, SlotTable.Load(new RecordStore(tracing)), TestRules.Standard(), new MemoryBoard());
            Assert.AreEqual(1, boot.Slot);
            Assert.IsTrue(boot.IsTrial);
            int counted = tracing.FindLast("write slots.");
            int read = tracing.Find("read slot-b.img", 0);
            Assert.IsTrue(counted >= 0 && read >= 0 && counted < read, "counted at " + counted.ToString() + ", read at " + read.ToString());
            Assert.AreEqual(-1, tracing.Find("create", read), "and nothing is stored after");
            Assert.AreEqual(1, Table(files)[1].Trials);
        }

        [TestMethod]
        public void AFailingTrialEndsAfterThreeStarts()
        {
            MemoryFiles files = WithStaged();
            for (int start = 1; start <= 3; start++)
            {
                BootSequence boot = Boot(files, 0, new MemoryBoard());
                Assert.AreEqual(1, boot.Slot, "start " + start.ToString());
                Assert.IsTrue(boot.IsTrial);
                Assert.AreEqual(start, Table(files)[1].Trials);
            }

            BootSequence after = Boot(files, 0, new MemoryBoard());
            Assert.AreEqual(0, after.Slot);
            Assert.IsFalse(after.IsTrial);
            SlotTable table = Table(files);
            Assert.AreEqual((int)SlotState.Rejected, (int)table[1].State);
            Assert.AreEqual("trial-failed", table[1].RejectToken);
            Assert.IsTrue(table.IsRefused(table[1].Digest), "native hangs look like this");
            Assert.AreEqual(0, Boot(files, 0, new MemoryBoard()).Slot, "and stays so");
        }

        [TestMethod]
        public void AStagedImageThatChangedIsRejected()
        {
            MemoryFiles files = WithStaged();
            byte[] changed = files.Peek("slot-b.img");
            changed[40] ^= 1;
            files.Put("slot-b.img", changed);
            var console = new MemoryBoard();
            BootSequence boot = Boot(files, 0, console);
            Assert.AreEqual(0, boot.Slot);
            Assert.AreEqual((int)SlotState.Rejected, (int)Table(files)[1].State);
            Assert.AreEqual("wrong-hash", Table(files)[1].RejectToken);
            Assert.AreEqual(1, console.CountLines("boot slot=b refused token=wrong-hash"));
        }

        [TestMethod]
        public void FlashThatChangedIsNotTheImagesFault()
        {
            MemoryFiles files = WithStaged();
            files.Put("slot-b.img", null);
            Boot(files, 0, new MemoryBoard());
            SlotTable table = Table(files);
            Assert.AreEqual("missing", table[1].RejectToken);
            Assert.IsFalse(table.IsRefused(table[1].Digest));
            Assert.AreEqual(1, table.Setbacks);
        }

        [TestMethod]
        public void AnImageThatCannotBeLoadedIsAtFault()
        {
            // A payload that cannot be split is found only when it is to run.
            byte[] image = new ImageBuilder { Version = ImageVersion.Parse("1.1.0"), Payload = new byte[] { 9, 0, 0, 0, 1 } }.Counter(2).Build();
            MemoryFiles files = InUse();
            SlotTable table = Table(files);
            table.BeginReceiving(TestImages.FileHash(image));
            files.Put("slot-b.img", image);
            table.Stage(TestImages.Verify(files, "slot-b.img"));
            Assert.AreEqual(0, Boot(files, 0, new MemoryBoard()).Slot);
            Assert.AreEqual("malformed-payload", Table(files)[1].RejectToken);
            Assert.IsTrue(Table(files).IsRefused(table[1].Digest));
        }

        [TestMethod]
        public void AnotherGoodImageThanTheStagedOneIsRejected()
        {
            MemoryFiles files = WithStaged();
            files.Put("slot-b.img", TestImages.Of("9.9.9", 9));
            BootSequence boot = Boot(files, 0, new MemoryBoard());
            Assert.AreEqual(0, boot.Slot);
            Assert.AreEqual((int)SlotState.Rejected, (int)Table(files)[1].State);
        }

        [TestMethod]
        public void AnotherGoodImageThanTheConfirmedOneDoesNotBoot()
        {
            MemoryFiles files = InUse();
            files.Put("slot-a.img", TestImages.Of("9.9.9", 9));
            Assert.AreEqual(SlotTable.None, Boot(files, 0, new MemoryBoard()).Slot);
        }

        [TestMethod]
        public void AnActiveImageThatChangedFallsBack()
        {
            MemoryFiles files = BothConfirmed();
            files.Put("slot-b.img", new byte[100]);
            BootSequence boot = Boot(files, 0, new MemoryBoard());
            Assert.AreEqual(0, boot.Slot);
            Assert.AreEqual("1.0.0+0", boot.Image.Version.ToString());
            Assert.IsFalse(boot.IsTrial);
        }

        [TestMethod]
        public void WhatRunsAfterAFallbackIsNotTheIdleSlot()
        {
            MemoryFiles files = BothConfirmed();
            files.Put("slot-b.img", new byte[100]);
            SlotTable table = Table(files);
            BootSequence boot = BootSequence.Run(files, table, TestRules.Standard(), new MemoryBoard());
            Assert.AreNotEqual(table.Idle, boot.Slot, "a download would overwrite the only image that boots");
            Assert.AreEqual(boot.Slot, table.Active);
            Assert.AreNotEqual(Table(files).Idle, boot.Slot, "also after a restart");
        }

        [TestMethod]
        public void ACounterBelowTheStoredOneNeverBoots()
        {
            Assert.AreEqual(0, Boot(InUse(), 1, new MemoryBoard()).Slot, "at the stored one");
            Assert.AreEqual(SlotTable.None, Boot(InUse(), 2, new MemoryBoard()).Slot, "below");

            MemoryFiles files = BothConfirmed();
            files.Put("slot-b.img", null);
            Assert.AreEqual(SlotTable.None, Boot(files, 2, new MemoryBoard()).Slot, "nor by falling back");

            files = WithStaged();
            Assert.AreEqual(SlotTable.None, Boot(files, 3, new MemoryBoard()).Slot, "nor on trial");
            Assert.AreEqual((int)SlotState.Rejected, (int)Table(files)[1].State);
        }

        [TestMethod]
        public void ARecordThatLiesAboutTheCounterHelpsNobody()
        {
            // The record says 9; the image says 1; stored is 5. The image door reads the image.
            byte[] image = Old();
            var files = new MemoryFiles();
            files.Put("slot-a.img", image);
            new SlotRecord { Active = 0 }.Slot(0, SlotState.Confirmed, 0, 9).Image(0, DigestOf(files, "slot-a.img"), TestImages.FileHash(image), "1.0.0").Load(files);
            Assert.AreEqual(SlotTable.None, Boot(files, 5, new MemoryBoard()).Slot);
            Assert.AreEqual(0, Boot(files, 1, new MemoryBoard()).Slot);
        }

        [TestMethod]
        public void AnImageThatIsStillArrivingDoesNotBoot()
        {
            MemoryFiles files = InUse();
            SlotTable table = Table(files);
            table.BeginReceiving(TestImages.FileHash(New()));
            files.Put("slot-b.img", New());
            Assert.AreEqual(0, Boot(files, 0, new MemoryBoard()).Slot);
        }

        [TestMethod]
        public void ACutAnywhereWhileBootingStillBoots()
        {
            for (int operation = 1; operation <= 2; operation++)
            {
                for (int bytes = MemoryFiles.Nothing; bytes < 500; bytes += bytes < 16 ? 1 : 40)
                {
                    MemoryFiles files = WithStaged().Copy();
                    files.CutAt(operation, bytes);
                    try
                    {
                        Boot(files, 0, new MemoryBoard());
                    }
                    catch (PowerCutException)
                    {
                    }

                    files.PowerOn();
                    int trialsBefore = Table(files)[1].Trials;
                    BootSequence boot = Boot(files, 0, new MemoryBoard());
                    Assert.AreEqual(1, boot.Slot);
                    Assert.AreEqual(trialsBefore + 1, Table(files)[1].Trials);
                }
            }
        }

        [TestMethod]
        public void FilesAreNeeded()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => BootSequence.Run(null, new SlotRecord().Load(), TestRules.Standard(), new MemoryBoard()));
        }

        private static byte[] Old()
        {
            return _old ?? (_old = TestImages.Of("1.0.0", 1));
        }

        private static byte[] New()
        {
            return _new ?? (_new = TestImages.Of("1.1.0", 2));
        }

        private static byte[] DigestOf(MemoryFiles files, string file)
        {
            return TestImages.Verify(files, file).Digest;
        }

        private static SlotTable Table(MemoryFiles files)
        {
            return SlotTable.Load(new RecordStore(files));
        }

        private static BootSequence Boot(MemoryFiles files, uint counter, MemoryBoard console)
        {
            return BootSequence.Run(files, Table(files), TestRules.WithCounter(counter), console);
        }

        /// <summary>1.0.0, counter 1, in slot a.</summary>
        private static MemoryFiles InUse()
        {
            var files = new MemoryFiles();
            SlotTable table = Table(files);
            table.BeginReceiving(TestImages.FileHash(Old()));
            files.Put("slot-a.img", Old());
            table.Install(TestImages.Verify(files, "slot-a.img"));
            return files;
        }

        /// <summary>And 1.1.0, counter 2, staged in slot b.</summary>
        private static MemoryFiles WithStaged()
        {
            MemoryFiles files = InUse();
            SlotTable table = Table(files);
            table.BeginReceiving(TestImages.FileHash(New()));
            files.Put("slot-b.img", New());
            table.Stage(TestImages.Verify(files, "slot-b.img"));
            return files;
        }

        /// <summary>And confirmed.</summary>
        private static MemoryFiles BothConfirmed()
        {
            MemoryFiles files = WithStaged();
            SlotTable table = Table(files);
            table.StartTrial(1);
            table.Confirm(1);
            return files;
        }
    }
}
