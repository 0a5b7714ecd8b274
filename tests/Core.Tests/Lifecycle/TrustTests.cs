using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>What a connected board does about trust sets.</summary>
    [TestClass]
    public class TrustTests
    {
        private const string Old = "broker.lab";

        [TestMethod]
        public void AnOrderedSetIsTriedAtOnceAndConfirmedByAHeartbeat()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board, 1, TestTrust.Set(1));
            Assert.AreEqual("accepted", Answer(board));
            Reach(board, life, TestTrust.Host);
            CollectionAssert.AreEqual(TestTrust.Root, board.Link.Tls.RootCertificate);
            Assert.AreEqual(8884, board.Link.Tls.Port);
            Assert.AreEqual(0L, Sets(board).Active.Sequence, "reached is not answered");
            board.AnswerHeartbeat();
            Turn(board, life, 3);
            Assert.AreEqual(1L, Sets(board).Active.Sequence);
            Assert.IsNull(Sets(board).Staged);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"trust\":1,\"trustStaged\":0,\"event\":\"trust\",\"verdict\":\"confirmed\""));
            Assert.AreEqual("staged 1 confirmed 1 ", Told(board));

            // The next start knows nothing else.
            board = board.Restarted();
            life = board.Start();
            Turn(board, life, 3);
            Assert.AreEqual(TestTrust.Host, board.Link.Tls.Host);
        }

        [TestMethod]
        public void WhileNobodyAnswersUnderItTheOldOneIsUsed()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Link.DeadHost = TestTrust.Host;
            ConnectedBoard life = Ordered(board, 1, TestTrust.Set(1));
            Reach(board, life, Old);
            Assert.AreEqual(1L, Sets(board).Staged.Sequence);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"trust\":0,\"trustStaged\":1,\"event\":\"online\""));

            // The servers change places: the board finds the new one by itself.
            board.Link.DeadHost = Old;
            board.Link.Drop();
            Reach(board, life, TestTrust.Host);
            board.AnswerHeartbeat();
            Turn(board, life, 3);
            Assert.AreEqual(1L, Sets(board).Active.Sequence);
        }

        [TestMethod]
        public void ItIsTriedAgainWhileTheOldOneWorksAndThenGivenUp()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Link.DeadHost = TestTrust.Host;
            ConnectedBoard life = Ordered(board, 1, TestTrust.Set(1));
            int tries = 0;
            for (int i = 0; i < 2000 && !(Sets(board).Staged is null); i++)
            {
                int before = board.Link.ConnectCount;
                board.Clock.Advance(20000);
                Turn(board, life, 2);
                if (board.Link.IsConnected)
                {
                    board.AnswerHeartbeat();
                    Turn(board, life, 2);
                }

                tries += board.Link.ConnectCount - before;
            }

            Assert.IsNull(Sets(board).Staged);
            Assert.IsTrue(tries >= 16 && tries < 30, tries.ToString());
            Assert.AreEqual("staged 1 given-up 1 ", Told(board));
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"trustStaged\":0,\"event\":\"trust\",\"verdict\":\"given-up\""));

            // Given up is not refused.
            board.Link.DeadHost = null;
            board.Order(TestTrust.Order(2, TestTrust.Set(1)));
            Turn(board, life, 3);
            Assert.AreEqual("accepted", Answer(board));
            Reach(board, life, TestTrust.Host);
        }

        [TestMethod]
        public void WhatIsRefusedIsAnsweredAndTold()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board, 1, new TrustSet(1, TestPki.FleetRoot, new byte[0], TestTrust.Host, 1, TestTrust.TimeKey));
            Assert.AreEqual("wrong-root", Answer(board));
            Assert.AreEqual("wrong-root 1 ", Told(board));
            CertificateBuilder endless = TestTrust.RootBuilder();
            endless.NotAfter = CertificateBuilder.Generalized("99991231235959Z");
            board.Order(TestTrust.Order(2, new TrustSet(1, endless.Build(TestKeys.FleetRoot), new byte[0], TestTrust.Host, 1, TestTrust.TimeKey)));
            Turn(board, life, 3);
            Assert.AreEqual("never-ends", Answer(board));
            board.Order(TestOrders.Sign(new Order(OrderVerb.Trust, TestKeys.Device.PublicKey.KeyHash(), "", 3, 0, TestOrders.End, new byte[] { 0xA0 })));
            Turn(board, life, 3);
            Assert.AreEqual("malformed-arguments", Answer(board));
            board.Order(TestOrders.Sign(new Order(OrderVerb.Trust, TestKeys.Device.PublicKey.KeyHash(), "", 4, 0, 0, TestTrust.Set(1).Encode())));
            Turn(board, life, 3);
            Assert.AreEqual("no-end", Answer(board));
            Assert.IsNull(Sets(board).Staged);
            Assert.AreEqual(1, board.Link.ConnectCount);
        }

        [TestMethod]
        public void OldOrdersAreWorthNothing()
        {
            TestBoard board = TestBoard.Provisioned();
            byte[] first = TestTrust.Order(1, TestTrust.Set(1));
            ConnectedBoard life = Connected(board);
            board.Order(first);
            Turn(board, life, 3);
            Confirm(board, life, TestTrust.Host);
            var second = new TrustSet(2, TestTrust.Root, TestTrust.OperationalCa, "second.broker", 8884, TestKeys.Time.PublicKey.Encode());
            byte[] order = TestTrust.Order(2, second);
            Deliver(board, life, order);
            Confirm(board, life, "second.broker");
            Deliver(board, life, first);
            Assert.AreEqual("replayed", Answer(board));
            Deliver(board, life, order);
            Assert.AreEqual("repeated", Answer(board));

            // The command key itself does not go back either.
            Deliver(board, life, TestTrust.Order(3, TestTrust.Set(1)));
            Assert.AreEqual("not-newer", Answer(board));
            Assert.AreEqual(2L, Sets(board).Active.Sequence);
            Assert.IsNull(Sets(board).Staged);
        }

        [TestMethod]
        public void AConfirmationThatACutCameIntoIsFinishedAndToldAtTheNextStart()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board, 1, TestTrust.Set(1));
            Reach(board, life, TestTrust.Host);
            board.AnswerHeartbeat();

            // A write is two operations: the first of the second write.
            board.Files.CutAt(board.Files.Operations + 3, MemoryFiles.Nothing);
            Assert.ThrowsException(typeof(PowerCutException), () => Turn(board, life, 3));
            Assert.AreEqual("staged 1 ", Told(board.Restarted()));
            for (int start = 0; start < 2; start++)
            {
                board = board.Restarted();
                life = Connected(board);
                board.Clock.Advance(61000);
                Turn(board, life, 2);
                Assert.AreEqual("staged 1 confirmed 1 ", Told(board), "once");
                for (int copy = 0; copy < 2; copy++)
                {
                    MemoryFiles one = board.Files.Copy();
                    one.Delete("trust." + copy.ToString());
                    Assert.AreEqual(1L, Sets(new TestBoard(one)).Active.Sequence);
                }
            }
        }

        [TestMethod]
        public void AnOrderThatACutCameIntoIsAnsweredByWhatBecameOfTheSet()
        {
            var set = new TrustSet(1, TestTrust.Root, TestTrust.OperationalCa, TestTrust.Host, 8884, TestKeys.Time.PublicKey.Encode());
            byte[] order = TestTrust.Order(1, set);
            TestBoard twin = TestBoard.Provisioned();
            int last = Judge(twin, Connected(twin), order);
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Connected(board);

            // The last write says that the order was obeyed.
            board.Files.CutAt(last, MemoryFiles.Nothing);
            Assert.ThrowsException(typeof(PowerCutException), () => Judge(board, life, order));
            board = board.Restarted();
            life = Connected(board);
            Confirm(board, life, TestTrust.Host);
            Deliver(board, life, order);
            Assert.AreEqual("in-force", Answer(board));
            Deliver(board, life, order);
            Assert.AreEqual("repeated", Answer(board));
            Deliver(board, life, TestTrust.Order(2, set));
            Assert.AreEqual("in-force", Answer(board), "signed anew");
            Deliver(board, life, TestTrust.Order(3, new TrustSet(1, TestTrust.Root, TestTrust.OperationalCa, "other.broker", 8884, TestKeys.Time.PublicKey.Encode())));
            Assert.AreEqual("not-newer", Answer(board), "another set of that number");
            Assert.AreEqual(TestTrust.Host, Sets(board).Active.Host);
        }

        [TestMethod]
        public void TheTimeIsSignedByTheKeyOfTheSetInUse()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board, 1, TestTrust.Set(1));
            Confirm(board, life, TestTrust.Host);
            byte[] asked = board.Last(board.Topics.TimeRequest).Payload;
            int refused = board.Console.CountLines("time token=wrong-signature");
            board.Link.Deliver(board.Topics.TimeReply, TestOrders.Time(asked, board.Clock.UtcNow()));
            Turn(board, life, 2);
            Assert.AreEqual(refused + 1, board.Console.CountLines("time token=wrong-signature"), "the old time key's time is over");
            board.Link.Deliver(board.Topics.TimeReply, TestOrders.Time(asked, board.Clock.UtcNow(), TestKeys.OtherDevice));
            Turn(board, life, 2);
            Assert.AreEqual(refused + 1, board.Console.CountLines("time token=wrong-signature"));
        }

        [TestMethod]
        public void ACaStoreThatHoldsTheOldRootIsEmptiedBeforeTheNewOneIsTried()
        {
            TestBoard board = TestBoard.Provisioned();
            board.TrustStore.Bundle = TestPki.FleetRoot;
            ConnectedBoard life = Ordered(board, 1, TestTrust.Set(1));
            Assert.IsNull(board.TrustStore.Bundle);
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart, "until then the native stack may still believe in the old one");
            Assert.AreEqual(1, board.Link.ConnectCount);
            board = board.Restarted();
            life = board.Start();
            Reach(board, life, TestTrust.Host);

            // Power was lost between the order and the store: it goes at the start.
            board = board.Restarted();
            board.TrustStore.Bundle = TestPki.FleetRoot;
            life = board.Start();
            Assert.IsNull(board.TrustStore.Bundle);
            Turn(board, life, 3);
            Assert.AreEqual(0, board.Link.ConnectCount);
        }

        [TestMethod]
        public void ACaStoreOfSomebodyElsesStays()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board, 1, TestTrust.Set(1));
            Confirm(board, life, TestTrust.Host);
            board = board.Restarted();
            board.TrustStore.Bundle = ByteArray.Concat(TestPki.FleetRoot, TestPki.FactoryRoot);
            life = board.Start();
            Turn(board, life, 20);
            Assert.AreEqual(0, board.Link.ConnectCount);
            Assert.IsTrue(board.Console.CountLines("connect refused token=foreign-ca-store") > 0);
        }

        [TestMethod]
        public void BothSetsMeetBothTimes()
        {
            // Nobody answers; the clock is years ahead.
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Ordered(board, 1, TestTrust.Set(1));
            board.Link.DeadHost = TestTrust.Host;
            board.Link.ConnectResult = DeviceFirmware.Connect.BrokerConnectResult.TlsFailed;
            board.Link.Drop();
            long ahead = board.Clock.UtcNow() + 300000000;
            bool[] seen = new bool[4];
            for (int i = 0; i < 400; i++)
            {
                int before = board.Link.ConnectCount;
                if (board.Clock.UtcNow() < ahead - 200000000 && i % 40 == 0)
                {
                    board.Clock.SetUtc(ahead);
                }

                life.Step();
                board.Clock.Advance(5000);
                if (board.Link.ConnectCount != before)
                {
                    seen[(board.Link.Tls.Host == Old ? 0 : 2) + (board.Clock.UtcNow() > ahead - 100000000 ? 0 : 1)] = true;
                }
            }

            Assert.IsTrue(seen[0] && seen[1] && seen[2] && seen[3]);
        }

        private static ConnectedBoard Ordered(TestBoard board, long number, TrustSet set)
        {
            ConnectedBoard life = Connected(board);
            Deliver(board, life, TestTrust.Order(number, set));
            return life;
        }

        private static void Deliver(TestBoard board, ConnectedBoard life, byte[] order)
        {
            board.Order(order);
            Turn(board, life, 3);
        }

        /// <summary>The operations on flash since power-on when the order is answered.</summary>
        private static int Judge(TestBoard board, ConnectedBoard life, byte[] order)
        {
            board.Order(order);
            for (int i = 0; i < 5 && board.Last(board.Topics.OrderAnswer) is null; i++)
            {
                life.Step();
            }

            return board.Files.Operations;
        }

        private static ConnectedBoard Connected(TestBoard board)
        {
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            return life;
        }

        private static void Confirm(TestBoard board, ConnectedBoard life, string host)
        {
            Reach(board, life, host);
            board.AnswerHeartbeat();
            Turn(board, life, 3);
            Assert.AreEqual(host, Sets(board).Active.Host);
        }

        private static void Reach(TestBoard board, ConnectedBoard life, string host)
        {
            for (int i = 0; i < 200 && !(board.Link.IsConnected && board.Link.Tls.Host == host); i++)
            {
                Turn(board, life, 1);
                board.Clock.Advance(1000);
            }

            Turn(board, life, 2);
            Assert.AreEqual(host, board.Link.Tls.Host);
            Assert.IsTrue(board.Link.IsConnected);
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

        private static TrustSets Sets(TestBoard board)
        {
            return TrustSets.Load(board.Store, TrustSet.OfAnchors(board.Anchors, Old, 8883), TestKeys.Device.PublicKey.KeyHash());
        }

        private static string Answer(TestBoard board)
        {
            return OrderAnswer.Decode(board.Last(board.Topics.OrderAnswer).Payload).Token;
        }

        /// <summary>What the ledger tells of trust: word and number of each entry.</summary>
        private static string Told(TestBoard board)
        {
            ChainEntry[] entries = BoardLedger.Load(board.Store, TestKeys.Device.PublicKey.KeyHash()).After(0, 32);
            string text = "";
            for (int i = 0; i < entries.Length; i++)
            {
                LedgerEvent told = LedgerEvent.Read(entries[i]);
                text += told.Kind == LedgerKind.Trust ? told.Word + " " + told.Number.ToString() + " " : "";
            }

            return text;
        }
    }
}
