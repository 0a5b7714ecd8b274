using DeviceFirmware.Connect;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>What a board measures and how it says it is.</summary>
    [TestClass]
    public class TelemetryTests
    {
        [TestMethod]
        public void WhatIsMeasuredOfflineComesLater()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Link.ConnectResult = BrokerConnectResult.NetworkFailed;
            ConnectedBoard life = board.Start();
            for (int i = 1; i <= 3; i++)
            {
                board.Application.Measurement = "\"n\":" + i.ToString();
                life.Step();
            }

            board.Link.ConnectResult = BrokerConnectResult.Connected;
            Turn(board, life, 300);
            Assert.AreEqual(3, board.Published(board.Topics.Telemetry, ""));
            Assert.AreEqual(1, board.Published(board.Topics.Telemetry, "\"boot\":1,\"seq\":1,\"n\":1"));
            Assert.AreEqual(1, board.Published(board.Topics.Telemetry, "\"boot\":1,\"seq\":3,\"n\":3"));
        }

        [TestMethod]
        public void WhatIsNotAcknowledgedIsSentAgain()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            board.Link.Acknowledges = false;
            board.Application.Measurement = "\"n\":1";
            Turn(board, life, 10);
            Assert.AreEqual(1, board.Published(board.Topics.Telemetry, ""));
            board.Clock.Advance(5000);
            board.Link.Acknowledges = true;
            Turn(board, life, 10);
            Assert.AreEqual(2, board.Published(board.Topics.Telemetry, "\"boot\":1,\"seq\":1,"), "the same number: the other end sees that it is the same");
        }

        [TestMethod]
        public void LossesAreReported()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Console.TelemetrySize = 300;
            board.Link.ConnectResult = BrokerConnectResult.NetworkFailed;
            ConnectedBoard life = board.Start();
            for (int i = 1; i <= 20; i++)
            {
                board.Application.Measurement = "\"n\":" + i.ToString();
                life.Step();
            }

            board.Link.ConnectResult = BrokerConnectResult.Connected;
            Turn(board, life, 300);
            Assert.AreEqual(1, board.Published(board.Topics.Telemetry, "\"n\":20"));
            int arrived = board.Published(board.Topics.Telemetry, "");
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"health\""));
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"lost\":" + (20 - arrived).ToString()));
        }

        [TestMethod]
        public void DroppedMessagesAreReported()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 2);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"dropped\":0"));
            for (int i = 0; i < 40; i++)
            {
                board.Link.Deliver(board.Topics.ChunkReply, new byte[1]);
            }

            board.Clock.Advance(61000);
            Turn(board, life, 2);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"dropped\":8"));
        }

        [TestMethod]
        public void HealthIsSaidHourlyAndWhenADebuggerComes()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 2);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"boot\":1,\"reset\":\"power-or-fault\""));
            for (int minute = 0; minute < 61; minute++)
            {
                board.Clock.Advance(30000);
                Turn(board, life, 2);
                board.AnswerHeartbeat();
                board.Clock.Advance(30000);
                Turn(board, life, 2);
                board.AnswerHeartbeat();
            }

            Assert.AreEqual(2, board.Published(board.Topics.Status, "\"event\":\"health\""));
            board.Clock.Advance(61000);
            board.Console.HasDebugger = true;
            Turn(board, life, 2);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"debugger\":\"attached\""));
        }

        [TestMethod]
        public void ABuildMayRefuseADebugger()
        {
            TestBoard board = TestBoard.Provisioned();
            board.RefusesDebugger = true;
            ConnectedBoard life = board.Start();
            Turn(board, life, 2);
            Assert.IsFalse(life.WantsRestart);
            board.Console.HasDebugger = true;
            Turn(board, life, 10);
            Assert.IsTrue(life.WantsRestart);

            var gate = new DebugGate(board.Console, true);
            Assert.IsTrue(gate.IsViolated(1000));
            gate.OpenUntil(2000);
            Assert.IsFalse(gate.IsViolated(1999));
            Assert.IsTrue(gate.IsViolated(2000), "the order has expired");

            board = TestBoard.Provisioned();
            board.RefusesDebugger = true;
            board.Console.HasDebugger = true;
            board.Clock.Patience = 100000;
            Assert.ThrowsException(typeof(BoardHaltedException), () => new BoardLife(board.Parts()).Run());
            Assert.AreEqual(1, board.Console.CountLines("halted token=debugger"));
            Assert.AreEqual(0, board.Link.ConnectCount);
        }

        [TestMethod]
        public void TheBoardKnowsItsOwnRestarts()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            board.Application.BusyFor = 10001;
            life.Step();
            life.End();
            board = board.Restarted();
            Turn(board, board.Start(), 2);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"boot\":2,\"reset\":\"application-hung\""));
            board = board.Restarted();
            Turn(board, board.Start(), 2);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"boot\":3,\"reset\":\"power-or-fault\""));
        }

        private static void Turn(TestBoard board, ConnectedBoard life, int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                life.Step();
                board.Clock.Advance(10);
            }
        }
    }
}
