using DeviceFirmware.Commands;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>What a connected board does about orders.</summary>
    [TestClass]
    public class OrderTests
    {
        private static readonly byte[] _nothing = new byte[0];

        [TestMethod]
        public void ARestartIsAnsweredAndObeyedOnce()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Connected(board);
            byte[] order = TestOrders.ToBoard(OrderVerb.Restart, 1, _nothing);
            board.Order(order);
            Turn(board, life, 3);
            Assert.AreEqual("accepted", Answer(board));
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart);
            board = board.Restarted();
            life = Connected(board);
            board.Order(order);
            Turn(board, life, 3);
            Assert.AreEqual("repeated", Answer(board));
            board.Clock.Advance(500);
            Assert.IsFalse(life.WantsRestart);
        }

        [TestMethod]
        public void WhatIsRefusedIsAnsweredWithItsReason()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Connected(board);
            int before = board.Files.Operations;
            board.Order(new byte[] { 1, 2, 3 });
            Turn(board, life, 3);
            Assert.AreEqual("malformed", Answer(board));
            board.Order(TestOrders.Sign(new Order(OrderVerb.Restart, TestKeys.OtherDevice.PublicKey.KeyHash(), "", 1, 0, 0, _nothing)));
            Turn(board, life, 3);
            Assert.AreEqual("other-target", Answer(board));
            Assert.AreEqual(before, board.Files.Operations);
            Assert.IsFalse(life.WantsRestart);
            board.Order(TestOrders.ToBoard(OrderVerb.Renew, 2, _nothing));
            Turn(board, life, 3);
            Assert.AreEqual("not-supported", Answer(board));
        }

        [TestMethod]
        public void AnOrderWithAWindowWaitsForTheTime()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            life.Step();
            board.Link.Deliver(board.Topics.Order, TestOrders.Sign(new Order(OrderVerb.Report, TestKeys.Device.PublicKey.KeyHash(), "", 1, 0, TestOrders.End, _nothing)));
            for (int i = 0; i < 5; i++)
            {
                life.Step();
            }

            Assert.IsNull(board.Last(board.Topics.OrderAnswer), "not yet");
            board.AnswerTime();
            Turn(board, life, 3);
            Assert.AreEqual("accepted", Answer(board));
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"report\""));
        }

        [TestMethod]
        public void WithoutTheTimeItIsRefusedInTheEnd()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            life.Step();
            for (int i = 0; i < 6; i++)
            {
                board.Link.Deliver(board.Topics.Order, TestOrders.Sign(new Order(OrderVerb.Report, TestKeys.Device.PublicKey.KeyHash(), "", i + 1, 0, TestOrders.End, _nothing)));
                life.Step();
            }

            Assert.AreEqual(2, board.Published(board.Topics.OrderAnswer, "no-time"), "four wait, more do not");
            board.Clock.Advance(60000);
            life.Step();
            life.Step();
            Assert.AreEqual(6, board.Published(board.Topics.OrderAnswer, "no-time"));
        }

        [TestMethod]
        public void DebuggingIsLetInForItsTime()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Connected(board);
            board.Order(TestOrders.Sign(new Order(OrderVerb.Debug, TestKeys.Device.PublicKey.KeyHash(), "", 1, 0, TestOrders.End, Order.NumberArguments(60))));
            Turn(board, life, 3);
            Assert.AreEqual("accepted", Answer(board));
            Assert.AreEqual(1, board.Console.CountLines("debugger open seconds=60"));
        }

        [TestMethod]
        public void ARetiredKeyIsObeyedNoMore()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = Connected(board);
            board.Order(TestOrders.Sign(new Order(OrderVerb.RetireKey, TestKeys.Device.PublicKey.KeyHash(), "", 1, 0, 0,
                Order.BytesArguments(TestKeys.Command.PublicKey.KeyHash())), TestKeys.CommandNext));
            Turn(board, life, 3);
            Assert.AreEqual("accepted", Answer(board));
            board = board.Restarted();
            life = Connected(board);
            board.Order(TestOrders.ToBoard(OrderVerb.Restart, 1, _nothing));
            Turn(board, life, 3);
            Assert.AreEqual("retired-key", Answer(board));
        }

        [TestMethod]
        public void TheTimeIsAskedForAgain()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            life.Step();
            life.Step();
            Assert.AreEqual(1, board.Published(board.Topics.TimeRequest, ""));
            board.Clock.Advance(30000);
            board.AnswerHeartbeat();
            life.Step();
            life.Step();
            Assert.AreEqual(2, board.Published(board.Topics.TimeRequest, ""), "no answer");
            board.AnswerTime();
            Turn(board, life, 5);
            Assert.AreEqual(1, board.Console.CountLines("time token=accepted"));
            Assert.AreEqual(2, board.Published(board.Topics.TimeRequest, ""));
        }

        private static ConnectedBoard Connected(TestBoard board)
        {
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            return life;
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

        private static string Answer(TestBoard board)
        {
            return OrderAnswer.Decode(board.Last(board.Topics.OrderAnswer).Payload).Token;
        }
    }
}
