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
            ConnectedBoard life = board.Connected();
            byte[] order = TestOrders.ToBoard(OrderVerb.Restart, 1, _nothing);
            board.Order(order);
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart);
            board = board.Restarted();
            life = board.Connected();
            board.Order(order);
            board.Turn(life, 3);
            Assert.AreEqual("repeated", board.Answered());
            board.Clock.Advance(500);
            Assert.IsFalse(life.WantsRestart);
        }

        [TestMethod]
        public void WhatIsRefusedIsAnsweredWithItsReason()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Connected();
            int before = board.Files.Operations;
            board.Order(new byte[] { 1, 2, 3 });
            board.Turn(life, 3);
            Assert.AreEqual("malformed", board.Answered());
            board.Order(TestOrders.Sign(new Order(OrderVerb.Restart, TestKeys.OtherDevice.PublicKey.KeyHash(), "", 1, 0, 0, _nothing)));
            board.Turn(life, 3);
            Assert.AreEqual("other-target", board.Answered());
            Assert.AreEqual(before, board.Files.Operations);
            Assert.IsFalse(life.WantsRestart);
            board.Order(TestOrders.ToBoard(OrderVerb.Renew, 2, _nothing));
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());
            board.Turn(life, 3);
            Assert.AreEqual(1, board.Published(board.Topics.CertificateRequest, ""));
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
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());
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
            ConnectedBoard life = board.Connected();
            board.Order(TestOrders.Sign(new Order(OrderVerb.Debug, TestKeys.Device.PublicKey.KeyHash(), "", 1, 0, TestOrders.End, Order.NumberArguments(60))));
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());
            Assert.AreEqual(1, board.Console.CountLines("debugger open seconds=60"));
        }

        [TestMethod]
        public void ARetiredKeyIsObeyedNoMore()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Connected();
            board.Order(TestOrders.Sign(new Order(OrderVerb.RetireKey, TestKeys.Device.PublicKey.KeyHash(), "", 1, 0, 0,
                Order.BytesArguments(TestKeys.Command.PublicKey.KeyHash())), TestKeys.CommandNext));
            board.Turn(life, 3);
            Assert.AreEqual("accepted", board.Answered());
            board = board.Restarted();
            life = board.Connected();
            board.Order(TestOrders.ToBoard(OrderVerb.Restart, 1, _nothing));
            board.Turn(life, 3);
            Assert.AreEqual("retired-key", board.Answered());
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
            board.Turn(life, 5);
            Assert.AreEqual(1, board.Console.CountLines("time token=accepted"));
            Assert.AreEqual(2, board.Published(board.Topics.TimeRequest, ""));
        }
    }
}
