using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>What a connected board does about its ledger.</summary>
    [TestClass]
    public class LedgerTests
    {
        [TestMethod]
        public void TheFirstStartIsHandedOverWithASignedHead()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            LedgerReport asked = LedgerReport.Decode(board.Last(board.Topics.LedgerRequest).Payload);
            Assert.AreEqual(0, asked.Head.Length, "how far is it?");
            Tell(board, life, ChainPosition.Start(Chain));
            Pass(board, life);
            LedgerReport told = LedgerReport.Decode(board.Last(board.Topics.LedgerRequest).Payload);
            Assert.AreEqual(2, told.Entries.Length);
            ChainHead head = ChainHead.Read(told.Head, TestKeys.Device.PublicKey);
            var verifier = new ChainVerifier(Chain, ChainPosition.Start(Chain), LedgerEvent.MaximumBody);
            verifier.Expect(head);
            Assert.AreEqual("provisioned", verifier.Take(told.Entries[0]).Kind);
            Assert.AreEqual("boot", verifier.Take(told.Entries[1]).Kind);
            Assert.AreEqual((int)ChainVerdict.Accepted, (int)verifier.End());

            int before = board.Published(board.Topics.LedgerRequest, "");
            Tell(board, life, head.Position);
            board.Clock.Advance(31000);
            board.AnswerHeartbeat();
            Turn(board, life, 3);
            Assert.AreEqual(before, board.Published(board.Topics.LedgerRequest, ""), "it has all");
        }

        [TestMethod]
        public void AStartIsNotToldAsEarlierThanWhatWasBeforeIt()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);

            // More than a step of the floor can follow.
            board.Clock.SetUtc(board.Clock.UtcNow() + (20 * 86400));
            board.Link.Drop();
            Turn(board, life, 400);
            board.Order(TestOrders.ToBoard(OrderVerb.Restart, TestBoard.NextOrder(), new byte[0]));
            Turn(board, life, 3);
            ChainEntry ordered = LastOf(board);
            Assert.AreEqual(LedgerKind.Order, ordered.Kind);
            board = board.Restarted();
            life = board.Start();
            board.Clock.Advance(61000);
            life.Step();
            ChainEntry boot = LastOf(board);
            Assert.AreEqual(LedgerKind.Boot, boot.Kind);
            Assert.AreEqual(ordered.Time, boot.Time, "the floor is days behind");
        }

        private static ChainEntry LastOf(TestBoard board)
        {
            BoardLedger ledger = BoardLedger.Load(board.Store, TestKeys.Device.PublicKey.KeyHash());
            return ledger.After(ledger.Last.Sequence - 1, 1)[0];
        }

        [TestMethod]
        public void WhatIsHandedOverIsDurable()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            Tell(board, life, ChainPosition.Start(Chain));
            Pass(board, life);
            ChainHead head = ChainHead.Read(LedgerReport.Decode(board.Last(board.Topics.LedgerRequest).Payload).Head, TestKeys.Device.PublicKey);
            board = board.Restarted();
            Assert.IsTrue(BoardLedger.Load(board.Store, TestKeys.Device.PublicKey.KeyHash()).Last.IsSameAs(head.Position));
            life = board.Start();
            Turn(board, life, 3);
            Tell(board, life, head.Position);
            Pass(board, life);
            LedgerReport told = LedgerReport.Decode(board.Last(board.Topics.LedgerRequest).Payload);
            Assert.AreEqual(1, told.Entries.Length, "the second start, no more");
        }

        [TestMethod]
        public void AnObeyedOrderStandsThereBeforeItIsAnswered()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            board.Order(TestOrders.ToBoard(OrderVerb.Report, 9, new byte[0]));
            Turn(board, life, 3);
            BoardLedger ledger = BoardLedger.Load(board.Store, TestKeys.Device.PublicKey.KeyHash());
            ChainEntry[] entries = ledger.After(ledger.Last.Sequence - 1, 1);
            LedgerEvent last = LedgerEvent.Read(entries[0]);
            Assert.AreEqual("order", last.Kind);
            Assert.AreEqual("report", last.Word);
            Assert.AreEqual(9L, last.Number);
        }

        [TestMethod]
        public void ATrialThatFailedWithoutAWordStandsThereOnce()
        {
            TestBoard board = TestBoard.WithStaged();
            for (int start = 0; start < SlotTable.MaximumTrials; start++)
            {
                board.Start();
                board = board.Restarted();
            }

            for (int start = 0; start < 2; start++)
            {
                board.Start().End();
                Assert.AreEqual("trial-failed", board.Table[1].RejectToken);
                Assert.AreEqual(1, Count(board, LedgerKind.Update, "trial-failed"), "reverted, and told once");
                board = board.Restarted();
            }
        }

        [TestMethod]
        public void AQuarantineWhoseEntryACutTookIsToldAtTheNextStart()
        {
            TestBoard board = TestBoard.Provisioned();
            Quarantine.Load(board.Store).EnterByOrder("odd");
            board.Start().End();
            board = board.Restarted();
            board.Start().End();
            Assert.AreEqual(1, Count(board, LedgerKind.Quarantine, "odd"));
            Quarantine.Load(board.Store).Release();
            board = board.Restarted();
            board.Start().End();
            Assert.AreEqual(1, Count(board, LedgerKind.Release, ""));
        }

        [TestMethod]
        public void OfMoreEventsThanWaitNoneIsLost()
        {
            TestBoard board = TestBoard.Provisioned();
            IdentityMessage identity = IdentityRecord.Load(board.Store);
            SlotTable table = board.Table;
            var counter = new SecurityCounter(board.Store, 0);
            DeviceCertificate certificate = DeviceCertificate.Check(identity.Certificate, identity.Issuer, TestKeys.Device.PublicKey, board.Console.HardwareId,
                TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot).Certificate;
            var context = new BoardContext(board.Parts(), identity, certificate, TestKeys.Identity, table, counter,
                BootSequence.Run(board.Files, table, board.Parts().Rules(counter.Value, table), board.Console));
            for (int i = 0; i < 20; i++)
            {
                context.Note(LedgerKind.Update, "word", i, null);
            }

            context.WriteLedger();
            Assert.AreEqual(20L, context.Ledger.Last.Sequence);
            Assert.AreEqual(20, Count(board, LedgerKind.Update, "word"));
        }

        [TestMethod]
        public void AFleetThatKnowsAnotherStoryGetsTheSignedHeadOnce()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            var other = new ChainPosition(2, new byte[32]);
            Tell(board, life, other);
            Assert.AreEqual(1, board.Console.CountLines("ledger contradicted"));
            Assert.AreNotEqual(0, LedgerReport.Decode(board.Last(board.Topics.LedgerRequest).Payload).Head.Length);
            int before = board.Published(board.Topics.LedgerRequest, "");
            for (int i = 0; i < 20; i++)
            {
                Tell(board, life, other);
            }

            Assert.AreEqual(before, board.Published(board.Topics.LedgerRequest, ""));
        }

        [TestMethod]
        public void RepliesWithoutEndAreFollowedOnceASecond()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            int before = board.Published(board.Topics.LedgerRequest, "");
            for (int i = 0; i < 100; i++)
            {
                Tell(board, life, ChainPosition.Start(Chain));
            }

            int sent = board.Published(board.Topics.LedgerRequest, "") - before;
            Assert.IsTrue(sent <= 20, sent.ToString());
        }

        [TestMethod]
        public void RefusedConnectsAreCountedInOneEntry()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Link.ConnectResult = BrokerConnectResult.TlsFailed;
            ConnectedBoard life = board.Start();
            for (int i = 0; i < 200; i++)
            {
                life.Step();
                board.Clock.Advance(5000);
            }

            BoardLedger ledger = BoardLedger.Load(board.Store, TestKeys.Device.PublicKey.KeyHash());
            ChainEntry[] entries = ledger.After(0, 100);
            int refusals = 0;
            for (int i = 0; i < entries.Length; i++)
            {
                refusals += entries[i].Kind == LedgerKind.ConnectRefused ? 1 : 0;
            }

            Assert.AreEqual(1, refusals);
        }

        [TestMethod]
        public void TheFleetsHeadComesBackBeforeAnotherIsTaken()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            Assert.AreEqual(0, LastReport(board).FleetHead.Length, "none was given");
            Answer(board, life, ChainPosition.Start(Chain), Head(1));
            Pass(board, life);
            Assert.AreEqual(1, (int)LastReport(board).FleetHead[0]);
            ChainPosition all = ChainHead.Read(LastReport(board).Head, TestKeys.Device.PublicKey).Position;
            Answer(board, life, all, Head(2));
            board.Link.Drop();
            Reconnect(board, life);
            Assert.AreEqual(0, LastReport(board).Head.Length, "the question");
            Assert.AreEqual(2, (int)LastReport(board).FleetHead[0], "before anything of this connection is taken");
            Answer(board, life, all, new byte[0]);
            board.Link.Drop();
            Reconnect(board, life);
            Assert.AreEqual(2, (int)LastReport(board).FleetHead[0], "none is no other");
        }

        [TestMethod]
        public void RepliesThatNobodyAskedForTakeNoHeadAway()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            Answer(board, life, ChainPosition.Start(Chain), Head(1));
            Pass(board, life);
            ChainPosition all = ChainHead.Read(LastReport(board).Head, TestKeys.Device.PublicKey).Position;
            Answer(board, life, all, Head(2));
            for (int i = 0; i < 5; i++)
            {
                Answer(board, life, all, Head(9));
            }

            board.Link.Drop();
            Reconnect(board, life);
            Assert.AreEqual(0, LastReport(board).Head.Length, "the question is sent before anything is read");
            Assert.AreEqual(2, (int)LastReport(board).FleetHead[0]);
        }

        [TestMethod]
        public void AHeadThatIsTooLongIsNoReply()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            Answer(board, life, ChainPosition.Start(Chain), Head(1));
            Pass(board, life);
            byte[] longer = new byte[ChainHead.MaximumSize + 1];
            int before = board.Published(board.Topics.LedgerRequest, "");
            Answer(board, life, ChainPosition.Start(Chain), longer);
            Pass(board, life);
            Assert.AreEqual(before, board.Published(board.Topics.LedgerRequest, ""), "as if nothing had come");
            board.Clock.Advance(31000);
            board.AnswerHeartbeat();
            Turn(board, life, 3);
            Assert.AreEqual(1, (int)LastReport(board).FleetHead[0]);
        }

        [TestMethod]
        public void AQuietBoardAsksOnceAnHour()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            Answer(board, life, ChainPosition.Start(Chain), Head(1));
            Pass(board, life);
            ChainPosition all = ChainHead.Read(LastReport(board).Head, TestKeys.Device.PublicKey).Position;
            Answer(board, life, all, Head(1));
            int before = board.Published(board.Topics.LedgerRequest, "");
            for (int second = 0; second < 4 * 3600; second += 20)
            {
                board.Clock.Advance(20000);
                board.AnswerHeartbeat();
                Turn(board, life, 1);
                BrokerMessage last = board.Last(board.Topics.LedgerRequest);
                if (board.Published(board.Topics.LedgerRequest, "") > before + (second / 3700))
                {
                    Assert.AreEqual(0, LedgerReport.Decode(last.Payload).Head.Length, "a question");
                    Answer(board, life, all, Head(2 + (second / 3600)));
                }
            }

            int asked = board.Published(board.Topics.LedgerRequest, "") - before;
            Assert.IsTrue(asked == 3 || asked == 4, asked.ToString());
            Assert.IsTrue(LastReport(board).FleetHead[0] > 2, "and holds what it was given");
        }

        private static LedgerReport LastReport(TestBoard board)
        {
            return LedgerReport.Decode(board.Last(board.Topics.LedgerRequest).Payload);
        }

        private static byte[] Head(int number)
        {
            return new byte[] { (byte)number, 2, 3 };
        }

        private static void Reconnect(TestBoard board, ConnectedBoard life)
        {
            Turn(board, life, 1);
            board.Clock.Advance(61000);
            Turn(board, life, 5);
            Assert.IsTrue(board.Link.IsConnected);
        }

        private static int Count(TestBoard board, string kind, string word)
        {
            ChainEntry[] entries = BoardLedger.Load(board.Store, TestKeys.Device.PublicKey.KeyHash()).After(0, 100);
            int count = 0;
            for (int i = 0; i < entries.Length; i++)
            {
                count += entries[i].Kind == kind && LedgerEvent.Read(entries[i]).Word == word ? 1 : 0;
            }

            return count;
        }

        private static string Chain => BoardLedger.ChainName(TestKeys.Device.PublicKey.KeyHash());

        private static void Tell(TestBoard board, ConnectedBoard life, ChainPosition known)
        {
            board.Clock.Advance(100);
            Answer(board, life, known, new byte[0]);
        }

        private static void Answer(TestBoard board, ConnectedBoard life, ChainPosition known, byte[] fleetHead)
        {
            board.Link.Deliver(board.Topics.LedgerReply, new LedgerReply(known, fleetHead).Encode());
            Turn(board, life, 3);
        }

        private static void Pass(TestBoard board, ConnectedBoard life)
        {
            board.Clock.Advance(1000);
            Turn(board, life, 3);
        }

        private static void Turn(TestBoard board, ConnectedBoard life, int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                life.Step();
                board.AnswerTime();
                board.Clock.Advance(10);
            }
        }
    }
}
