using System.Collections;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using DeviceFirmware.Update;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>
    /// A broker that has kept everything it ever saw, and gives it to every board, on every topic, in any order, again and again: it can deny
    /// service and nothing else.
    /// </summary>
    [TestClass]
    public class HostileBrokerTests
    {
        private const int Deliveries = 400;
        private const string OtherId = "dev-0002";

        [TestMethod]
        public void WhoeverReplaysEverythingOwnsNothing()
        {
            var seen = new ArrayList();
            TestBoard first = HonestDays(seen);
            Assert.IsTrue(seen.Count > 12, seen.Count.ToString());

            // The board it was all for, after a restart; and another one of the same fleet.
            Torment(new TestBoard(first.Restarted().Files, 101), TestPki.Device, TestKeys.Device, TestPki.DeviceId, seen, 1);
            Torment(new TestBoard(Other().Files, 102), OtherCertificate(), TestKeys.OtherDevice, OtherId, seen, 2);
        }

        /// <summary>Time, orders, an update that is fetched and confirmed, heartbeats, a ledger handed over: the broker keeps a copy of all that it carries to the board.</summary>
        private static TestBoard HonestDays(ArrayList seen)
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Serve(board, life, seen, 10);
            Carry(board, life, seen, TestOrders.ToBoard(OrderVerb.Quarantine, 1, Order.TextArguments("for a while")));
            board = Again(board, out life);
            Serve(board, life, seen, 10);
            Carry(board, life, seen, TestOrders.ToBoard(OrderVerb.Release, 2, new byte[0]));
            board = Again(board, out life);
            Serve(board, life, seen, 10);
            Carry(board, life, seen, TestOrders.Sign(new Order(OrderVerb.Debug, TestKeys.Device.PublicKey.KeyHash(), "", 3, 0, TestOrders.End, Order.NumberArguments(86400))));
            Carry(board, life, seen, TestOrders.Update(4, TestBoard.NewImage, "1.1.0"));
            Serve(board, life, seen, 40);
            Assert.IsTrue(life.WantsRestart, "the update is staged");
            board = Again(board, out life);
            board.Application.IsHealthy = true;
            Serve(board, life, seen, 40);
            Assert.AreEqual(1, board.Table.Active, "the update is confirmed");
            Enrol(board, life, seen);
            Enrol(board, life, seen);
            Assert.AreEqual(2, board.Console.CountLines("certificate confirmed"), "got and renewed");
            byte[] claim = new ClaimRequest("north", new byte[ClaimRequest.CodeSize], new byte[ClaimRequest.NonceSize]).Encode();
            seen.Add(new BrokerMessage(board.Topics.ClaimRequest, claim));
            Carry(board, life, seen, TestOrders.ToBoard(OrderVerb.Restart, 5, new byte[0]));

            // Refused then, and kept for a better day: to others, forged, out of its window.
            Carry(board, life, seen, TestOrders.Sign(new Order(OrderVerb.Wipe, TestKeys.Stranger.PublicKey.KeyHash(), "", 6, 0, 0, Order.TextArguments("not this one"))));
            Carry(board, life, seen, TestOrders.Sign(new Order(OrderVerb.Wipe, TestKeys.OtherDevice.PublicKey.KeyHash(), "", 7, 1000, 2000, Order.TextArguments("long ago"))));
            Carry(board, life, seen, TestOrders.Sign(new Order(OrderVerb.Wipe, TestKeys.Device.PublicKey.KeyHash(), "", 8, 0, 0, Order.TextArguments("forged")), TestKeys.Stranger));
            Carry(board, life, seen, TestOrders.Sign(new Order(OrderVerb.Wipe, new byte[0], "group", 9, 0, TestOrders.End, Order.TextArguments("all of them"))));
            return board;
        }

        private static void Torment(TestBoard board, byte[] certificate, P256PrivateKey key, string id, ArrayList seen, uint seed)
        {
            string[] topics = Replies(new Topics(id));
            ConnectedBoard life = Start(board, certificate, key, id);
            RunTurns(board, life, 3);
            byte[] orders = board.Store.Read("orders");
            byte[] slots = board.Store.Read("slots");
            byte[] counter = board.Store.Read("counter");
            byte[] identity = board.Store.Read("identity");
            byte[] time = board.Store.Read("time");
            byte[] operational = board.Store.Read("operational");
            int operations = board.Files.Operations;
            uint state = seed;
            for (int i = 0; i < Deliveries; i++)
            {
                state = (state * 1664525) + 1013904223;
                var message = (BrokerMessage)seen[Pick(state >> 8, seen.Count)];

                // Mostly where it belongs, sometimes on any topic.
                string topic = (state >> 4 & 7) == 0 ? topics[Pick(state >> 16, topics.Length)] : "devices/" + id + "/" + Rest(message.Topic);
                board.Link.Deliver(topic, message.Payload);
                RunTurns(board, life, 2);
                Assert.IsFalse(life.WantsRestart, "no restart: " + i.ToString());
            }

            Assert.AreEqual(0, board.Console.CountLines("time token=accepted"), "no time is believed twice");
            Assert.AreEqual(0, board.Console.CountLines("debugger open"), "no debugger is let in");
            Assert.AreEqual(0, board.Console.CountLines("update fetching"), "nothing is fetched");
            Assert.IsFalse(Wipe.HasBegun(board.Store));
            Assert.IsFalse(Quarantine.Load(board.Store).IsActive);
            CollectionAssert.AreEqual(orders ?? new byte[0], board.Store.Read("orders") ?? new byte[0]);
            CollectionAssert.AreEqual(slots, board.Store.Read("slots"));
            CollectionAssert.AreEqual(counter, board.Store.Read("counter"));
            CollectionAssert.AreEqual(identity, board.Store.Read("identity"));
            CollectionAssert.AreEqual(time ?? new byte[0], board.Store.Read("time") ?? new byte[0]);
            CollectionAssert.AreEqual(operational ?? new byte[0], board.Store.Read("operational") ?? new byte[0]);
            Assert.AreEqual(0, board.Console.CountLines("certificate staged"), "no certificate is taken twice");
            Assert.IsTrue(board.Console.CountLines("certificate asked for") <= 1, "of many invitations one key");
            Assert.AreEqual(0, board.Published("devices/" + id + "/requests/claim", ""), "nothing is signed without a hand");
            Assert.IsTrue(board.Files.Operations - operations <= 4, "nor is the flash worn: " + (board.Files.Operations - operations).ToString());
            Assert.AreEqual(0, board.Published("devices/" + id + "/status", "\"event\":\"confirmed\",\"verdict\":\"accepted\",\"reason\":\"connected"), "no heartbeat is answered by an old answer");
        }

        /// <summary>A turn of an honest broker, which keeps what it carries.</summary>
        private static void Serve(TestBoard board, ConnectedBoard life, ArrayList seen, int turns)
        {
            int answered = 0;
            for (int i = 0; i < turns && !life.WantsRestart; i++)
            {
                life.Step();
                board.Clock.Advance(120);
                for (; answered < board.Link.PublishedCount; answered++)
                {
                    BrokerMessage asked = board.Link.PublishedAt(answered);
                    BrokerMessage reply = Reply(board, asked);
                    if (!(reply is null))
                    {
                        seen.Add(reply);
                        board.Link.Deliver(reply.Topic, reply.Payload);
                    }
                }
            }
        }

        private static BrokerMessage Reply(TestBoard board, BrokerMessage asked)
        {
            Topics topics = board.Topics;
            if (asked.Topic == topics.HeartbeatRequest)
            {
                return new BrokerMessage(topics.HeartbeatReply, asked.Payload);
            }

            if (asked.Topic == topics.TimeRequest)
            {
                return new BrokerMessage(topics.TimeReply, TestOrders.Time(asked.Payload, board.Clock.UtcNow()));
            }

            if (asked.Topic == topics.CertificateRequest)
            {
                byte[] request = EnrolmentRequest.Decode(asked.Payload);
                byte[] certificate = TestPki.OperationalBuilder(CertificateRequest.Decode(request).PublicKey).Build(TestKeys.Operational);
                return new BrokerMessage(topics.CertificateReply, EnrolmentReply.OfIssued(Sha256.Hash(request), certificate, TestPki.OperationalCa).Encode());
            }

            if (asked.Topic == topics.ChunkRequest)
            {
                ChunkRequest request = ChunkRequest.Decode(asked.Payload);
                byte[] part = ByteArray.Slice(TestBoard.NewImage, request.Offset, request.Length);
                return new BrokerMessage(topics.ChunkReply, new ChunkReply(request.FileHash, request.Offset, part).Encode());
            }

            if (asked.Topic == topics.LedgerRequest)
            {
                LedgerReport report = LedgerReport.Decode(asked.Payload);
                string chain = BoardLedger.ChainName(TestKeys.Device.PublicKey.KeyHash());
                ChainPosition known = report.Head.Length == 0 ? ChainPosition.Start(chain) : ChainHead.Read(report.Head, TestKeys.Device.PublicKey).Position;
                return new BrokerMessage(topics.LedgerReply, new LedgerReply(known, ByteArray.Concat(report.FleetHead, new byte[] { 1 })).Encode());
            }

            return null;
        }

        private static void Carry(TestBoard board, ConnectedBoard life, ArrayList seen, byte[] order)
        {
            seen.Add(new BrokerMessage(board.Topics.Order, order));
            board.Link.Deliver(board.Topics.Order, order);
            RunTurns(board, life, 3);
        }

        /// <summary>The fleet invites the board, and gives it what it asks for.</summary>
        private static void Enrol(TestBoard board, ConnectedBoard life, ArrayList seen)
        {
            var invitation = new BrokerMessage(board.Topics.CertificateReply, EnrolmentReply.OfWanted().Encode());
            seen.Add(invitation);
            board.Clock.Advance(61000);
            board.Link.Deliver(invitation.Topic, invitation.Payload);
            Serve(board, life, seen, 60);
        }

        private static TestBoard Again(TestBoard board, out ConnectedBoard life)
        {
            board.Clock.Advance(500);
            TestBoard again = board.Restarted();
            life = again.Start();
            return again;
        }

        private static void RunTurns(TestBoard board, ConnectedBoard life, int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                life.Step();
                board.Clock.Advance(20);
            }
        }

        private static ConnectedBoard Start(TestBoard board, byte[] certificate, P256PrivateKey key, string id)
        {
            RecordStore store = board.Store;
            var counter = new SecurityCounter(store, 0);
            SlotTable table = SlotTable.Load(store);
            BootSequence boot = BootSequence.Run(board.Files, table, board.Parts().Rules(counter.Value, table), board.Console);
            IdentityMessage identity = IdentityRecord.Load(store);
            DeviceCertificate own = DeviceCertificate.Check(certificate, TestPki.Issuing, key.PublicKey, board.Console.HardwareId,
                id, TestPki.Environment, TestPki.FactoryRoot).Certificate;
            var life = new ConnectedBoard(board.Parts(), identity, own, new StoredKey(key), table, counter, boot);
            life.Begin();
            return life;
        }

        /// <summary>Another board of the same fleet and environment, with the same image.</summary>
        private static TestBoard Other()
        {
            TestBoard board = TestBoard.Provisioned();
            TestBoard.KeepKey(board.Store, TestKeys.OtherDevice);
            board.Store.Write("identity", new IdentityMessage(OtherCertificate(), TestPki.Issuing, "broker.lab", 8883, 5, "", "").Encode());
            return board;
        }

        private static byte[] OtherCertificate()
        {
            return new CertificateBuilder(Name.Common("factory issuing"), Name.Device(TestPki.HardwareId, OtherId), TestKeys.OtherDevice.PublicKey)
                .With(Extension.BasicConstraints(false, -1))
                .With(Extension.KeyUsage(0x80))
                .With(Extension.Purpose(2))
                .With(Extension.Uri("urn:devicefirmware:" + TestPki.Environment + ":" + OtherId))
                .Build(TestKeys.Issuing);
        }

        private static int Pick(uint number, int count)
        {
            int value = (int)(long)(number & 1023);
            while (value >= count)
            {
                value -= count;
            }

            return value;
        }

        private static string[] Replies(Topics topics)
        {
            return new string[] { topics.HeartbeatReply, topics.Order, topics.TimeReply, topics.ChunkReply, topics.LedgerReply, topics.ReceiptReply, topics.CertificateReply, topics.ClaimRequest };
        }

        private static string Rest(string topic)
        {
            return topic.Substring(("devices/" + TestPki.DeviceId + "/").Length);
        }
    }
}
