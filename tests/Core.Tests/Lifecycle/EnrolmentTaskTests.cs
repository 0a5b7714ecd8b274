using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>A board gets an operational certificate, renews it, and comes back when all else fails.</summary>
    [TestClass]
    public class EnrolmentTaskTests
    {
        private const long Begin = 1775044800;

        [TestMethod]
        public void ItAsksWhenItIsInvitedAndNotBefore()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            Turn(board, life, 5);
            Assert.IsNull(board.Last(board.Topics.CertificateRequest));
            CertificateRequest request = Ask(board, life);
            Assert.IsTrue(request.ProvesPossession);
            Assert.AreEqual(TestPki.DeviceId, request.Subject.CommonName);
            Assert.AreEqual(TestPki.HardwareId, request.Subject.SerialNumber);
            Assert.IsFalse(request.PublicKey.IsSameAs(TestKeys.Device.PublicKey), "a fresh key");
        }

        [TestMethod]
        public void TheCertificateIsTriedInANewConnectionAndConfirmedByAHeartbeat()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            int connections = board.Link.ConnectCount;
            byte[] certificate = Enrol(board, life);
            Assert.AreEqual(connections + 1, board.Link.ConnectCount);
            CollectionAssert.AreEqual(certificate, board.Link.Tls.DeviceCertificate);
            Assert.AreEqual(TestPki.DeviceId, board.Link.ClientId);
            Assert.AreEqual(0, board.Console.CountLines("certificate confirmed"));
            board.AnswerHeartbeat();
            Turn(board, life, 2);
            Assert.AreEqual(1, board.Console.CountLines("certificate confirmed tenant=north"));

            // And after a restart.
            board = board.Restarted();
            life = board.Start();
            Turn(board, life, 3);
            CollectionAssert.AreEqual(certificate, board.Link.Tls.DeviceCertificate);
        }

        [TestMethod]
        public void WhatTheBrokerRefusesLeavesTheBoardWhereItWas()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            Ask(board, life);
            Issue(board, Leaf(board));
            board.Link.ConnectResult = BrokerConnectResult.Refused;
            Turn(board, life, 2);
            board.Clock.Advance(1000);
            Turn(board, life, 1);
            CollectionAssert.AreNotEqual(TestPki.Device, board.Link.Tls.DeviceCertificate);
            board.Clock.Advance(5000);
            board.Link.ConnectResult = BrokerConnectResult.Connected;
            Turn(board, life, 3);
            CollectionAssert.AreEqual(TestPki.Device, board.Link.Tls.DeviceCertificate, "the IDevID");
            Assert.IsTrue(board.Link.IsConnected);
        }

        [TestMethod]
        public void ItIsRenewedWhenItIsDueAndTheOldOneStaysUntilThen()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            byte[] first = Enrol(board, life);
            Confirm(board, life);
            int asked = board.Published(board.Topics.CertificateRequest, "");
            long due = RenewalTime.Of(Begin, Begin + (30 * 86400), Sha256.Hash(first)) - Begin;
            Pass(board, life, (due / 43200 * 43200) - 43200);
            Assert.AreEqual(asked, board.Published(board.Topics.CertificateRequest, ""), "before it is due");
            for (int quarter = 0; quarter < 8 && board.Published(board.Topics.CertificateRequest, "") == asked; quarter++)
            {
                PassQuarter(board, life);
            }

            Assert.AreEqual(asked + 1, board.Published(board.Topics.CertificateRequest, ""));
            CollectionAssert.AreEqual(first, board.Link.Tls.DeviceCertificate);
            CertificateBuilder leaf = Leaf(board);
            leaf.NotBefore = CertificateBuilder.Utc("260418120000Z");
            leaf.NotAfter = CertificateBuilder.Utc("260518120000Z");
            byte[] second = Issue(board, leaf);
            Turn(board, life, 8);
            board.Clock.Advance(2000);
            Turn(board, life, 2);
            CollectionAssert.AreEqual(second, board.Link.Tls.DeviceCertificate);
            Confirm(board, life);
            Assert.AreEqual(2, board.Console.CountLines("certificate confirmed"));
        }

        [TestMethod]
        public void ALifeOfSecondsIsRenewedInTimeToo()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            Ask(board, life);
            CertificateBuilder leaf = Leaf(board);
            leaf.NotAfter = CertificateBuilder.Utc("260401120045Z");
            Issue(board, leaf);
            Turn(board, life, 2);
            board.Clock.Advance(2000);
            Turn(board, life, 2);
            Confirm(board, life);
            Wait(board, life, 20);
            Assert.AreEqual(1, board.Published(board.Topics.CertificateRequest, ""), "7/12 of its life are not over");
            Wait(board, life, 10);
            Assert.AreEqual(2, board.Published(board.Topics.CertificateRequest, ""), "2/3 are");
        }

        [TestMethod]
        public void AYearOfflineAndTheClockUnknownItComesBackByItsInitialIdentity()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            byte[] certificate = Enrol(board, life);
            Confirm(board, life);

            // The clock begins in 1970: by the floor the certificate still holds. The fleet, a year later, refuses it.
            board = board.Restarted();
            board.Link.ConnectResult = BrokerConnectResult.TlsFailed;
            life = board.Start();
            Turn(board, life, 3);
            CollectionAssert.AreEqual(certificate, board.Link.Tls.DeviceCertificate);
            for (int i = 0; i < 4 && !ByteArray.AreEqual(TestPki.Device, board.Link.Tls.DeviceCertificate); i++)
            {
                board.Clock.Advance(60000);
                Turn(board, life, 1);
            }

            CollectionAssert.AreEqual(TestPki.Device, board.Link.Tls.DeviceCertificate);
            board.Link.ConnectResult = BrokerConnectResult.Connected;
            board.Clock.Advance(60000);
            life.Step();
            life.Step();
            CollectionAssert.AreEqual(TestPki.Device, board.Link.Tls.DeviceCertificate);

            // What it measures waits: the fleet takes no telemetry over the spare identity.
            int sent = board.Published(board.Topics.Telemetry, "");
            board.Application.Measurement = "\"tempC\":1.0";
            life.Step();
            Assert.AreEqual(sent, board.Published(board.Topics.Telemetry, ""));
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"online\""), "but that it is there it says");

            // It asks by itself: it had one, and had to do without.
            board.Link.Deliver(board.Topics.TimeReply, TestOrders.Time(board.Last(board.Topics.TimeRequest).Payload, Begin + (365L * 86400)));
            for (int i = 0; i < 5; i++)
            {
                life.Step();
            }

            Assert.IsNotNull(board.Last(board.Topics.CertificateRequest));
            CertificateBuilder leaf = Leaf(board);
            leaf.NotBefore = CertificateBuilder.Utc("270401120000Z");
            leaf.NotAfter = CertificateBuilder.Utc("270501120000Z");
            byte[] next = Issue(board, leaf);
            Turn(board, life, 2);
            board.Clock.Advance(2000);
            Turn(board, life, 2);
            CollectionAssert.AreEqual(next, board.Link.Tls.DeviceCertificate);
            Confirm(board, life);
            Assert.AreEqual(1, board.Console.CountLines("certificate confirmed"));
            Assert.AreEqual(sent + 1, board.Published(board.Topics.Telemetry, ""), "once");
        }

        [TestMethod]
        public void ARecoveringBoardThatIsRefusedAsksAgainAndGoesBackToWhatItHas()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            byte[] certificate = Enrol(board, life);
            Confirm(board, life);
            board = board.Restarted();
            board.Link.ConnectResult = BrokerConnectResult.TlsFailed;
            life = board.Start();
            for (int i = 0; i < 8 && !ByteArray.AreEqual(TestPki.Device, board.Link.Tls is null ? null : board.Link.Tls.DeviceCertificate); i++)
            {
                Turn(board, life, 1);
                board.Clock.Advance(60000);
            }

            // The network is back in the turn of the IDevID.
            board.Link.ConnectResult = BrokerConnectResult.Connected;
            board.Clock.Advance(60000);
            Turn(board, life, 6);
            CollectionAssert.AreEqual(TestPki.Device, board.Link.Tls.DeviceCertificate);
            Assert.AreEqual(1, board.Published(board.Topics.CertificateRequest, ""));
            Refuse(board, life, 60);
            Wait(board, life, 61);
            Assert.AreEqual(2, board.Published(board.Topics.CertificateRequest, ""), "nobody invites it on a connection that stands");
            Refuse(board, life, 60);
            Wait(board, life, 61);
            Assert.AreEqual(2, board.Published(board.Topics.CertificateRequest, ""), "not so often");
            Wait(board, life, 61);
            Assert.AreEqual(3, board.Published(board.Topics.CertificateRequest, ""));
            Refuse(board, life, 86400);
            for (int i = 0; i < 12 && !ByteArray.AreEqual(certificate, board.Link.Tls.DeviceCertificate); i++)
            {
                Wait(board, life, 60);
            }

            CollectionAssert.AreEqual(certificate, board.Link.Tls.DeviceCertificate, "the one that it has");
            Assert.IsTrue(board.Link.IsConnected);
        }

        [TestMethod]
        public void ACertificateThatIsNotItsOwnIsNotStored()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            Ask(board, life);
            CertificateBuilder leaf = TestPki.OperationalBuilder(TestKeys.OtherDevice.PublicKey);
            int operations = board.Files.Operations;
            Issue(board, leaf);
            Turn(board, life, 3);
            Assert.AreEqual(1, board.Console.CountLines("certificate refused token=other-key"));
            Assert.AreEqual(operations, board.Files.Operations);
            Assert.AreEqual(-1, board.Files.Length("operational.0"));
        }

        [TestMethod]
        public void AnAnswerToNothingIsNothing()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            board.Link.Deliver(board.Topics.CertificateReply, EnrolmentReply.OfIssued(new byte[32], TestPki.Device, TestPki.OperationalCa).Encode());
            board.Link.Deliver(board.Topics.CertificateReply, new byte[] { 1, 2 });
            Turn(board, life, 3);
            Assert.AreEqual(1, board.Console.CountLines("certificate refused token=not-asked"));
            Assert.AreEqual(1, board.Console.CountLines("certificate refused token=malformed"));
        }

        [TestMethod]
        public void ManyInvitationsMakeOneKeyAndARefusalIsWaitedFor()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            Ask(board, life);
            for (int i = 0; i < 10; i++)
            {
                Invite(board, life);
            }

            Assert.AreEqual(1, board.Published(board.Topics.CertificateRequest, ""));
            board.Link.Deliver(board.Topics.CertificateReply, EnrolmentReply.OfRefused("too-many", Sha256.Hash(Request(board)), 7200).Encode());
            Turn(board, life, 2);
            for (int i = 0; i < 10; i++)
            {
                Invite(board, life);
                board.Clock.Advance(10000);
                board.AnswerHeartbeat();
            }

            Assert.AreEqual(1, board.Published(board.Topics.CertificateRequest, ""), "not within two hours");
            board.Order(TestOrders.ToBoard(OrderVerb.Renew, TestBoard.NextOrder(), new byte[0]));
            Turn(board, life, 4);
            Assert.AreEqual(2, board.Published(board.Topics.CertificateRequest, ""), "but an order is an order");
        }

        [TestMethod]
        public void ALostAnswerCostsAKeyAndAMinute()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            CertificateRequest first = Ask(board, life);
            Turn(board, life, 3);
            board.Clock.Advance(61000);
            board.AnswerHeartbeat();
            Turn(board, life, 4);
            Assert.AreEqual(2, board.Published(board.Topics.CertificateRequest, ""));
            Assert.IsFalse(first.PublicKey.IsSameAs(CertificateRequest.Decode(Request(board)).PublicKey));
        }

        private static void Refuse(TestBoard board, ConnectedBoard life, int wait)
        {
            board.Link.Deliver(board.Topics.CertificateReply, EnrolmentReply.OfRefused("not-claimed", Sha256.Hash(Request(board)), wait).Encode());
            Turn(board, life, 3);
        }

        /// <summary>Seconds, with a fleet that answers.</summary>
        private static void Wait(TestBoard board, ConnectedBoard life, int seconds)
        {
            board.Clock.Advance(seconds * 1000);
            board.AnswerHeartbeat();
            Turn(board, life, 4);
        }

        private static byte[] Request(TestBoard board)
        {
            return EnrolmentRequest.Decode(board.Last(board.Topics.CertificateRequest).Payload);
        }

        private static CertificateRequest Ask(TestBoard board, ConnectedBoard life)
        {
            Invite(board, life);
            return CertificateRequest.Decode(Request(board));
        }

        private static void Invite(TestBoard board, ConnectedBoard life)
        {
            board.Link.Deliver(board.Topics.CertificateReply, EnrolmentReply.OfWanted().Encode());
            Turn(board, life, 4);
        }

        private static CertificateBuilder Leaf(TestBoard board)
        {
            return TestPki.OperationalBuilder(CertificateRequest.Decode(Request(board)).PublicKey);
        }

        private static byte[] Issue(TestBoard board, CertificateBuilder leaf)
        {
            byte[] certificate = leaf.Build(TestKeys.Operational);
            board.Link.Deliver(board.Topics.CertificateReply, EnrolmentReply.OfIssued(Sha256.Hash(Request(board)), certificate, TestPki.OperationalCa).Encode());
            return certificate;
        }

        /// <summary>Invited, asked, issued, and connected anew.</summary>
        private static byte[] Enrol(TestBoard board, ConnectedBoard life)
        {
            Ask(board, life);
            byte[] certificate = Issue(board, Leaf(board));
            Turn(board, life, 2);
            board.Clock.Advance(2000);
            Turn(board, life, 2);
            return certificate;
        }

        private static void Confirm(TestBoard board, ConnectedBoard life)
        {
            board.AnswerHeartbeat();
            Turn(board, life, 4);
        }

        /// <summary>Seconds, three hours at a time, with a fleet that answers.</summary>
        private static void Pass(TestBoard board, ConnectedBoard life, long seconds)
        {
            for (long i = 0; i < seconds; i += 43200)
            {
                for (int quarter = 0; quarter < 4; quarter++)
                {
                    PassQuarter(board, life);
                }
            }
        }

        private static void PassQuarter(TestBoard board, ConnectedBoard life)
        {
            board.Clock.Advance(10800000);
            life.Step();
            board.AnswerHeartbeat();
            Turn(board, life, 1);
        }

        private static TestBoard Connected(out ConnectedBoard life)
        {
            TestBoard board = TestBoard.Provisioned();
            life = board.Start();
            Turn(board, life, 5);
            board.AnswerHeartbeat();
            Turn(board, life, 2);
            return board;
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
