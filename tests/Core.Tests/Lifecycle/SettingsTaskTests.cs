using DeviceFirmware.Connect;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>Settings of the fleet: taken, refused, and what hostile ones change, which is nothing.</summary>
    [TestClass]
    public class SettingsTaskTests
    {
        [TestMethod]
        public void TakenSettingsAreInForceAfterARestart()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            Assert.AreEqual(0L, board.Application.Settings.Version);
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            Answered(board, 1, "accepted", 1);
            Assert.AreEqual(4, board.Application.Settings.Find("pin").Number);

            board = board.Restarted();
            life = board.Start();
            Assert.AreEqual(1L, board.Application.Settings.Version);
            Assert.AreEqual(4, board.Application.Settings.Find("pin").Number);
            Turn(board, life, 5);
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            Answered(board, 1, "accepted", 1);
            Assert.AreEqual(0, board.Application.Configurations, "what was answered is answered again, and not tried again");
        }

        [TestMethod]
        public void RefusedSettingsLeaveTheOldOnes()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            board.Application.SaysOfSettings = "pin: no";
            Send(board, Settings(2, 5));
            Turn(board, life, 5);
            Answered(board, 2, "refused", 1);
            Send(board, Settings(2, 5));
            Turn(board, life, 5);
            Assert.AreEqual(2, board.Application.Configurations, "refused once, and not asked again");
            board = board.Restarted();
            board.Start();
            Assert.AreEqual(4, board.Application.Settings.Find("pin").Number);
        }

        [TestMethod]
        public void SettingsThatEndTheApplicationAreTriedOnce()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            board.Application.SaysOfSettings = null;
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            Assert.AreEqual(1, board.Application.Configurations);
            Assert.IsNull(board.Last(board.Topics.SettingsAnswer));
            board.Application.BusyFor = 10001;
            life.Step();
            life.End();

            board = board.Restarted();
            life = board.Start();
            Turn(board, life, 5);
            Assert.AreEqual(0L, board.Application.Settings.Version);
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            Answered(board, 1, "ended", 0);
            Assert.AreEqual(0, board.Application.Configurations);
            Send(board, Settings(2, 5));
            Turn(board, life, 5);
            Answered(board, 2, "accepted", 2);
        }

        [TestMethod]
        public void AnApplicationThatCrashesOnThemIsAnsweredFor()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            board.Application.SaysOfSettings = null;
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            board.Application.Crash("in Configure");
            Turn(board, life, 5);
            Answered(board, 1, "ended", 0);
        }

        [TestMethod]
        public void SettingsOfAnotherApplicationAreSaidAndKept()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            board = board.Restarted();
            board.Application.SaysOfSettings = "pin: no such setting";
            life = board.Start();
            Turn(board, life, 5);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"settings\""));
            Assert.AreEqual(1, board.Published(board.Topics.Status, "pin: no such setting"));
            board = board.Restarted();
            board.Start();
            Assert.AreEqual(1L, board.Application.Settings.Version, "the application they are for may come back");
        }

        [TestMethod]
        public void OnTrialTheyWait()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            Assert.AreEqual(0, board.Application.Configurations);
            Assert.IsNull(board.Last(board.Topics.SettingsAnswer));
            board.Application.IsHealthy = true;
            board.AnswerHeartbeat();
            Turn(board, life, 5);
            Answered(board, 1, "accepted", 1);
        }

        [TestMethod]
        public void HostileSettingsChangeNothing()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            Send(board, Settings(5, 4));
            Turn(board, life, 5);
            int writes = board.Files.Operations;

            Send(board, Settings(4, 9));
            Turn(board, life, 5);
            Answered(board, 4, "not-newer", 5);
            Send(board, Settings(0, 9));
            Turn(board, life, 5);
            Answered(board, 0, "not-newer", 5);
            Send(board, Settings(5 + 65537, 9));
            Turn(board, life, 5);
            Answered(board, 5 + 65537, "version-too-high", 5);
            Send(board, Settings(0xFFFFFFFF, 9));
            Turn(board, life, 5);
            Answered(board, 0xFFFFFFFF, "version-too-high", 5);
            board.Link.Deliver(board.Topics.Settings, new byte[0]);
            Turn(board, life, 5);
            Answered(board, 0, "malformed", 5);
            board.Link.Deliver(board.Topics.Settings, new byte[5000]);
            Turn(board, life, 5);
            Answered(board, 0, "malformed", 5);
            Assert.AreEqual(1, board.Application.Configurations);
            Assert.AreEqual(writes, board.Files.Operations, "not one operation on the flash");
        }

        [TestMethod]
        public void NobodyWearsTheFlashOutWithThem()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            for (int i = 1; i <= 200; i++)
            {
                Send(board, Settings(i, 4));
                Turn(board, life, 2);
            }

            Assert.AreEqual(8, board.Application.Configurations);
            board.Clock.Advance(1800000);
            Turn(board, life, 5);
            Assert.AreEqual(9, board.Application.Configurations);
            Assert.AreEqual(200L, board.Application.Settings.Version, "the newest is the one that waits");
        }

        [TestMethod]
        public void AWipeTakesThemAway()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            Send(board, Settings(1, 4));
            Turn(board, life, 5);
            Assert.IsTrue(SettingsRecord.Load(board.Store, board.Sealer, board.Entropy).InForce.Version == 1);
            foreach (string name in StoredRecords.Wiped())
            {
                board.Store.Delete(name);
            }

            Assert.IsTrue(SettingsRecord.Load(board.Store, board.Sealer, board.Entropy).InForce.Version == 0);
        }

        private static byte[] Settings(long version, int pin)
        {
            var settings = new SettingsDocument(version);
            settings.Add(SettingValue.OfNumber("pin", pin));
            return settings.Encode();
        }

        private static void Send(TestBoard board, byte[] settings)
        {
            board.Link.Deliver(board.Topics.Settings, settings);
        }

        private static void Answered(TestBoard board, long version, string token, long inForce)
        {
            SettingsAnswer answer = SettingsAnswer.Decode(board.Last(board.Topics.SettingsAnswer).Payload);
            Assert.AreEqual(version, answer.Version);
            Assert.AreEqual(token, answer.Token);
            Assert.AreEqual(inForce, answer.InForce);
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
