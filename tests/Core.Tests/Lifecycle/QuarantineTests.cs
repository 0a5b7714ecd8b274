using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>What a board in quarantine still does, how it gets there, and that only an order lets it out.</summary>
    [TestClass]
    public class QuarantineTests
    {
        private static readonly byte[] _nothing = new byte[0];

        [TestMethod]
        public void ByOrderItStopsTheApplicationAndKeepsInTouch()
        {
            TestBoard board = Quarantined();
            ConnectedBoard life = board.Connected();
            Assert.AreEqual((int)ApplicationState.NotStarted, (int)board.Application.State, "no application");
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"state\":\"quarantined\"") > 0 ? 1 : 0);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"quarantined\",\"verdict\":\"by-order\",\"reason\":\"odd\""));
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"health\""), "health");
            Assert.AreNotEqual(0, board.Published(board.Topics.HeartbeatRequest, ""), "heartbeat");
            Assert.AreNotEqual(0, board.Published(board.Topics.TimeRequest, ""), "time");
            Assert.AreNotEqual(0, board.Published(board.Topics.LedgerRequest, ""), "ledger");
            board.Application.Measurement = "\"tempC\":1";
            board.Turn(life, 5);
            Assert.AreEqual(0, board.Published(board.Topics.Telemetry, ""), "no telemetry");
        }

        [TestMethod]
        public void OrdersAreObeyedButNoUpdate()
        {
            TestBoard board = Quarantined();
            ConnectedBoard life = board.Connected();
            byte[] update = TestOrders.Update(20, TestBoard.NewImage, "1.1.0");
            board.Order(update);
            board.Turn(life, 3);
            Assert.AreEqual("quarantined", board.Answered());
            Assert.AreEqual(0, board.Published(board.Topics.ChunkRequest, ""));
            board.Order(TestOrders.ToBoard(OrderVerb.Report, 11, _nothing));
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());
            board.Order(TestOrders.Sign(new Order(OrderVerb.Debug, TestKeys.Device.PublicKey.KeyHash(), "", 12, 0, TestOrders.End, Order.NumberArguments(60))));
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());
            board.Order(TestOrders.ToBoard(OrderVerb.Restart, 13, _nothing));
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());

            board = board.Restarted();
            life = board.Connected();
            Assert.AreEqual((int)ApplicationState.NotStarted, (int)board.Application.State, "over a restart");
            board.Order(TestOrders.ToBoard(OrderVerb.Release, 14, _nothing));
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());

            board = board.Restarted();
            life = board.Connected();
            Assert.AreEqual((int)ApplicationState.Running, (int)board.Application.State);
            Assert.AreEqual(0, board.Published(board.Topics.Status, "\"state\":\"quarantined\""));
            board.Order(update);
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered(), "the very same order, once released");
        }

        /// <summary>Power was lost between the order's number and what it asks for: the same order is obeyed when it comes again, once.</summary>
        [TestMethod]
        public void AnOrderThatACutHasLeftUndoneIsObeyedWhenItComesAgain()
        {
            TestBoard board = TestBoard.Provisioned();
            byte[] order = TestOrders.ToBoard(OrderVerb.Quarantine, 10, Order.TextArguments("odd"));
            VerifiedCommand.Check(order, new P256PublicKey[] { TestKeys.Command.PublicKey }, OrderRecord.Load(board.Store), TestKeys.Device.PublicKey.KeyHash(), "", 0).Command.Take();
            ConnectedBoard life = board.Connected();
            board.Order(order);
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());

            board = board.Restarted();
            life = board.Connected();
            Assert.AreEqual((int)ApplicationState.NotStarted, (int)board.Application.State);
            board.Order(order);
            board.Turn(life, 3);
            Assert.AreEqual("repeated", board.Answered());
        }

        [TestMethod]
        public void AQuarantinedBoardCanBeWiped()
        {
            TestBoard board = Quarantined();
            ConnectedBoard life = board.Connected();
            board.Order(TestOrders.ToBoard(OrderVerb.Wipe, 11, Order.TextArguments("lost")));
            board.Turn(life, 3);
            Assert.IsTrue(Wipe.HasBegun(board.Store));
        }

        [TestMethod]
        public void BothStandInTheLedger()
        {
            TestBoard board = Quarantined();
            ConnectedBoard life = board.Connected();
            board.Order(TestOrders.ToBoard(OrderVerb.Release, 14, _nothing));
            board.Turn(life, 3);
            life.End();
            BoardLedger ledger = BoardLedger.Load(board.Store, TestKeys.Device.PublicKey.KeyHash());
            ChainEntry[] entries = ledger.After(0, 100);
            string told = "";
            for (int i = 0; i < entries.Length; i++)
            {
                told = told + entries[i].Kind + " ";
            }

            Assert.Contains("quarantine", told);
            Assert.Contains("release", told);
        }

        [TestMethod]
        public void ThreeCrashingImagesInARowAreEnough()
        {
            var files = TestBoard.Provisioned().Files;
            for (int i = 1; i <= 3; i++)
            {
                Assert.IsFalse(Quarantine.Load(new RecordStore(files)).IsActive, i.ToString());
                Crash(files, "1." + i.ToString() + ".0");
                for (int start = 0; start < 2; start++)
                {
                    // A second start with the same rejected image counts nothing.
                    TestBoard board = new TestBoard(files);
                    board.Connected();
                    Assert.AreEqual(i == 3, board.Application.State == ApplicationState.NotStarted);
                }
            }

            TestBoard last = new TestBoard(files);
            ConnectedBoard life = last.Connected();
            Assert.AreEqual(1, last.Published(last.Topics.Status, "\"event\":\"quarantined\",\"verdict\":\"by-board\",\"reason\":\"crashing-trials\""));
            last.Order(TestOrders.ToBoard(OrderVerb.Release, 1, _nothing));
            last.Turn(life, 3);
            last = last.Restarted();
            last.Connected();
            Assert.AreEqual((int)ApplicationState.Running, (int)last.Application.State, "the image that crashed last is not counted again");
        }

        [TestMethod]
        public void AConfirmationInBetweenForgetsThem()
        {
            var store = new RecordStore(TestBoard.Provisioned().Files);
            MemoryFiles files = TestBoard.Provisioned().Files;
            store = new RecordStore(files);
            Crash(files, "1.1.0");
            Note(store);
            Crash(files, "1.2.0");
            Note(store);
            Quarantine.Load(store).NoteConfirmed();
            Crash(files, "1.3.0");
            Note(store);
            Assert.IsFalse(Quarantine.Load(store).IsActive);
        }

        [TestMethod]
        public void AnImageThatWaitsForItsTrialGoesBackAndMayBeTriedAgain()
        {
            TestBoard board = TestBoard.WithStaged();
            Quarantine quarantine = Quarantine.Load(board.Store);
            SlotTable table = board.Table;
            quarantine.HoldBack(table);
            Assert.AreEqual((int)SlotState.Staged, (int)table[1].State, "free");
            quarantine.EnterByOrder("odd");
            quarantine.HoldBack(table);
            Assert.AreEqual((int)SlotState.Rejected, (int)table[1].State);
            Assert.IsFalse(table.IsRefused(table[1].Digest));
        }

        [TestMethod]
        public void FlashThatKeepsNothingEndsInQuarantineNotInRestarts()
        {
            Quarantine quarantine = Quarantine.Load(new RecordStore(new ForgetfulFiles()));
            quarantine.StorageFault();
            Assert.IsTrue(quarantine.IsActive);
            Assert.IsTrue(quarantine.HasStorageFault);
            Assert.AreEqual("storage", quarantine.Reason);
            BootRecord boots = BootRecord.Next(new RecordStore(new ForgetfulFiles()));
            Assert.IsTrue(boots.IsLost);
        }

        [TestMethod]
        public void ARecordThatCannotBeReadIsAQuarantine()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Store.Write("quarantine", new byte[] { 1, 2, 3 });
            Assert.IsTrue(Quarantine.Load(board.Store).IsActive);
        }

        [TestMethod]
        public void ACutLeavesItOnOrOff()
        {
            for (int cut = 1; cut <= 2; cut++)
            {
                for (int bytes = -1; bytes < 12; bytes++)
                {
                    MemoryFiles files = TestBoard.Provisioned().Files;
                    files.CutAt(files.Operations + cut, bytes);
                    try
                    {
                        Quarantine.Load(new RecordStore(files)).EnterByOrder("odd");
                    }
                    catch (PowerCutException)
                    {
                    }

                    files.PowerOn();
                    Quarantine after = Quarantine.Load(new RecordStore(files));
                    Assert.IsTrue(after.IsActive == (after.Reason == "odd"));
                }
            }
        }

        private static void Note(RecordStore store)
        {
            Quarantine.Load(store).NoteTrial(SlotTable.Load(store), 0);
        }

        /// <summary>A rightly signed image is tried and crashes.</summary>
        private static void Crash(MemoryFiles files, string version)
        {
            byte[] image = TestImages.Of(version, 2);
            SlotTable table = SlotTable.Load(new RecordStore(files));
            table.BeginReceiving(TestImages.FileHash(image));
            files.Put("slot-b.img", image);
            table.Stage(TestImages.Verify(files, "slot-b.img"));
            table.StartTrial(1);
            table.Reject(1, "crashed", "it crashed");
        }

        private static TestBoard Quarantined()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Connected();
            board.Order(TestOrders.ToBoard(OrderVerb.Quarantine, 10, Order.TextArguments("odd")));
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart);
            life.End();
            return board.Restarted();
        }
    }
}
