using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Update;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Update
{
    [TestClass]
    public class DownloadTests
    {
        private static byte[] _image;

        [TestMethod]
        public void AnImageArrivesAndIsStaged()
        {
            var files = new MemoryFiles();
            Download download = Begin(files, Image());
            Assert.AreEqual((int)SlotState.Receiving, (int)Table(files)[0].State);
            FetchAll(download, Image());
            ImageCheck check = download.Finish(TestRules.Standard());
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)check.Verdict, check.Reason);
            CollectionAssert.AreEqual(Image(), files.Peek("slot-a.img"));
            Slot slot = Table(files)[0];
            Assert.AreEqual((int)SlotState.Staged, (int)slot.State);
            Assert.AreEqual("1.1.0+0", slot.Version.ToString());
            Assert.AreEqual(2u, slot.SecurityCounter);
            CollectionAssert.AreEqual(TestImages.FileHash(Image()), slot.FileHash);
        }

        [TestMethod]
        public void PartsAreAskedForInOrderOneAtATime()
        {
            Download download = Begin(new MemoryFiles(), Image());
            ChunkRequest first = download.NextRequest(0);
            Assert.AreEqual(0, first.Offset);
            Assert.AreEqual(1024, first.Length);
            Assert.IsNull(download.NextRequest(1), "one under way");
            download.Take(Part(Image(), 0, 1024));
            ChunkRequest second = download.NextRequest(2);
            Assert.AreEqual(1024, second.Offset);
            download.Take(Part(Image(), 1024, 1024));
            ChunkRequest last = download.NextRequest(3);
            Assert.AreEqual(Image().Length - 2048, last.Length);
            download.Take(Part(Image(), 2048, last.Length));
            Assert.IsTrue(download.IsComplete);
            Assert.IsNull(download.NextRequest(99999));
        }

        [TestMethod]
        public void WrongPartsAreIgnored()
        {
            var files = new MemoryFiles();
            Download download = Begin(files, Image());
            download.Take(Part(Image(), 0, 1024));
            Assert.AreEqual(0, files.Peek("slot-a.img").Length, "nobody asked");
            download.NextRequest(1);
            download.Take(null);
            download.Take(Part(Image(), 1024, 10));
            download.Take(Part(Image(), 1, 10));
            byte[] other = TestImages.FileHash(Image());
            other[0] ^= 1;
            download.Take(new ChunkReply(other, 0, new byte[10]));
            download.Take(new ChunkReply(TestImages.FileHash(Image()), 0, new byte[Image().Length + 1]));
            Assert.AreEqual(0, files.Peek("slot-a.img").Length);
            download.Take(Part(Image(), 0, 1024));
            Assert.AreEqual(1024, files.Peek("slot-a.img").Length);
            download.Take(Part(Image(), 0, 1024));
            Assert.AreEqual(1024, files.Peek("slot-a.img").Length, "the same again");
        }

        [TestMethod]
        public void SilenceIsAskedAgainAndThenGivenUp()
        {
            Download download = Begin(new MemoryFiles(), Image());
            long now = 1000;
            Assert.IsNotNull(download.NextRequest(now));
            for (int retry = 1; retry <= 10; retry++)
            {
                Assert.IsNull(download.NextRequest(now + Download.RetryAfter - 1));
                now += Download.RetryAfter;
                Assert.AreEqual(0, download.NextRequest(now).Offset, retry.ToString());
                Assert.IsFalse(download.IsGivenUp);
            }

            now += Download.RetryAfter;
            download.NextRequest(now);
            Assert.IsTrue(download.IsGivenUp);
            Assert.IsNull(download.NextRequest(now + (2 * Download.RetryAfter)));
        }

        [TestMethod]
        public void APartThatComesResetsThePatience()
        {
            Download download = Begin(new MemoryFiles(), Image());
            long now = 1000;
            download.NextRequest(now);
            for (int i = 0; i < 10; i++)
            {
                now += Download.RetryAfter;
                download.NextRequest(now);
            }

            download.Take(Part(Image(), 0, 1024));
            download.NextRequest(now);
            for (int i = 0; i < 10; i++)
            {
                now += Download.RetryAfter;
                Assert.IsNotNull(download.NextRequest(now));
            }

            Assert.IsFalse(download.IsGivenUp);
        }

        [TestMethod]
        public void AnotherFileThanOfferedIsDropped()
        {
            var files = new MemoryFiles();
            Download download = Begin(files, Image());
            byte[] changed = ByteArray.Slice(Image(), 0, Image().Length);
            changed[100] ^= 1;
            for (int offset = 0; offset < changed.Length; offset += 1024)
            {
                ChunkRequest request = download.NextRequest(offset + 1);
                download.Take(new ChunkReply(TestImages.FileHash(Image()), offset, ByteArray.Slice(changed, offset, request.Length)));
            }

            ImageCheck check = download.Finish(TestRules.Standard());
            Assert.AreEqual((int)ImageVerdict.WrongHash, (int)check.Verdict);
            Assert.AreEqual((int)SlotState.Empty, (int)Table(files)[0].State);
        }

        [TestMethod]
        public void AnotherGoodFileThanOfferedIsDropped()
        {
            // Correctly signed and of the right length, but not the file that the slot's record names.
            var files = new MemoryFiles();
            byte[] image = TestImages.Of("1.1.0", 2);
            var offer = new WantedImage(new byte[32], image.Length, ImageVersion.Parse("1.1.0"), "virtual-board");
            var download = new Download(files, Table(files), offer);
            ChunkRequest request = download.NextRequest(1);
            download.Take(new ChunkReply(new byte[32], 0, ByteArray.Slice(image, 0, request.Length)));
            Assert.IsTrue(download.IsComplete);
            Assert.AreEqual((int)ImageVerdict.WrongHash, (int)download.Finish(TestRules.Standard()).Verdict);
            Assert.AreEqual((int)SlotState.Empty, (int)Table(files)[0].State);
        }

        [TestMethod]
        public void TheImageDoorDecides()
        {
            RefuseAtDoor(ImageVerdict.UnknownKey, new ImageBuilder { Key = TestKeys.Stranger }.Build(), TestRules.Standard());
            RefuseAtDoor(ImageVerdict.CounterTooLow, Image(), TestRules.WithCounter(3));
            RefuseAtDoor(ImageVerdict.NotAnImage, new byte[500], TestRules.Standard());
        }

        [TestMethod]
        public void WhatIsInFlashIsWhatIsVerified()
        {
            // Everything arrives as offered, and the flash does not keep it.
            var files = new MemoryFiles();
            Download download = Begin(files, Image());
            FetchAll(download, Image());
            byte[] damaged = files.Peek("slot-a.img");
            damaged[100] ^= 1;
            files.Put("slot-a.img", damaged);
            Assert.AreEqual((int)ImageVerdict.WrongHash, (int)download.Finish(TestRules.Standard()).Verdict);
            Assert.AreEqual((int)SlotState.Empty, (int)Table(files)[0].State);
        }

        [TestMethod]
        public void ItGoesOnBehindTheLastWholePart()
        {
            for (int kept = 0; kept <= Image().Length; kept += 100)
            {
                var files = new MemoryFiles();
                Begin(files, Image());
                files.Put("slot-a.img", ByteArray.Slice(Image(), 0, kept));
                Download download = Begin(files, Image());
                Assert.AreEqual(kept / 1024 * 1024, download.Resumed, kept.ToString());
                Assert.AreEqual(kept / 1024 * 1024, download.NextRequest(1).Offset);
                download.Take(Part(Image(), download.Resumed, Image().Length - download.Resumed < 1024 ? Image().Length - download.Resumed : 1024));
                FetchAll(download, Image());
                Assert.AreEqual((int)ImageVerdict.Accepted, (int)download.Finish(TestRules.Standard()).Verdict, kept.ToString());
                CollectionAssert.AreEqual(Image(), files.Peek("slot-a.img"));
            }
        }

        [TestMethod]
        public void OnlyTheSameFileIsGoneOnWith()
        {
            var files = new MemoryFiles();
            FetchAll(Begin(files, TestImages.Of("1.1.0", 3)), TestImages.Of("1.1.0", 3));
            files.Put("slot-a.img", ByteArray.Slice(Image(), 0, 2048));
            Assert.AreEqual(0, Begin(files, Image()).Resumed, "under another file's name");
            Assert.AreEqual(0, files.Peek("slot-a.img").Length);

            files.Put("slot-a.img", new byte[Image().Length + 1]);
            Assert.AreEqual(0, Begin(files, Image()).Resumed, "more than it has");

            SlotTable table = Table(files);
            files.Put("slot-a.img", Image());
            table.Stage(TestImages.Verify(files, "slot-a.img"));
            Assert.AreEqual(0, Begin(files, Image()).Resumed, "what is staged is not arriving");
        }

        [TestMethod]
        public void WhatACutHasLeftIsNotBelieved()
        {
            var files = new MemoryFiles();
            Begin(files, Image());
            byte[] torn = ByteArray.Slice(Image(), 0, 2048);
            torn[2000] ^= 1;
            files.Put("slot-a.img", torn);
            Download download = Begin(files, Image());
            Assert.AreEqual(2048, download.Resumed);
            FetchAll(download, Image());
            Assert.AreEqual((int)ImageVerdict.WrongHash, (int)download.Finish(TestRules.Standard()).Verdict);
            Download anew = Begin(files, Image());
            Assert.AreEqual(0, anew.Resumed);
            FetchAll(anew, Image());
            Assert.AreEqual((int)ImageVerdict.Accepted, (int)anew.Finish(TestRules.Standard()).Verdict);
        }

        [TestMethod]
        public void AnotherVersionThanOfferedIsDropped()
        {
            // A broker that calls an old image a new one.
            var files = new MemoryFiles();
            var offer = new WantedImage(TestImages.FileHash(Image()), Image().Length, ImageVersion.Parse("1.2.0"), "virtual-board");
            var download = new Download(files, Table(files), offer);
            FetchAll(download, Image());
            Assert.AreEqual((int)ImageVerdict.WrongHash, (int)download.Finish(TestRules.Standard()).Verdict);
            Assert.AreEqual((int)SlotState.Empty, (int)Table(files)[0].State);
        }

        [TestMethod]
        public void FinishingEarlyIsMisuse()
        {
            Download download = Begin(new MemoryFiles(), Image());
            Assert.ThrowsException(typeof(InvalidOperationException), () => download.Finish(TestRules.Standard()));
        }

        [TestMethod]
        public void ADownloadLeavesTheSlotInUseAlone()
        {
            TestBoard board = TestBoard.Provisioned();
            Download download = Begin(board.Files, Image());
            FetchAll(download, Image());
            download.Finish(TestRules.Standard());
            CollectionAssert.AreEqual(TestBoard.OldImage, board.Files.Peek("slot-a.img"));
            CollectionAssert.AreEqual(Image(), board.Files.Peek("slot-b.img"));
            Assert.AreEqual(0, board.Table.Active);
        }

        private static byte[] Image()
        {
            return _image ?? (_image = new ImageBuilder { Version = ImageVersion.Parse("1.1.0"), Payload = ImageBuilder.DotNetPayload(new byte[2500]) }.Counter(2).Build());
        }

        private static SlotTable Table(MemoryFiles files)
        {
            return SlotTable.Load(new RecordStore(files));
        }

        private static Download Begin(MemoryFiles files, byte[] image)
        {
            var offer = new WantedImage(TestImages.FileHash(image), image.Length, ImageVersion.Parse("1.1.0"), "virtual-board");
            return new Download(files, Table(files), offer);
        }

        private static ChunkReply Part(byte[] image, int offset, int count)
        {
            return new ChunkReply(TestImages.FileHash(image), offset, ByteArray.Slice(image, offset, count));
        }

        private static void FetchAll(Download download, byte[] image)
        {
            for (int i = 1; i < 100 && !download.IsComplete; i++)
            {
                ChunkRequest request = download.NextRequest(i * 10000);
                download.Take(Part(image, request.Offset, request.Length));
            }

            Assert.IsTrue(download.IsComplete);
        }

        private static void RefuseAtDoor(ImageVerdict expected, byte[] image, ImageRules rules)
        {
            var files = new MemoryFiles();
            Download download = Begin(files, image);
            FetchAll(download, image);
            ImageCheck check = download.Finish(rules);
            Assert.AreEqual((int)expected, (int)check.Verdict, check.Reason);
            Assert.AreEqual((int)SlotState.Empty, (int)Table(files)[0].State);
        }
    }
}
