using DeviceFirmware.Commands;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Tests.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>A board whose file system throws: in quarantine, in recovery, or waiting; never in restarts one after the other.</summary>
    [TestClass]
    public class StorageFaultTests
    {
        private const int Hour = 3600000;
        private const int FewWrites = 8;

        [TestMethod]
        public void WhatCannotBeReadIsNotTakenForEmpty()
        {
            TestBoard board = TestBoard.Provisioned();
            FailingFiles flash = Failing(board);
            flash.CannotOpen = true;
            board.Serial.Send(new byte[] { (byte)'i', (byte)'d', 13 });
            board.Clock.Patience = 2 * Hour;
            Assert.ThrowsException(typeof(BoardRestartedException), () => new BoardLife(board.Parts()).Run());
            Assert.IsTrue(board.Clock.Uptime() >= Hour, "24 starts a day at most");
            Assert.AreEqual(0, flash.Tried, "nothing is written");
            Assert.AreEqual(0, board.Console.CountLines("key made"));
            Assert.Contains("halted token=storage", TestBoard.Text(board.Serial.Receive()));

            TestBoard again = board.Restarted();
            RunFor(again, 3000);
            Assert.AreEqual(1, again.Link.ConnectCount, "the flash can be read again: it is the board it was");
        }

        [TestMethod]
        public void WhatCannotBeWrittenIsAQuarantineThatTheFleetSees()
        {
            TestBoard board = TestBoard.Provisioned();
            FailingFiles flash = Failing(board);
            flash.CannotWrite = true;
            RunFor(board, 20000);
            Assert.AreEqual(1, board.Link.ConnectCount);
            Assert.AreEqual(0, board.Console.Restarts);
            Assert.AreEqual((int)ApplicationState.NotStarted, (int)board.Application.State);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"quarantined\",\"verdict\":\"by-board\",\"reason\":\"storage\""));
            Assert.IsTrue(flash.Tried <= FewWrites, flash.Tried.ToString());

            // No order is obeyed whose number cannot be kept, and none makes it restart.
            int before = flash.Tried;
            ConnectedBoard life = board.Start();
            board.Turn(life, 5);
            board.Order(TestOrders.ToBoard(OrderVerb.Restart, 1, new byte[0]));
            board.Turn(life, 100);
            Assert.IsFalse(life.WantsRestart);
            Assert.IsTrue(flash.Tried - before <= FewWrites, (flash.Tried - before).ToString());
        }

        [TestMethod]
        public void ATrialThatCannotBeCountedIsNotBegun()
        {
            TestBoard board = TestBoard.WithStaged();
            FailingFiles flash = Failing(board);
            flash.CannotWrite = true;
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("boot slot=a version=1.0.0+0 trial=no"));
            Assert.AreEqual((int)ApplicationState.NotStarted, (int)board.Application.State);
            Assert.AreEqual(0, board.Console.Restarts);
            Assert.IsTrue(flash.Tried <= FewWrites, flash.Tried.ToString());
            Assert.AreEqual((int)SlotState.Staged, (int)board.Table[1].State);
        }

        [TestMethod]
        public void AnImageThatCannotBeReadIsRecovery()
        {
            TestBoard board = TestBoard.Provisioned();
            Failing(board).Unreadable = "slot-a.img";
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("boot slot=a refused token=unreadable"));
            Assert.AreEqual(1, board.Console.CountLines("serial state=recovery"));
        }

        [TestMethod]
        public void ATrialThatCannotBeReadGoesBack()
        {
            TestBoard board = TestBoard.WithStaged();
            Failing(board).Unreadable = "slot-b.img";
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("boot slot=a version=1.0.0+0 trial=no"));
            Assert.AreEqual("unreadable", board.Table[1].RejectToken);
            Assert.AreEqual((int)ApplicationState.Running, (int)board.Application.State);
        }

        [TestMethod]
        public void ANewBoardThatCannotKeepItsKeyWaits()
        {
            var board = new TestBoard(new MemoryFiles());
            FailingFiles flash = Failing(board);
            flash.CannotWrite = true;
            board.Clock.Patience = 2 * Hour;
            Assert.ThrowsException(typeof(BoardRestartedException), () => new BoardLife(board.Parts()).Run());
            Assert.IsTrue(board.Clock.Uptime() >= Hour);
            Assert.AreEqual(0, board.Console.CountLines("key made"));
            Assert.IsTrue(flash.Tried <= FewWrites, flash.Tried.ToString());
        }

        [TestMethod]
        public void FlashThatGoesBadInTheFieldEndsInQuarantine()
        {
            TestBoard board = TestBoard.Provisioned();
            FailingFiles flash = Failing(board);
            ConnectedBoard life = board.Connected();
            Assert.AreEqual((int)ApplicationState.Running, (int)board.Application.State);
            flash.CannotWrite = true;
            board.Order(TestOrders.ToBoard(OrderVerb.Restart, 1, new byte[0]));
            board.Turn(life, 100);
            Assert.AreEqual(1, board.Application.Stops);
            Assert.IsFalse(life.WantsRestart);
            int before = flash.Tried;
            board.Turn(life, 100);
            Assert.AreEqual(before, flash.Tried);
            life.End();
            Assert.IsTrue(flash.Tried - before <= FewWrites);
        }

        private static FailingFiles Failing(TestBoard board)
        {
            var flash = new FailingFiles(board.Files);
            board.Flash = flash;
            return flash;
        }

        private static void RunFor(TestBoard board, int milliseconds)
        {
            board.Clock.Patience = milliseconds;
            Assert.ThrowsException(typeof(BoardHaltedException), () => new BoardLife(board.Parts()).Run());
        }
    }
}
