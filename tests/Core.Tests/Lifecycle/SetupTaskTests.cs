using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>The owner's page, from the button to the network.</summary>
    [TestClass]
    public class SetupTaskTests
    {
        [TestMethod]
        public void TheButtonOpensThePageAndTheFormChangesTheNetworkOnly()
        {
            TestBoard board = WithPassword();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            byte[] identity = board.Store.Read("identity");
            byte[] root = board.Link.Tls.RootCertificate;
            string host = board.Link.Tls.Host;
            board.Portal.Send(Post("7XK2M9QD4T0A", "home", "12345678"));
            Turn(board, life, 2);
            Assert.IsNull(board.Portal.Response, "shut");
            board.Portal.Press();
            Turn(board, life, 1);
            Assert.AreEqual("setup-dev-0001", board.Portal.Name);
            CollectionAssert.AreEqual(Ascii.GetBytes("7XK2M9QD4T0A"), board.Portal.Passphrase);
            board.Portal.Send(System.Text.Encoding.UTF8.GetBytes("GET / HTTP/1.1\r\n\r\n"));
            Turn(board, life, 1);
            Assert.Contains("name=ssid", TestBoard.Text(board.Portal.Response));
            board.Portal.Send(Post("7XK2M9QD4T0A", "home", "12345678"));
            Turn(board, life, 1);
            Assert.Contains("200 OK", TestBoard.Text(board.Portal.Response));
            Assert.IsFalse(board.Portal.IsOpen);
            board.Clock.Advance(2000);
            Turn(board, life, 2);
            Assert.AreEqual("home", board.Radio.Ssid);
            Assert.AreEqual("12345678", board.Radio.Password);
            Assert.AreEqual(2, board.Link.ConnectCount);
            board.AnswerHeartbeat();
            Turn(board, life, 2);

            // After a restart too, and nothing else has changed: settings never touch trust.
            board = board.Restarted();
            life = board.Start();
            life.Step();
            Assert.AreEqual("home", board.Radio.Ssid);
            Assert.AreEqual(host, board.Link.Tls.Host);
            CollectionAssert.AreEqual(root, board.Link.Tls.RootCertificate);
            CollectionAssert.AreEqual(identity, board.Store.Read("identity"));
        }

        [TestMethod]
        public void WrongPasswordsShutThePage()
        {
            TestBoard board = WithPassword();
            ConnectedBoard life = board.Start();
            board.Portal.Press();
            Turn(board, life, 2);
            for (int i = 0; i < 6; i++)
            {
                Assert.IsTrue(board.Portal.IsOpen, i.ToString());
                board.Portal.Send(Post("WRONG", "home", "12345678"));
                Turn(board, life, 1);
                Assert.Contains(i < 5 ? "wrong-password" : "too-many-attempts", TestBoard.Text(board.Portal.Response));
            }

            Assert.IsFalse(board.Portal.IsOpen);
            Assert.IsNull(board.Store.Read("network"));
        }

        [TestMethod]
        public void ItClosesByItselfAndStaysShutWithoutAPassword()
        {
            TestBoard board = WithPassword();
            ConnectedBoard life = board.Start();
            board.Portal.Press();
            Turn(board, life, 2);
            board.Clock.Advance(601000);
            Turn(board, life, 1);
            Assert.IsFalse(board.Portal.IsOpen);

            board = TestBoard.Provisioned();
            life = board.Start();
            board.Portal.Press();
            Turn(board, life, 2);
            Assert.IsFalse(board.Portal.IsOpen);
            Assert.IsNull(board.Portal.Name);
            Assert.AreEqual(1, board.Console.CountLines("no-setup-password"));
        }

        [TestMethod]
        public void ANetworkThatFailsFallsBackToTheOneThatWorked()
        {
            TestBoard board = WithPassword();
            Networks(board).Save(new NetworkCredentials("good", ""), new NetworkCredentials("bad", ""));
            board.Radio.Refuses = "bad";
            ConnectedBoard life = board.Start();
            for (int i = 0; i < 40 && !board.Link.IsConnected; i++)
            {
                board.Clock.Advance(61000);
                Turn(board, life, 1);
            }

            Assert.IsTrue(board.Link.IsConnected);
            Assert.AreEqual("good", board.Radio.Ssid);
            Assert.AreEqual(1, board.Console.CountLines("falls back"));
            Turn(board, life, 2);
            board.AnswerHeartbeat();
            Turn(board, life, 2);
            Networks(board).Load(out NetworkCredentials worked, out NetworkCredentials next);
            Assert.AreEqual("good", worked.Name);
            Assert.IsNull(next);
        }

        [TestMethod]
        public void ANetworkInAnOldIdentityIsSealedAndOneThatDoesNotOpenIsSaid()
        {
            TestBoard board = TestBoard.Provisioned();
            IdentityMessage now = TestBoard.Identity();
            var old = new IdentityMessage(now.Certificate, now.Issuer, now.BrokerHost, now.BrokerPort, now.TelemetrySeconds, "works", "passphrase");
            board.Store.Write("identity", old.Encode());
            Networks(board).SealOld(IdentityRecord.Load(board.Store));
            CollectionAssert.AreEqual(now.Encode(), board.Store.Read("identity"));
            Assert.AreEqual((int)SealVerdict.Opened, (int)Networks(board).Load(out NetworkCredentials worked, out NetworkCredentials _));
            Assert.AreEqual("works", worked.Name);
            Assert.AreEqual("passphrase", worked.Password);

            // What the owner has set since stays, should a cut bring the old identity back.
            Networks(board).Save(new NetworkCredentials("owner", ""), null);
            Networks(board).SealOld(old);
            Networks(board).Load(out worked, out NetworkCredentials _);
            Assert.AreEqual("owner", worked.Name);

            board.Store.Write("network", new byte[65]);
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            Assert.AreEqual(1, board.Console.CountLines("network lost"));
        }

        private static TestBoard WithPassword()
        {
            TestBoard board = TestBoard.Provisioned();
            SetupPassword.Record(board.Store, board.Sealer, board.Entropy).Write(Ascii.GetBytes("7XK2M9QD4T0A"));
            return board;
        }

        private static NetworkRecord Networks(TestBoard board)
        {
            return new NetworkRecord(board.Store, board.Sealer, board.Entropy);
        }

        private static byte[] Post(string setup, string name, string password)
        {
            return System.Text.Encoding.UTF8.GetBytes("POST /network HTTP/1.1\r\nHost: x\r\n\r\nsetup=" + setup + "&ssid=" + name + "&password=" + password);
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
