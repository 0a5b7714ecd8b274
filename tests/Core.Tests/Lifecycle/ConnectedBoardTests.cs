using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Update;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    [TestClass]
    public class ConnectedBoardTests
    {
        [TestMethod]
        public void ItConnectsAsItself()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Assert.IsTrue(board.Radio.IsOn);
            Assert.AreEqual("1.0.0+0", board.Application.Image.Version.ToString());
            life.Step();
            Assert.AreEqual(1, board.Link.ConnectCount);
            Assert.AreEqual(TestPki.DeviceId, board.Link.ClientId);
            Assert.AreEqual("devices/dev-0001/status", board.Link.WillTopic);
            Assert.Contains("\"event\":\"offline\"", board.Link.WillMessage);
            Assert.AreEqual("devices/dev-0001/commands/#", board.Link.Filter);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"online\""));
            Assert.AreEqual(1775044800L, board.Clock.UtcNow(), "the clock is at the floor");
            CollectionAssert.AreEqual(TestPki.FleetRoot, board.Link.Tls.RootCertificate);
        }

        [TestMethod]
        public void AForeignCaStoreKeepsItOffline()
        {
            TestBoard board = TestBoard.Provisioned();
            board.TrustStore.Bundle = ByteArray.Concat(TestPki.FleetRoot, TestPki.FactoryRoot);
            ConnectedBoard life = board.Start();
            Turn(board, life, 20);
            Assert.AreEqual(0, board.Link.ConnectCount);
            Assert.IsTrue(board.Console.CountLines("connect refused token=") > 0);
            board.TrustStore.Bundle = null;
            Turn(board, life, 200);
            Assert.AreEqual(1, board.Link.ConnectCount);
        }

        [TestMethod]
        public void MeasurementsArePublished()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            life.Step();
            board.Application.Measurement = "\"tempC\":21.5";
            life.Step();
            life.Step();
            Assert.AreEqual(1, board.Published(board.Topics.Telemetry, ""));
            Assert.AreEqual("{\"deviceId\":\"dev-0001\",\"boot\":1,\"seq\":1,\"tempC\":21.5,\"ts\":\"2026-04-01T12:00:00Z\"}", TestBoard.Text(board.Last(board.Topics.Telemetry).Payload));
        }

        [TestMethod]
        public void ATrialIsConfirmedByAnAnsweredHeartbeatAndAHealthyApplication()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            board.Application.IsHealthy = true;
            Turn(board, life, 50);
            CheckOnTrial(board, "connected and healthy, but no answer");
            board.AnswerHeartbeat();
            Turn(board, life, 2);
            CheckConfirmed(board);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"confirmed\""));
            Turn(board, life, 20);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"confirmed\""), "once");
            Assert.IsFalse(life.WantsRestart);
        }

        [TestMethod]
        public void AnUnhealthyApplicationIsNotConfirmed()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            Turn(board, life, 5);
            board.AnswerHeartbeat();
            Turn(board, life, 50);
            CheckOnTrial(board, "answered, but not healthy");
            board.Application.IsHealthy = true;
            Turn(board, life, 2);
            CheckConfirmed(board);
        }

        [TestMethod]
        public void AnotherNonceIsNoAnswer()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            board.Application.IsHealthy = true;
            Turn(board, life, 5);
            board.Link.Deliver(board.Topics.HeartbeatReply, new Heartbeat(new byte[8]).Encode());
            board.Link.Deliver(board.Topics.HeartbeatReply, new byte[] { 1, 2, 3 });
            board.Link.Deliver("devices/dev-0001/commands/other", board.Last(board.Topics.HeartbeatRequest).Payload);
            Turn(board, life, 50);
            CheckOnTrial(board, "a nonce that was not asked for");
        }

        [TestMethod]
        public void BeforeItIsConnectedNothingIsConfirmed()
        {
            TestBoard board = TestBoard.WithStaged();
            board.Link.ConnectResult = BrokerConnectResult.NetworkFailed;
            ConnectedBoard life = board.Start();
            board.Application.IsHealthy = true;
            Turn(board, life, 100);
            CheckOnTrial(board, "not connected");
            Assert.AreEqual(0, board.Link.PublishedCount);

            board = TestBoard.WithStaged();
            board.Link.SubscribeResult = false;
            life = board.Start();
            board.Application.IsHealthy = true;
            Turn(board, life, 100);
            CheckOnTrial(board, "not subscribed");
            Assert.AreEqual(0, board.Link.PublishedCount);
            Assert.IsTrue(board.Console.CountLines("connect failed token=not-subscribed") > 0);
        }

        [TestMethod]
        public void ACrashOnTrialIsRejectedOnce()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            board.Application.Crash("Exception: on start");
            int before = board.Files.Operations;
            life.Step();
            Assert.AreEqual((int)SlotState.Rejected, (int)board.Table[1].State);
            Assert.AreEqual("crashed", board.Table[1].RejectToken);
            Assert.AreEqual("Exception: on start", board.Table[1].RejectReason);
            Assert.IsFalse(life.WantsRestart, "its last words are on their way");
            for (int i = 0; i < 50; i++)
            {
                board.Clock.Advance(10);
                life.Step();
            }

            Assert.IsTrue(life.WantsRestart);
            Assert.AreEqual(2, board.Files.Operations - before, "one record written");
            Assert.AreEqual(1, board.Console.CountLines("trial failed"));
            life.End();
            Assert.AreEqual(1, board.Application.Stops);

            TestBoard after = board.Restarted();
            ConnectedBoard old = after.Start();
            Assert.AreEqual("1.0.0+0", after.Application.Image.Version.ToString());
            Turn(after, old, 3);
            Assert.AreEqual(1, after.Published(after.Topics.Status, "\"event\":\"reverted\",\"verdict\":\"crashed\",\"reason\":\"Exception: on start\",\"image\":\"" + Hex.Encode(TestImages.FileHash(TestBoard.NewImage)) + "\""));
            Assert.AreEqual(1u, after.StoredCounter);
            after.OrderUpdate(TestBoard.NewImage, "1.1.0");
            Turn(after, old, 3);
            Assert.AreEqual(1, after.Published(after.Topics.Status, "\"event\":\"offer\",\"verdict\":\"rejected-before\""));
        }

        [TestMethod]
        public void AHangOnTrialIsRejected()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            board.Application.BusyFor = 10000;
            life.Step();
            Assert.AreEqual((int)SlotState.Trial, (int)board.Table[1].State);
            board.Application.BusyFor = 10001;
            life.Step();
            Assert.AreEqual("hung", board.Table[1].RejectToken);
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart);
        }

        [TestMethod]
        public void ATrialWithoutTheFleetRestarts()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            life.Step();
            board.Clock.Advance(300000);
            board.Link.Drop();
            life.Step();
            board.Clock.Advance(1000);
            life.Step();
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart);
            Assert.AreEqual((int)SlotState.Trial, (int)board.Table[1].State, "its windows are not used up");
            Assert.AreEqual(0, board.Table[1].Trials, "and this was no start");
        }

        [TestMethod]
        public void AnImageThatMetNoNetworkIsTriedAgain()
        {
            TestBoard board = TestBoard.WithStaged();
            for (int window = 1; window <= 3; window++)
            {
                board.Link.ConnectResult = BrokerConnectResult.NetworkFailed;
                ConnectedBoard trial = board.Start();
                Assert.AreEqual("1.1.0+0", board.Application.Image.Version.ToString(), window.ToString());
                board.Application.IsHealthy = true;
                trial.Step();
                board.Clock.Advance(300001);
                trial.Step();
                board = board.Restarted();
            }

            ConnectedBoard old = board.Start();
            Assert.AreEqual("1.0.0+0", board.Application.Image.Version.ToString());
            Turn(board, old, 3);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"reverted\",\"verdict\":\"no-network\""));
            Assert.AreEqual(1, board.Table.Setbacks);

            // Offered again, it is fetched no second time but for its last part, verified, and tried.
            board.Clock.Advance(1000);
            board.OrderUpdate(TestBoard.NewImage, "1.1.0");
            Serve(board, old, TestBoard.NewImage);
            Assert.AreEqual((int)SlotState.Staged, (int)board.Table[1].State);
            board = board.Restarted();
            Prove(board, board.Start());
            CheckConfirmed(board);
            Assert.AreEqual(0, board.Table.Setbacks);
        }

        [TestMethod]
        public void AnApplicationThatStaysUnwellIsRejected()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            board.Clock.Advance(299000);
            Turn(board, life, 5);
            board.AnswerHeartbeat();
            Turn(board, life, 2);
            board.Clock.Advance(299000);
            life.Step();
            Assert.AreEqual((int)SlotState.Trial, (int)board.Table[1].State, "it has its window from when the fleet was reached");
            board.Clock.Advance(2000);
            board.Link.Drop();
            life.Step();
            Assert.AreEqual("unhealthy", board.Table[1].RejectToken);
            Assert.IsTrue(board.Table.IsRefused(board.Table[1].Digest));
        }

        [TestMethod]
        public void ARejectedImageIsNotTakenInAnotherFile()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            board.Application.Crash("Exception: on start");
            life.Step();
            board = board.Restarted();
            life = board.Start();

            // Somebody without a key makes another file of it; and another download has taken its slot meanwhile.
            byte[] twin = TestImages.Twin("1.1.0", 2);
            CollectionAssert.AreNotEqual(TestBoard.NewImage, twin);
            board.Clock.Advance(1000);
            board.OrderUpdate(twin, "1.1.0");
            Serve(board, life, twin);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"update\",\"verdict\":\"rejected-before\""));
            Assert.AreEqual((int)SlotState.Empty, (int)board.Table[1].State);
            Assert.IsFalse(life.WantsRestart);
            board = board.Restarted();
            life = board.Start();
            Turn(board, life, 3);
            board.Clock.Advance(1000);
            board.OrderUpdate(TestBoard.NewImage, "1.1.0");
            Serve(board, life, TestBoard.NewImage);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"update\",\"verdict\":\"rejected-before\""));
        }

        [TestMethod]
        public void SetbacksMakeTheNextDownloadWaitAlsoAfterARestart()
        {
            int[] longest = new int[] { 0, 1000, 4000, 16000, 64000, 256000, 1024000, 3600000, 3600000 };
            for (int setbacks = 0; setbacks < longest.Length; setbacks++)
            {
                TestBoard board = TestBoard.WithStaged();
                SlotTable table = board.Table;
                for (int i = 0; i < setbacks; i++)
                {
                    table.Return(1, "no-network", "");
                }

                if (setbacks == 0)
                {
                    table.Abandon();
                }

                board.Entropy.StuckAt = 0xFF;
                ConnectedBoard life = board.Start();
                Turn(board, life, 1);
                board.Clock.Advance(longest[setbacks] * 9L / 10);
                board.OrderUpdate(TestBoard.NewImage, "1.1.0");
                Turn(board, life, 3);
                bool waits = board.Published(board.Topics.ChunkRequest, "") == 0;
                Assert.AreEqual(setbacks > 0, waits, setbacks.ToString());
                board.Clock.Advance((longest[setbacks] / 10) + 1);
                Turn(board, life, 3);
                board.OrderUpdate(TestBoard.NewImage, "1.1.0");
                Turn(board, life, 3);
                Assert.AreEqual(1, board.Published(board.Topics.ChunkRequest, ""), "never a lock " + setbacks.ToString());
            }
        }

        [TestMethod]
        public void ALostConnectionDelaysTheDownloadAndLosesNothing()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Entropy.StuckAt = 0xFF;
            byte[] image = new ImageBuilder { Version = ImageVersion.Parse("1.1.0"), Payload = ImageBuilder.DotNetPayload(new byte[2500]) }.Counter(2).Build();
            byte[] offer = TestOrders.Update(TestBoard.NextOrder(), image, "1.1.0");
            ConnectedBoard life = board.Start();
            board.Order(offer);
            Turn(board, life, 3);
            board.Link.Deliver(board.Topics.ChunkReply, new ChunkReply(TestImages.FileHash(image), 0, ByteArray.Slice(image, 0, 1024)).Encode());
            Turn(board, life, 3);
            board.AnswerHeartbeat();
            Turn(board, life, 3);
            Reconnect(board, life);
            board.AnswerHeartbeat();
            board.Order(offer);
            Turn(board, life, 10);
            int asked = board.Published(board.Topics.ChunkRequest, "");
            Reconnect(board, life);
            board.Order(offer);
            int before = board.Files.Operations;
            Turn(board, life, 10);
            Assert.AreEqual(asked, board.Published(board.Topics.ChunkRequest, ""), "not at once");
            Assert.AreEqual(before, board.Files.Operations);
            board.Clock.Advance(1000);
            Turn(board, life, 3);
            Assert.AreEqual(1024, ChunkRequest.Decode(board.Last(board.Topics.ChunkRequest).Payload).Offset);
            Assert.AreEqual(2, board.Console.CountLines("update resumed at=1024"));
            Serve(board, life, image);
            Assert.AreEqual((int)SlotState.Staged, (int)board.Table[1].State);
        }

        [TestMethod]
        public void WhatIsResumedWronglyStartsAnewUnreported()
        {
            TestBoard board = TestBoard.Provisioned();
            byte[] image = new ImageBuilder { Version = ImageVersion.Parse("1.1.0"), Payload = ImageBuilder.DotNetPayload(new byte[2500]) }.Counter(2).Build();
            board.Table.BeginReceiving(TestImages.FileHash(image));
            board.Files.Put("slot-b.img", new byte[1024]);
            ConnectedBoard life = board.Start();
            board.OrderUpdate(image, "1.1.0");
            Serve(board, life, image);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"update\""));
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"update\",\"verdict\":\"accepted\""));
            Assert.AreEqual(1, board.Console.CountLines("update starts anew"));
            Assert.AreEqual((int)SlotState.Staged, (int)board.Table[1].State);
        }

        [TestMethod]
        public void AnApplicationInUseMayCrash()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            board.Application.Crash("Exception: later");
            Turn(board, life, 50);
            Assert.IsFalse(life.WantsRestart, "the fleet can still send something better");
            Assert.AreEqual(1, board.Console.CountLines("application crashed"));
            Assert.AreEqual((int)SlotState.Confirmed, (int)board.Table[0].State);

            board = TestBoard.Provisioned();
            life = board.Start();
            board.Application.BusyFor = 10001;
            life.Step();
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart);
            Assert.AreEqual((int)SlotState.Confirmed, (int)board.Table[0].State);
        }

        /// <summary>The first hang costs a restart at once; each further one an hour, in which the board is there for the fleet.</summary>
        [TestMethod]
        public void AnApplicationThatHangsAtEachStartDoesNotWearTheFlash()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            board.Application.BusyFor = 10001;
            life.Step();
            life.End();
            board = board.Restarted();
            life = board.Start();
            board.Application.BusyFor = 10001;
            Turn(board, life, 50);
            Assert.IsFalse(life.WantsRestart);
            Assert.IsTrue(board.Link.IsConnected);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"application\",\"verdict\":\"hung\""));
            board.Clock.Advance(3600000);
            Turn(board, life, 2);
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart);
        }

        [TestMethod]
        public void TheCounterIsRaisedAfterTheConfirmationOnly()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            Assert.AreEqual(1u, board.StoredCounter);
            board.Application.IsHealthy = true;
            Turn(board, life, 5);
            board.AnswerHeartbeat();

            // The cut comes between the two.
            board.Files.CutAt(board.Files.Operations + 3, MemoryFiles.Nothing);
            Assert.ThrowsException(typeof(PowerCutException), () => Turn(board, life, 5));
            TestBoard after = board.Restarted();
            Assert.AreEqual(1, after.Table.Active);
            Assert.AreEqual(1u, after.StoredCounter);
            after.Start();
            Assert.AreEqual(2u, after.StoredCounter, "made up for at the next start");
        }

        [TestMethod]
        public void AnOfferIsFetchedStagedAndTried()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            board.OrderUpdate(TestBoard.NewImage, "1.1.0");
            Serve(board, life, TestBoard.NewImage);
            Assert.AreEqual((int)SlotState.Staged, (int)board.Table[1].State);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"update\",\"verdict\":\"accepted\""));
            Assert.AreEqual(1u, board.StoredCounter);
            board.Clock.Advance(500);
            Assert.IsTrue(life.WantsRestart);

            TestBoard after = board.Restarted();
            ConnectedBoard trial = after.Start();
            Assert.AreEqual("1.1.0+0", after.Application.Image.Version.ToString());
            Prove(after, trial);
            CheckConfirmed(after);
            after.OrderUpdate(TestBoard.NewImage, "1.1.0");
            Turn(after, trial, 5);
            Assert.AreEqual(2, after.Published(after.Topics.Status, "\"event\":\"confirmed\""), "offered again, it says what it runs");
        }

        [TestMethod]
        public void OffersThatAreRefusedAreAnswered()
        {
            CheckOffer("not-newer", new WantedImage(new byte[32], 10, ImageVersion.Parse("0.9.0"), "virtual-board"));
            CheckOffer("other-board-type", new WantedImage(new byte[32], 10, ImageVersion.Parse("2.0.0"), "esp32"));
            CheckOffer("too-large", new WantedImage(new byte[32], 98305, ImageVersion.Parse("2.0.0"), "virtual-board"));
        }

        [TestMethod]
        public void AnImageThatDoesNotVerifyCostsWaiting()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Entropy.StuckAt = 0xFF;
            ConnectedBoard life = board.Start();
            byte[] image = new ImageBuilder { Key = TestKeys.Stranger, Version = ImageVersion.Parse("2.0.0") }.Build();
            byte[] offer = TestOrders.Update(TestBoard.NextOrder(), image, "2.0.0");
            board.Order(offer);
            Serve(board, life, image);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"update\",\"verdict\":\"unknown-key\""));
            Assert.IsFalse(life.WantsRestart);
            Assert.AreEqual((int)SlotState.Empty, (int)board.Table[1].State);
            int requests = board.Published(board.Topics.ChunkRequest, "");
            board.Order(offer);
            Turn(board, life, 5);
            Assert.AreEqual(requests, board.Published(board.Topics.ChunkRequest, ""), "not at once");
            Turn(board, life, 120);
            Assert.AreEqual(requests + 1, board.Published(board.Topics.ChunkRequest, ""), "but it is never locked out");
        }

        [TestMethod]
        public void AnOfferDuringATrialWaits()
        {
            TestBoard board = TestBoard.WithStaged();
            ConnectedBoard life = board.Start();
            Turn(board, life, 2);
            board.Order(TestOrders.Update(TestBoard.NextOrder(), new WantedImage(new byte[32], 10, ImageVersion.Parse("2.0.0"), "virtual-board")));
            Turn(board, life, 5);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"offer\",\"verdict\":\"trial-running\""));
            Assert.AreEqual(0, board.Published(board.Topics.ChunkRequest, ""));
        }

        [TestMethod]
        public void ALostConnectionIsMadeAgain()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            byte[] key = board.Link.Tls.DevicePrivateKey;
            Reconnect(board, life);
            Assert.AreEqual(2, board.Link.ConnectCount);
            for (int i = 0; i < key.Length; i++)
            {
                Assert.AreEqual(0, (int)key[i], "the old connection's key bytes are zeroed");
            }

            board.Link.ConnectResult = BrokerConnectResult.Refused;
            board.Link.Drop();
            Turn(board, life, 200);
            Assert.IsTrue(board.Link.ConnectCount > 2 && board.Link.ConnectCount < 40, board.Link.ConnectCount.ToString());
            Assert.IsTrue(board.Console.CountLines("connect failed token=refused-by-broker") > 0);
        }

        [TestMethod]
        public void SilenceOfTheFleetEndsAConnection()
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            life.Step();
            life.Step();
            Assert.AreEqual(1, board.Published(board.Topics.HeartbeatRequest, ""));
            board.Clock.Advance(30000);
            life.Step();
            Assert.AreEqual(2, board.Published(board.Topics.HeartbeatRequest, ""));
            board.Clock.Advance(60000);
            life.Step();
            Assert.IsFalse(board.Link.IsConnected);
            board.Clock.Advance(1000);
            life.Step();
            Assert.AreEqual(2, board.Link.ConnectCount);
        }

        [TestMethod]
        public void ACutAnywhereInAnUpdateEndsWithTheNewImage()
        {
            TestBoard uncut = TestBoard.Provisioned();
            UpdateToTheEnd(uncut);
            int operations = uncut.Files.Operations;
            Assert.IsTrue(operations >= 12, operations.ToString());
            for (int operation = 1; operation <= operations; operation++)
            {
                for (int bytes = MemoryFiles.Nothing; bytes <= 1000000; bytes = bytes < 0 ? 7 : bytes * 200000)
                {
                    TestBoard board = TestBoard.Provisioned();
                    board.Files.CutAt(operation, bytes);
                    Assert.ThrowsException(typeof(PowerCutException), () => UpdateToTheEnd(board));
                    TestBoard after = board.Restarted();
                    UpdateToTheEnd(after);
                    string where = "operation " + operation.ToString() + ", byte " + bytes.ToString();
                    SlotTable table = after.Table;
                    Assert.AreEqual("1.1.0+0", table[table.Active].Version.ToString(), where);
                    Assert.AreEqual(2u, after.StoredCounter, where);
                    CollectionAssert.AreEqual(TestBoard.Identity().Encode(), after.Store.Read("identity"), where);
                    Assert.IsTrue(TestKeys.Device.PublicKey.IsSameAs(TestBoard.KeyOf(after.Store).PublicKey), where);
                    if (bytes > 7)
                    {
                        break;
                    }
                }
            }
        }

        /// <summary>Offer, download, restart, trial, confirmation: as far as there is something left to do.</summary>
        private static void UpdateToTheEnd(TestBoard board)
        {
            for (int start = 0; start < 5; start++)
            {
                ConnectedBoard life = board.Start();
                SlotTable table = board.Table;
                if (board.Application.Image.Version.ToString() == "1.1.0+0")
                {
                    Prove(board, life);
                    return;
                }

                Assert.AreEqual("1.0.0+0", board.Application.Image.Version.ToString());
                board.OrderUpdate(TestBoard.NewImage, "1.1.0");
                Serve(board, life, TestBoard.NewImage);
                board = new TestBoard(board.Files);
            }

            Assert.IsTrue(false, "still the old image");
        }

        private static void CheckOffer(string token, WantedImage image)
        {
            TestBoard board = TestBoard.Provisioned();
            ConnectedBoard life = board.Start();
            Turn(board, life, 2);
            int before = board.Files.Operations;
            board.Order(TestOrders.Update(TestBoard.NextOrder(), image));
            Turn(board, life, 5);
            Assert.AreEqual(1, board.Published(board.Topics.Status, "\"event\":\"offer\",\"verdict\":\"" + token + "\""), token);
            Assert.AreEqual(0, board.Published(board.Topics.ChunkRequest, ""), token);
            Assert.AreEqual(before + 4, board.Files.Operations, token + ": its number, then the ledger's entry");
        }

        private static void CheckOnTrial(TestBoard board, string why)
        {
            Assert.AreEqual((int)SlotState.Trial, (int)board.Table[1].State, why);
            Assert.AreEqual(0, board.Table.Active, why);
            Assert.AreEqual(1u, board.StoredCounter, why);
        }

        private static void CheckConfirmed(TestBoard board)
        {
            Assert.AreEqual((int)SlotState.Confirmed, (int)board.Table[1].State);
            Assert.AreEqual(1, board.Table.Active);
            Assert.AreEqual(2u, board.StoredCounter);
        }

        private static void Prove(TestBoard board, ConnectedBoard life)
        {
            board.Application.IsHealthy = true;
            Turn(board, life, 3);
            board.AnswerHeartbeat();
            Turn(board, life, 3);
        }

        /// <summary>The connection breaks, and comes back after its wait.</summary>
        private static void Reconnect(TestBoard board, ConnectedBoard life)
        {
            board.Link.Drop();
            life.Step();
            Assert.IsFalse(board.Link.IsConnected, "not at once");
            board.Clock.Advance(1000);
            life.Step();
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

        /// <summary>The fleet answers every request for a part, until the board has said what it thinks of the image.</summary>
        private static void Serve(TestBoard board, ConnectedBoard life, byte[] image)
        {
            int served = 0;
            for (int i = 0; i < 200 && board.Published(board.Topics.Status, "\"event\":\"update\"") == 0; i++)
            {
                Turn(board, life, 1);
                int asked = board.Published(board.Topics.ChunkRequest, "");
                if (asked > served)
                {
                    served = asked;
                    ChunkRequest request = ChunkRequest.Decode(board.Last(board.Topics.ChunkRequest).Payload);
                    board.Link.Deliver(board.Topics.ChunkReply,
                        new ChunkReply(request.FileHash, request.Offset, ByteArray.Slice(image, request.Offset, request.Length)).Encode());
                }
            }
        }
    }
}
