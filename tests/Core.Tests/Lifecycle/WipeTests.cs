using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>A board that is ordered to forget everything: receipt, marker, restart, nothing left.</summary>
    [TestClass]
    public class WipeTests
    {
        private const string Reason = "sold";

        [TestMethod]
        public void TheReceiptIsSignedAndNamesTheLedgersEnd()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board);
            Assert.AreEqual("accepted", OrderAnswer.Decode(board.Last(board.Topics.OrderAnswer).Payload).Token);
            Assert.IsNull(board.Last(board.Topics.ReceiptRequest), "the ledger is handed over first");
            BoardLedger ledger = BoardLedger.Load(board.Store, TestKeys.Device.PublicKey.KeyHash());
            board.Link.Deliver(board.Topics.LedgerReply, new LedgerReply(ledger.Last, new byte[0]).Encode());
            board.Turn(life, 3);
            WipeReceipt receipt = WipeReceipt.Read(board.Last(board.Topics.ReceiptRequest).Payload, out P256PublicKey key);
            Assert.IsTrue(key.IsSameAs(TestKeys.Device.PublicKey));
            Assert.IsTrue(receipt.End.IsSameAs(ledger.Last));
            Assert.AreEqual(Reason, receipt.Reason);
            Assert.IsFalse(receipt.IsEncrypted);
            Assert.IsTrue(receipt.Time > 0);
            ChainEntry[] last = ledger.After(ledger.Last.Sequence - 1, 1);
            Assert.AreEqual("wipe", last[0].Kind);
            CollectionAssert.AreEqual(receipt.Order, LedgerEvent.Read(last[0]).Hash);

            Assert.IsFalse(life.WantsRestart, "the fleet has not said that it has it");
            board.Link.Deliver(board.Topics.ReceiptReply, new byte[32]);
            board.Turn(life, 20);
            Assert.IsFalse(life.WantsRestart, "nor does another answer say so");
            board.Link.Deliver(board.Topics.ReceiptReply, receipt.Order);
            board.Turn(life, 20);
            Assert.IsTrue(life.WantsRestart);

            byte[] changed = board.Last(board.Topics.ReceiptRequest).Payload;
            changed[changed.Length - 1] ^= 1;
            Assert.IsNull(WipeReceipt.Read(changed, out P256PublicKey _));
        }

        /// <summary>The board cannot check it: the receipt repeats what the builder claims.</summary>
        [TestMethod]
        public void TheReceiptRepeatsTheBuildersClaimOfFlashEncryption()
        {
            for (int claimed = 0; claimed < 2; claimed++)
            {
                TestBoard board = TestBoard.Provisioned();
                board.HasFlashEncryption = claimed == 1;
                ConnectedBoard life = Ordered(board);
                board.Clock.Advance(11000);
                board.AnswerHeartbeat();
                board.Turn(life, 5);
                Assert.AreEqual(claimed == 1, WipeReceipt.Read(board.Last(board.Topics.ReceiptRequest).Payload, out P256PublicKey _).IsEncrypted);
            }
        }

        [TestMethod]
        public void WithoutTheFleetItGoesOn()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board);
            board.Link.Drop();
            for (int i = 0; i < 40 && !life.WantsRestart; i++)
            {
                board.Clock.Advance(1000);
                life.Step();
            }

            Assert.IsTrue(life.WantsRestart);
        }

        [TestMethod]
        public void NothingElseIsObeyedMeanwhile()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board);
            board.Order(TestOrders.ToBoard(OrderVerb.Release, 99, new byte[0]));
            board.Turn(life, 3);
            Assert.AreEqual("wiping", OrderAnswer.Decode(board.Last(board.Topics.OrderAnswer).Payload).Token);
        }

        [TestMethod]
        public void OnlyWhatIsListedIsLeftAndThePlatformForgetsToo()
        {
            TestBoard board = TestBoard.Provisioned();
            Ordered(board);
            string[] others = new string[] { "operational", "trust", "claim", "network", "settings", "setup", "quarantine" };
            for (int i = 0; i < others.Length; i++)
            {
                board.Store.Write(others[i], new byte[] { 1 });
                board.Store.Write(others[i], new byte[] { 2 });
            }

            var platform = new ForgetfulPlatform();
            board = board.Restarted();
            board.PlatformStore = platform;
            Assert.ThrowsException(typeof(BoardRestartedException), () => new BoardLife(board.Parts()).Run());
            Assert.AreEqual(1, platform.Forgotten);
            Assert.AreEqual(1, board.Console.CountLines("wiped"));
            Assert.AreEqual(0, board.Console.CountLines("key made"), "the key comes with the next start");
            CheckEmpty(board.Files);
            Assert.IsNotNull(board.Store.Read("counter"), "or old images could come back");
            Assert.IsNotNull(board.Store.Read("orders"), "or a retired key could");
            Assert.IsFalse(Wipe.HasBegun(board.Store));
        }

        [TestMethod]
        public void ACutAnywhereIsGoneOnFromBeforeAnythingElse()
        {
            TestBoard ordered = TestBoard.Provisioned();
            Ordered(ordered);
            MemoryFiles whole = ordered.Files.Copy();
            Wipe.Finish(new RecordStore(whole), whole, null);
            int operations = whole.Operations;
            Assert.IsTrue(operations > 20, operations.ToString());
            for (int cut = 1; cut <= operations; cut++)
            {
                for (int bytes = -1; bytes <= 0; bytes++)
                {
                    MemoryFiles files = ordered.Files.Copy();
                    files.CutAt(cut, bytes);
                    var platform = new ForgetfulPlatform();
                    try
                    {
                        Wipe.Finish(new RecordStore(files), files, platform);
                    }
                    catch (PowerCutException)
                    {
                    }

                    files.PowerOn();
                    var store = new RecordStore(files);
                    if (Wipe.HasBegun(store))
                    {
                        Wipe.Finish(store, files, platform);
                    }

                    Assert.IsTrue(platform.Forgotten > 0);
                    CheckEmpty(files);
                }
            }
        }

        [TestMethod]
        public void ACutBeforeTheMarkerLeavesTheBoardAsItWas()
        {
            for (int bytes = -1; bytes < 60; bytes += 7)
            {
                TestBoard board = TestBoard.Provisioned();
                board.Files.CutAt(board.Files.Operations + 1, bytes);
                Assert.ThrowsException(typeof(PowerCutException), () => Wipe.Begin(board.Store));
                board = board.Restarted();
                Assert.IsFalse(Wipe.HasBegun(board.Store));
                Assert.IsNotNull(TestBoard.KeyOf(board.Store));
            }
        }

        [TestMethod]
        public void ARawSearchFindsWhatTheThreatsSay()
        {
            var files = new MemoryFiles();
            var flash = new StaleFiles(files);
            var store = new RecordStore(flash);
            TestBoard.KeepKey(store, TestKeys.Device);
            var noise = new MemoryEntropy(3);
            byte[] password = new byte[] { 65, 66, 67, 68, 69, 70, 71, 72, 74, 75, 77, 78 };
            SetupPassword.Record(store, new MemorySealer(), noise).Write(password);
            store.Write("identity", TestBoard.Identity().Encode());
            flash.Create("slot-a.img", TestBoard.OldImage, TestBoard.OldImage.Length);
            byte[] seal = store.Read("seal");
            Wipe.Begin(store);
            Wipe.Finish(store, flash, null);

            Assert.IsTrue(flash.Holds(seal), "stale: the seal key, and with it all that was sealed");
            Assert.IsTrue(flash.Holds(TestPki.Device), "stale: the certificate");
            Assert.IsTrue(flash.Holds(TestBoard.OldImage), "stale: the image");
            Assert.IsFalse(flash.Holds(TestKeys.Device.ExportScalar()), "never in the clear: the identity key");
            Assert.IsFalse(flash.Holds(password), "never in the clear: the setup password");
            CheckEmpty(files);
        }

        private static void CheckEmpty(MemoryFiles files)
        {
            string[] wiped = StoredRecords.Wiped();
            for (int i = 0; i < wiped.Length; i++)
            {
                Assert.IsNull(files.Peek(wiped[i] + ".0"), wiped[i]);
                Assert.IsNull(files.Peek(wiped[i] + ".1"), wiped[i]);
            }

            Assert.IsNull(files.Peek("slot-a.img"));
            Assert.IsNull(files.Peek("slot-b.img"));
            Assert.IsNull(files.Peek("wipe.0"));
            Assert.IsNull(files.Peek("wipe.1"));
        }

        private static ConnectedBoard Ordered(TestBoard board)
        {
            ConnectedBoard life = board.Start();
            board.Turn(life, 5);
            board.Order(TestOrders.ToBoard(OrderVerb.Wipe, 5, Order.TextArguments(Reason)));
            board.Turn(life, 5);
            return life;
        }

        private sealed class ForgetfulPlatform : IPlatformStore
        {
            internal int Forgotten { get; private set; }

            public void Forget()
            {
                Forgotten++;
            }
        }
    }
}
