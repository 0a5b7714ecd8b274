using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    [TestClass]
    public class BoardLifeTests
    {
        [TestMethod]
        public void TheFirstBootMakesAKeyAndWaits()
        {
            var board = new TestBoard(new MemoryFiles());
            RunFor(board, 2000);
            Assert.AreEqual(1, board.Console.CountLines("key made"));
            Assert.AreEqual(1, board.Console.CountLines("serial state=unprovisioned"));
            Assert.IsTrue(board.Radio.IsOn, "before the key");
            Assert.AreEqual(0, board.Link.ConnectCount);
            byte[] key = board.Store.Read("identity-key");
            TestBoard again = board.Restarted();
            RunFor(again, 2000);
            Assert.AreEqual(0, again.Console.CountLines("key made"), "the key stays");
            CollectionAssert.AreEqual(key, again.Store.Read("identity-key"));
        }

        [TestMethod]
        public void WithoutTheRadioThereIsNoKey()
        {
            var board = new TestBoard(new MemoryFiles());
            board.Radio.Starts = false;
            RunFor(board, 200000);
            Assert.AreEqual(1, board.Console.CountLines("halted token=entropy"));
            Assert.AreEqual(0, board.Files.Operations);
            Assert.AreEqual(0, board.Serial.Receive().Length);
        }

        [TestMethod]
        public void ABrokenNoiseSourceGivesNoKey()
        {
            CheckNoise(1, "repeats itself");
            CheckNoise(4, "favours a value");
        }

        [TestMethod]
        public void ABoardThatCannotVerifyHalts()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Clock.Patience = 200000;
            Assert.ThrowsException(typeof(BoardHaltedException), () => new BoardLife(board.Parts(), new CryptoSelfTest(new byte[64])).Run());
            Assert.AreEqual(1, board.Console.CountLines("halted token=self-test"));
            Assert.AreEqual(2, board.Console.LineCount, "nothing else after power-on");
            Assert.AreEqual(0, board.Link.ConnectCount);
            Assert.IsNull(board.Application.Image);
        }

        [TestMethod]
        public void ABoardThatCannotSignMakesNoKey()
        {
            var board = new TestBoard(new MemoryFiles());
            board.Clock.Patience = 200000;
            Assert.ThrowsException(typeof(BoardHaltedException), () => new BoardLife(board.Parts(), SignsOtherwise()).Run());
            Assert.AreEqual(1, board.Console.CountLines("halted token=self-test"));
            Assert.AreEqual(0, board.Files.Operations);
        }

        [TestMethod]
        public void ABoardThatCannotSignAsksForNoIdentity()
        {
            var files = new MemoryFiles();
            TestBoard.KeepKey(new RecordStore(files), TestKeys.Device);
            var board = new TestBoard(files);
            board.Clock.Patience = 200000;
            Send(board, MessageType.Hello, new HelloMessage(new byte[8]).Encode());
            Send(board, MessageType.Assign, new AssignMessage(TestPki.DeviceId).Encode());
            Assert.ThrowsException(typeof(BoardHaltedException), () => new BoardLife(board.Parts(), SignsOtherwise()).Run());
            Assert.AreEqual(1, board.Console.CountLines("halted token=self-test"));
            CheckRefusals(board, "self-test", 2);
        }

        [TestMethod]
        public void AProvisionedBoardDoesNotSign()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Clock.Patience = 3000;
            Assert.ThrowsException(typeof(BoardHaltedException), () => new BoardLife(board.Parts(), SignsOtherwise()).Run());
            Assert.AreEqual(1, board.Link.ConnectCount);
        }

        [TestMethod]
        public void ItIsProvisionedOverTheLineThenRestarts()
        {
            var files = new MemoryFiles();
            TestBoard.KeepKey(new RecordStore(files), TestKeys.Device);
            var board = new TestBoard(files);
            Send(board, MessageType.Hello, new HelloMessage(new byte[8]).Encode());
            Send(board, MessageType.Assign, new AssignMessage(TestPki.DeviceId).Encode());
            Send(board, MessageType.Identity, TestBoard.Identity().Encode());
            Send(board, MessageType.TakeSecrets, new byte[0]);
            Send(board, MessageType.SecretsKept, new SecretsKeptMessage(SecretsOf(board)).Encode());
            Send(board, MessageType.ImageBegin, new ImageBeginMessage(TestBoard.OldImage.Length, TestImages.FileHash(TestBoard.OldImage)).Encode());
            Send(board, MessageType.ImageChunk, new ImageChunkMessage(0, TestBoard.OldImage).Encode());
            Send(board, MessageType.ImageEnd, new byte[0]);
            Send(board, MessageType.Finish, new byte[0]);
            Assert.ThrowsException(typeof(BoardRestartedException), () => new BoardLife(board.Parts()).Run());
            Assert.AreEqual(1, board.Console.Restarts);

            TestBoard after = board.Restarted();
            Send(after, MessageType.Assign, new AssignMessage("dev-0002").Encode());
            RunFor(after, 3000);
            Assert.AreEqual(1, after.Console.CountLines("serial state=provisioned device=dev-0001"));
            Assert.AreEqual(1, after.Link.ConnectCount);
            Assert.AreEqual("1.0.0+0", after.Application.Image.Version.ToString());
            Assert.Contains("provisioned", TestBoard.Text(after.Serial.Receive()));
            CollectionAssert.AreEqual(TestBoard.Identity().Encode(), after.Store.Read("identity"));
            Assert.IsNotNull(SetupPassword.Load(SetupPassword.Record(after.Store, after.Sealer, after.Entropy)));
        }

        [TestMethod]
        public void ABuildForAnotherEnvironmentRefusesTheIdentity()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Anchors = TestBoard.TestAnchors("prod");
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("identity refused token=other-environment"));
            Assert.AreEqual(0, board.Console.CountLines("serial state=unprovisioned"), "and the line stays shut");
            Assert.AreEqual(0, board.Link.ConnectCount);
        }

        [TestMethod]
        public void ABuildWithoutKeysRefusesEverything()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Anchors = new TrustAnchors("", new byte[0][], new byte[0], new byte[0]);
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("identity refused token=no-root"));
            Assert.IsTrue(board.Console.CountLines("refused token=no-keys") > 0);
            Assert.AreEqual(0, board.Link.ConnectCount);
            Assert.IsNull(board.Application.Image);
        }

        [TestMethod]
        public void WithoutAnImageItWaitsInRecovery()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Files.Put("slot-a.img", null);
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("serial state=recovery device=dev-0001"));
            Assert.AreEqual(0, board.Link.ConnectCount);
            Assert.IsNull(board.Application.Image);
        }

        [TestMethod]
        public void ACopiedFlashIsRefused()
        {
            // Identity and image of one board, key of another.
            TestBoard board = TestBoard.Provisioned();
            TestBoard.KeepKey(board.Store, TestKeys.OtherDevice);
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("identity refused token=other-key"));
            Assert.AreEqual(0, board.Link.ConnectCount);

            // Whoever has no key has no identity: it is a new board, for a factory to provision.
            Assert.AreEqual(1, board.Console.CountLines("serial state=unprovisioned device=-"));
            Assert.IsNull(board.Application.Image);
        }

        [TestMethod]
        public void ALostKeyMakesANewBoard()
        {
            CheckLost("identity-key", "it is damaged");
            CheckLost("seal", "the seal key is gone");
        }

        [TestMethod]
        public void AnotherBoardsSealedKeyDoesNotOpen()
        {
            TestBoard board = TestBoard.Provisioned();
            var other = new TestBoard(new MemoryFiles());
            other.Entropy.IsTrueRandom = true;
            Assert.IsNotNull(DeviceKey.Generate(DeviceKey.Record(other.Store, other.Sealer, other.Entropy), new TestedNoise(other.Radio, other.Entropy), "a", out EntropyVerdict _));
            board.Store.Write("identity-key", other.Store.Read("identity-key"));
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("key lost token=key-lost reason=\"the seal does not fit"));
            Assert.AreEqual(1, board.Console.CountLines("serial state=unprovisioned"));
            Assert.AreEqual(0, board.Link.ConnectCount);
        }

        [TestMethod]
        public void AKeyOfBeforeIsSealed()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Store.Delete("seal");
            board.Store.Delete("identity-key");
            board.Store.Write("key", TestKeys.Device.ExportScalar());
            RunFor(board, 3000);
            Assert.AreEqual(1, board.Link.ConnectCount, "it is the same board");
            Assert.IsNull(board.Files.Peek("key.0"));
            Assert.IsNull(board.Files.Peek("key.1"));
            byte[] stored = board.Store.Read("identity-key");
            TestBoard again = board.Restarted();
            RunFor(again, 3000);
            CollectionAssert.AreEqual(stored, again.Store.Read("identity-key"), "once");
            Assert.AreEqual(1, again.Link.ConnectCount);
        }

        [TestMethod]
        public void AKeyOfBeforeStaysWhereThereIsNoNoise()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Store.Delete("seal");
            board.Store.Delete("identity-key");
            board.Store.Write("key", TestKeys.Device.ExportScalar());
            board.Entropy.StuckAt = 5;
            RunFor(board, 3000);
            Assert.AreEqual(32, board.Store.Read("key").Length);
            Assert.AreEqual(1, board.Link.ConnectCount);
        }

        [TestMethod]
        public void ASealerWithoutItsKnownAnswersHalts()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Sealer.ForgetsIv = true;
            RunFor(board, 200000);
            Assert.AreEqual(1, board.Console.CountLines("halted token=self-test"));
            Assert.AreEqual(0, board.Link.ConnectCount);
        }

        [TestMethod]
        public void AHaltedBoardSaysWhyOnTheLine()
        {
            var board = new TestBoard(new MemoryFiles());
            board.Radio.Starts = false;
            Send(board, MessageType.Hello, new HelloMessage(new byte[8]).Encode());
            Send(board, MessageType.Assign, new AssignMessage(TestPki.DeviceId).Encode());
            board.Serial.Send(new byte[] { (byte)'i', (byte)'d', 13 });
            RunFor(board, 20000);
            byte[] said = CheckRefusals(board, "entropy", 2);
            Assert.Contains("halted token=entropy reason=\"the noise source does not promise true randomness", TestBoard.Text(said));
        }

        [TestMethod]
        public void AFormattedFlashIsANewBoard()
        {
            var board = new TestBoard(new MemoryFiles());
            RunFor(board, 2000);
            Assert.IsFalse(TestBoard.KeyOf(board.Store).PublicKey.IsSameAs(TestKeys.Device.PublicKey));
            Assert.AreEqual(1, board.Console.CountLines("serial state=unprovisioned"));
        }

        private static void CheckNoise(int stuckEvery, string reason)
        {
            var board = new TestBoard(new MemoryFiles());
            board.Entropy.StuckAt = 0xA5;
            board.Entropy.StuckEvery = stuckEvery;
            RunFor(board, 200000);
            Assert.AreEqual(1, board.Console.CountLines("halted token=entropy reason=\"the noise source " + reason));
            Assert.AreEqual(0, board.Files.Operations);
            Assert.AreEqual(0, board.Serial.Receive().Length);
        }

        /// <summary>A self-test that verifying passes and signing does not: n - s in place of s.</summary>
        private static CryptoSelfTest SignsOtherwise()
        {
            return new CryptoSelfTest(Hex.Decode("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf37160834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9"));
        }

        /// <summary>The identity is there, and the key of that name, or the one that it is sealed under, is damaged.</summary>
        private static void CheckLost(string record, string reason)
        {
            TestBoard board = TestBoard.Provisioned();
            for (int copy = 0; copy < 2; copy++)
            {
                board.Files.Put(record + "." + copy.ToString(), null);
            }

            if (record != "seal")
            {
                board.Store.Write(record, new byte[100]);
            }

            RunFor(board, 3000);
            Assert.AreEqual(1, board.Console.CountLines("key lost token=key-lost reason=\"" + reason), reason);
            Assert.AreEqual(1, board.Console.CountLines("key made"), reason);
            Assert.AreEqual(1, board.Console.CountLines("serial state=unprovisioned device=-"), reason);
            Assert.AreEqual(0, board.Link.ConnectCount, reason);
            Assert.AreEqual(1u, board.StoredCounter, "the counter stays");
            TestBoard again = board.Restarted();
            RunFor(again, 3000);
            Assert.AreEqual(0, again.Console.CountLines("key made"), "the new key stays");
            Assert.AreEqual(1, again.Console.CountLines("serial state=unprovisioned"));
        }

        /// <summary>What stands for the secrets that a board with this noise makes.</summary>
        private static byte[] SecretsOf(TestBoard board)
        {
            var noise = new MemoryEntropy(7);
            var twin = new BoardSecrets(new TestedNoise(new MemoryRadio(noise), noise), board.Store, board.Sealer, noise);
            Assert.IsTrue(twin.Make(TestPki.HardwareId, out EntropyVerdict _));
            var told = new SecretsMessage(twin.Claim, twin.Password, new byte[32]);
            return BoardSecrets.HashOf(told.Claim, told.Password);
        }

        /// <summary>As many refusals came as frames were sent, all for that reason.</summary>
        private static byte[] CheckRefusals(TestBoard board, string token, int count)
        {
            byte[] said = board.Serial.Receive();
            var reader = new SerialFrameReader();
            for (int i = 0; i < said.Length; i++)
            {
                reader.Take(said[i]);
                if (!(reader.Frame is null))
                {
                    Assert.AreEqual(token, RefusedMessage.Decode(reader.Frame.Body).Token);
                    count--;
                }
            }

            Assert.AreEqual(0, count);
            return said;
        }

        private static void Send(TestBoard board, byte type, byte[] body)
        {
            board.Serial.Send(new SerialFrame(type, body).Encode());
        }

        /// <summary>Lives until it has slept that long in vain.</summary>
        private static void RunFor(TestBoard board, int milliseconds)
        {
            board.Clock.Patience = milliseconds;
            Assert.ThrowsException(typeof(BoardHaltedException), () => new BoardLife(board.Parts()).Run());
        }
    }
}
