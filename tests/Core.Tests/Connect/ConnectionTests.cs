using DeviceFirmware.Connect;
using DeviceFirmware.Memory;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Connect
{
    [TestClass]
    public class ConnectionTests
    {
        [TestMethod]
        public void AnAttemptGoesStateByState()
        {
            Connection connection = Make();
            Expect(connection, ConnectionAction.Join, 0);
            Expect(connection, ConnectionAction.None, 0);
            Take(connection, ConnectionEvent.Joined, 0);
            Expect(connection, ConnectionAction.SetClock, 0);
            Take(connection, ConnectionEvent.ClockSet, 0);
            Expect(connection, ConnectionAction.Connect, 0);
            Take(connection, ConnectionEvent.Connected, 0);
            Expect(connection, ConnectionAction.Subscribe, 0);
            Assert.IsFalse(connection.IsOpen);
            Take(connection, ConnectionEvent.Subscribed, 0);
            Assert.IsTrue(connection.IsOpen);
            Assert.IsFalse(connection.Report(1, ConnectionEvent.Answered, 0), "no heartbeat was sent");
            Expect(connection, ConnectionAction.Beat, 0);
            Take(connection, ConnectionEvent.Answered, 5);
            Assert.AreEqual((int)ConnectionState.Confirmed, (int)connection.State);
            Assert.IsFalse(connection.Report(1, ConnectionEvent.Answered, 5), "twice");
            Expect(connection, ConnectionAction.None, 29999);
            Expect(connection, ConnectionAction.Beat, 30000);
        }

        [TestMethod]
        public void WhatFailsIsClosedAndWaitedFor()
        {
            Connection connection = Open(0);
            Take(connection, ConnectionEvent.Lost, 10);
            Expect(connection, ConnectionAction.Close, 10);
            Expect(connection, ConnectionAction.None, 10);
            Expect(connection, ConnectionAction.None, 1008);
            Expect(connection, ConnectionAction.Join, 1009);
            Assert.AreEqual(2, connection.Attempt);
            Assert.IsFalse(connection.Report(1, ConnectionEvent.Joined, 1009), "of the attempt before");
            Take(connection, ConnectionEvent.Failed, 1009);
            Expect(connection, ConnectionAction.None, 1009 + 1998);
            Expect(connection, ConnectionAction.Join, 1009 + 1999);
            Assert.AreEqual(2, connection.Failures);
        }

        [TestMethod]
        public void AFailedClientIsClosedBeforeTheNext()
        {
            Connection connection = Make();
            Expect(connection, ConnectionAction.Join, 0);
            Take(connection, ConnectionEvent.Joined, 0);
            Expect(connection, ConnectionAction.SetClock, 0);
            Take(connection, ConnectionEvent.ClockSet, 0);
            Expect(connection, ConnectionAction.Connect, 0);
            Take(connection, ConnectionEvent.Failed, 0);
            Expect(connection, ConnectionAction.Close, 90000);
            Expect(connection, ConnectionAction.Join, 90000);
        }

        [TestMethod]
        public void SilenceIsALoss()
        {
            Connection connection = Open(0);
            Expect(connection, ConnectionAction.Beat, 0);
            Take(connection, ConnectionEvent.Answered, 100);
            Expect(connection, ConnectionAction.Beat, 90100);
            Expect(connection, ConnectionAction.Close, 90101);

            // Nothing after it counts, not even the answer.
            Assert.IsFalse(connection.Report(1, ConnectionEvent.Answered, 90101));
            Assert.IsFalse(connection.IsOpen);
        }

        [TestMethod]
        public void AnActionThatIsNotReportedEndsItsAttempt()
        {
            Connection connection = Make();
            Expect(connection, ConnectionAction.Join, 0);
            Expect(connection, ConnectionAction.None, Connection.ActionPatience);
            Expect(connection, ConnectionAction.None, Connection.ActionPatience + 1);
            Assert.AreEqual((int)ConnectionState.Waiting, (int)connection.State);
        }

        [TestMethod]
        public void TheWaitIsForgottenWhenTheFleetAnswersNotBefore()
        {
            Connection connection = Open(0);
            Take(connection, ConnectionEvent.Lost, 0);
            Reopen(connection, 999);
            Take(connection, ConnectionEvent.Lost, 999);
            Expect(connection, ConnectionAction.Close, 999);
            Expect(connection, ConnectionAction.None, 999 + 1998);
            Reopen(connection, 999 + 1999);
            Expect(connection, ConnectionAction.Beat, 3000);
            Take(connection, ConnectionEvent.Answered, 3000);
            Assert.AreEqual(0, connection.Failures);
            Take(connection, ConnectionEvent.Lost, 3000);
            Expect(connection, ConnectionAction.Close, 3000);
            Expect(connection, ConnectionAction.Join, 3999);
        }

        /// <summary>With the longest waits: 999, 1999 ms and so on.</summary>
        private static Connection Make()
        {
            return new Connection(new Backoff(new MemoryEntropy(1) { StuckAt = 0xFF }, 1000, 60000));
        }

        private static Connection Open(long now)
        {
            Connection connection = Make();
            Reopen(connection, now);
            return connection;
        }

        private static void Reopen(Connection connection, long now)
        {
            ConnectionAction action = connection.Next(now);
            if (action == ConnectionAction.Close)
            {
                action = connection.Next(now);
            }

            Assert.AreEqual((int)ConnectionAction.Join, (int)action);
            Take(connection, ConnectionEvent.Joined, now);
            Expect(connection, ConnectionAction.SetClock, now);
            Take(connection, ConnectionEvent.ClockSet, now);
            Expect(connection, ConnectionAction.Connect, now);
            Take(connection, ConnectionEvent.Connected, now);
            Expect(connection, ConnectionAction.Subscribe, now);
            Take(connection, ConnectionEvent.Subscribed, now);
        }

        private static void Expect(Connection connection, ConnectionAction action, long now)
        {
            Assert.AreEqual((int)action, (int)connection.Next(now));
        }

        private static void Take(Connection connection, ConnectionEvent what, long now)
        {
            Assert.IsTrue(connection.Report(connection.Attempt, what, now));
        }
    }
}
