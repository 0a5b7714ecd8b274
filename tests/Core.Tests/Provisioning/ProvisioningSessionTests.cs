using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Provisioning
{
    [TestClass]
    public class ProvisioningSessionTests
    {
        private static byte[] _image;

        [TestMethod]
        public void AWholeProvisioning()
        {
            var files = new MemoryFiles();
            ProvisioningSession session = Session(files, BoardState.Unprovisioned);
            BoardMessage board = BoardMessage.Decode(Ask(session, MessageType.Hello, new HelloMessage(Nonce()).Encode(), MessageType.Board));
            CollectionAssert.AreEqual(Nonce(), board.Nonce);
            Assert.AreEqual((int)BoardState.Unprovisioned, (int)board.State);
            Assert.AreEqual(TestPki.HardwareId, board.HardwareId);
            CollectionAssert.AreEqual(TestKeys.Device.PublicKey.KeyHash(), board.KeyHash);

            CsrMessage csr = CsrMessage.Decode(Ask(session, MessageType.Assign, new AssignMessage(TestPki.DeviceId).Encode(), MessageType.Csr));
            CertificateRequest request = CertificateRequest.Decode(Pem.Decode(CertificateRequest.PemLabel, csr.Pem));
            Assert.IsTrue(request.ProvesPossession);
            Assert.AreEqual(TestPki.DeviceId, request.Subject.CommonName);
            CollectionAssert.AreEqual(HashOf(MessageType.Assign, new AssignMessage(TestPki.DeviceId).Encode()), csr.RequestHash);

            Accept(session, MessageType.Identity, Identity().Encode());
            SecretsMessage secrets = KeepSecrets(session);
            SendImage(session, Image());
            Assert.IsNull(Password(files), "nor the password");
            Assert.IsNull(IdentityRecord.Load(new RecordStore(files)), "nothing is kept before Finish");
            Assert.AreEqual(0u, Counter(files));
            Accept(session, MessageType.Finish, new byte[0]);
            Assert.IsTrue(session.IsFinished);

            CollectionAssert.AreEqual(secrets.Password, Password(files));
            CollectionAssert.AreEqual(Identity().WithoutNetwork().Encode(), IdentityRecord.Load(new RecordStore(files)).Encode());
            SlotTable table = SlotTable.Load(new RecordStore(files));
            Assert.AreEqual(0, table.Active);
            Assert.AreEqual((int)SlotState.Confirmed, (int)table[0].State);
            CollectionAssert.AreEqual(TestImages.FileHash(Image()), table[0].FileHash);
            CollectionAssert.AreEqual(Image(), files.Peek("slot-a.img"));
            Assert.AreEqual(3u, Counter(files));
        }

        [TestMethod]
        public void TheIdentityIsWrittenLast()
        {
            var files = new MemoryFiles();
            var tracing = new TracingFiles(files);
            ProvisioningSession session = Session(tracing, BoardState.Unprovisioned);
            Provision(session);
            int identity = tracing.Find("create identity.", 0);
            Assert.IsTrue(identity > tracing.FindLast("write setup."));
            Assert.IsTrue(tracing.Find("create network.", 0) > 0);
            Assert.IsTrue(identity > tracing.FindLast("write network."));
            Assert.IsTrue(identity > tracing.FindLast("create slots."));
            Assert.IsTrue(identity > tracing.FindLast("write slots."));
            Assert.IsTrue(identity > tracing.FindLast("write counter."));
        }

        [TestMethod]
        public void ACutAnywhereLeavesAnUnprovisionedBoardOrAWholeOne()
        {
            var uncut = new MemoryFiles();
            Provision(Session(uncut, BoardState.Unprovisioned));
            int operations = uncut.Operations;
            Assert.IsTrue(operations > 10, operations.ToString());
            int unprovisioned = 0;
            int provisioned = 0;
            for (int operation = 1; operation <= operations; operation++)
            {
                for (int bytes = MemoryFiles.Nothing; bytes < 60; bytes += bytes < 0 ? 1 : 12)
                {
                    var files = new MemoryFiles();
                    files.CutAt(operation, bytes);
                    Assert.ThrowsException(typeof(PowerCutException), () => Provision(Session(files, BoardState.Unprovisioned)));
                    files.PowerOn();
                    if (IdentityRecord.Load(new RecordStore(files)) is null)
                    {
                        unprovisioned++;
                        Provision(Session(files, BoardState.Unprovisioned));
                    }
                    else
                    {
                        provisioned++;
                    }

                    CheckWhole(files, "operation " + operation.ToString() + ", byte " + bytes.ToString());
                }
            }

            Assert.IsTrue(provisioned > 0 && unprovisioned > provisioned);
        }

        [TestMethod]
        public void AProvisionedBoardSaysWhoItIsAndNoMore()
        {
            var files = new MemoryFiles();
            ProvisioningSession session = Session(files, BoardState.Provisioned);
            int before = files.Operations;
            Ask(session, MessageType.Hello, new HelloMessage(Nonce()).Encode(), MessageType.Board);
            for (int type = 2; type < 128; type++)
            {
                Refuse("provisioned", session, (byte)type, Body((byte)type));
            }

            Refuse("provisioned", session, 0, new byte[0]);
            Assert.AreEqual(before, files.Operations, "nothing stored changed");
            Assert.IsFalse(session.IsFinished);
        }

        [TestMethod]
        public void ABoardInRecoveryTakesAnImageOnly()
        {
            var files = new MemoryFiles();
            ProvisioningSession session = Session(files, BoardState.Recovery);
            Refuse("provisioned", session, MessageType.Assign, Body(MessageType.Assign));
            Refuse("provisioned", session, MessageType.Identity, Body(MessageType.Identity));
            Refuse("provisioned", session, MessageType.TakeSecrets, new byte[0]);
            Refuse("provisioned", session, MessageType.SecretsKept, new SecretsKeptMessage(new byte[32]).Encode());
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);
            SendImage(session, Image());
            Accept(session, MessageType.Finish, new byte[0]);
            Assert.IsTrue(session.IsFinished);
            Assert.IsNull(IdentityRecord.Load(new RecordStore(files)), "the identity is not this message's to write");
            Assert.AreEqual((int)SlotState.Confirmed, (int)SlotTable.Load(new RecordStore(files))[0].State);
        }

        [TestMethod]
        public void ARecoveryImageGoesThroughTheSameDoor()
        {
            var files = new MemoryFiles();
            new SecurityCounter(new RecordStore(files), 0).RaiseTo(4);
            ProvisioningSession session = Session(files, BoardState.Recovery);
            RefuseImage("counter-too-low", session, Image());
            RefuseImage("unknown-key", session, new ImageBuilder { Key = TestKeys.Stranger }.Build());
            SendImage(session, TestImages.Of("1.0.0", 4));
            Accept(session, MessageType.Finish, new byte[0]);
        }

        [TestMethod]
        public void StepsOutOfOrderAreRefused()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Unprovisioned);
            Refuse("out-of-order", session, MessageType.Identity, Identity().Encode());
            Refuse("out-of-order", session, MessageType.ImageChunk, new ImageChunkMessage(0, new byte[1]).Encode());
            Refuse("out-of-order", session, MessageType.ImageEnd, new byte[0]);
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);

            // Without an identity, without an image.
            SendImage(session, Image());
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);
            session = Session(new MemoryFiles(), BoardState.Unprovisioned);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.Identity, Identity().Encode());
            KeepSecrets(session);
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);

            // The image may come first.
            session = Session(new MemoryFiles(), BoardState.Unprovisioned);
            SendImage(session, Image());
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.Identity, Identity().Encode());
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);
            KeepSecrets(session);
            Accept(session, MessageType.Finish, new byte[0]);
        }

        [TestMethod]
        public void ANewIdTakesTheOldCertificateAway()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Unprovisioned);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.Identity, Identity().Encode());
            KeepSecrets(session);
            SendImage(session, Image());
            Ask(session, MessageType.Assign, new AssignMessage("dev-0002").Encode(), MessageType.Csr);
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);
            Refuse("other-id", session, MessageType.Identity, Identity().Encode());
        }

        [TestMethod]
        public void ARefusedImageTakesTheOldOneAway()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Recovery);
            SendImage(session, Image());
            RefuseImage("unknown-key", session, new ImageBuilder { Key = TestKeys.Stranger }.Build());
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);

            session = Session(new MemoryFiles(), BoardState.Recovery);
            SendImage(session, Image());
            Begin(session, Image());
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);
        }

        [TestMethod]
        public void CertificatesGoThroughTheirDoor()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Unprovisioned);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            CertificateBuilder other = TestPki.DeviceBuilder();
            other.KeyInfo = TestKeys.OtherDevice.PublicKey.EncodeSubjectPublicKeyInfo();
            Refuse("other-key", session, MessageType.Identity, With(other.Build(TestKeys.Issuing)).Encode());
            Refuse("wrong-signature", session, MessageType.Identity, With(TestPki.DeviceBuilder().Build(TestKeys.Stranger)).Encode());
            Refuse("malformed-certificate", session, MessageType.Identity, With(new byte[5]).Encode());
            SendImage(session, Image());
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);
            Accept(session, MessageType.Identity, Identity().Encode());
        }

        [TestMethod]
        public void AFirmwareWithoutKeysTakesNothing()
        {
            var files = new MemoryFiles();
            var store = new RecordStore(files);
            var self = new BoardSelf(BoardState.Unprovisioned, TestPki.HardwareId, "virtual-board", "0.1.0", "", new byte[0], new byte[32], "");
            var session = new ProvisioningSession(files, store, TestKeys.Identity, self, TestRules.Of(new P256PublicKey[0], 2, 0), SlotTable.Load(store), new SecurityCounter(store, 0), Secrets(store, 1, true));
            Ask(session, MessageType.Hello, new HelloMessage(Nonce()).Encode(), MessageType.Board);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Refuse("no-root", session, MessageType.Identity, Identity().Encode());
            RefuseImage("no-keys", session, Image());
        }

        [TestMethod]
        public void ImagesAreTakenInOrder()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Recovery);
            byte[] image = Image();
            Begin(session, image);
            Refuse("out-of-order", session, MessageType.ImageChunk, Chunk(image, 1, 10));
            Accept(session, MessageType.ImageChunk, Chunk(image, 0, 10));
            Accept(session, MessageType.ImageChunk, Chunk(image, 0, 10));
            Refuse("out-of-order", session, MessageType.ImageChunk, Chunk(image, 0, 9));
            Refuse("out-of-order", session, MessageType.ImageChunk, Chunk(image, 11, 10));
            Refuse("out-of-order", session, MessageType.ImageEnd, new byte[0]);
            Refuse("out-of-order", session, MessageType.ImageChunk, new ImageChunkMessage(0x7FFFFFFF, new byte[11]).Encode());
            Accept(session, MessageType.ImageChunk, Chunk(image, 10, image.Length - 10));
            Refuse("out-of-order", session, MessageType.ImageChunk, new ImageChunkMessage(image.Length, new byte[1]).Encode());
            Accept(session, MessageType.ImageEnd, new byte[0]);
            Accept(session, MessageType.ImageEnd, new byte[0]);
            Accept(session, MessageType.Finish, new byte[0]);
        }

        [TestMethod]
        public void AChunkThatGoesBeyondTheEndIsRefused()
        {
            var files = new MemoryFiles();
            ProvisioningSession session = Session(files, BoardState.Recovery);
            Accept(session, MessageType.ImageBegin, new ImageBeginMessage(10, new byte[32]).Encode());
            Refuse("out-of-order", session, MessageType.ImageChunk, new ImageChunkMessage(0, new byte[11]).Encode());
            Assert.AreEqual(0, files.Peek("slot-a.img").Length);
        }

        [TestMethod]
        public void ImagesBeyondTheSlotAreRefusedAtOnce()
        {
            var files = new MemoryFiles();
            ProvisioningSession session = Session(files, BoardState.Recovery);
            int before = files.Operations;
            Refuse("too-large", session, MessageType.ImageBegin, new ImageBeginMessage(TestRules.MaximumSize + 1, new byte[32]).Encode());
            Assert.AreEqual(before, files.Operations);
            Accept(session, MessageType.ImageBegin, new ImageBeginMessage(TestRules.MaximumSize, new byte[32]).Encode());
        }

        [TestMethod]
        public void TheFileIsTheOneAnnounced()
        {
            var files = new MemoryFiles();
            ProvisioningSession session = Session(files, BoardState.Recovery);
            byte[] image = Image();
            Accept(session, MessageType.ImageBegin, new ImageBeginMessage(image.Length, new byte[32]).Encode());
            Accept(session, MessageType.ImageChunk, Chunk(image, 0, image.Length));
            Refuse("wrong-hash", session, MessageType.ImageEnd, new byte[0]);
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);
            Assert.AreEqual((int)SlotState.Empty, (int)SlotTable.Load(new RecordStore(files))[0].State);
        }

        [TestMethod]
        public void MalformedBodiesAreRefused()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Unprovisioned);
            byte[] types = new byte[] { MessageType.Hello, MessageType.Assign, MessageType.Identity, MessageType.SecretsKept, MessageType.ImageBegin, MessageType.ImageChunk };
            for (int i = 0; i < types.Length; i++)
            {
                Refuse("malformed", session, types[i], new byte[0]);
                Refuse("malformed", session, types[i], new byte[] { 0xFF });
                Refuse("malformed", session, types[i], new byte[2048]);
            }

            Refuse("unknown-message", session, 0x7F, new byte[0]);
            Refuse("unknown-message", session, 0, new byte[0]);
        }

        [TestMethod]
        public void APersonMayAskWhoItIs()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Provisioned);
            Assert.StartsWith("state=provisioned device=dev-0001 hardware=0242ac110002 board=virtual-board", session.AnswerLine("id"));
            Assert.IsNotNull(session.AnswerLine("help"), "outside of production");
            Assert.IsNull(session.AnswerLine("csr"));
            Assert.IsNull(session.AnswerLine("csr dev-0001"));
            Assert.IsNull(session.AnswerLine(""));
            Assert.IsNull(Session(new MemoryFiles(), BoardState.Recovery).AnswerLine("csr"));
        }

        [TestMethod]
        public void APersonMayAskForTheRequest()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Unprovisioned);
            Assert.IsNotNull(session.AnswerLine("help"));
            CheckRequest(TestPki.HardwareId, session.AnswerLine("csr"));
            CheckRequest("my-board", session.AnswerLine("csr my-board"));
            Assert.StartsWith("an id is", session.AnswerLine("csr My board"));
            Assert.IsNull(session.AnswerLine("csr "));
            Assert.IsNull(session.AnswerLine("csrx"));
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            CheckRequest(TestPki.DeviceId, session.AnswerLine("csr"));
        }

        [TestMethod]
        public void AnAnswerIsForOneRequestOfOneSession()
        {
            // ImageEnd and Finish have equal bodies, and so have two sessions.
            byte[] end = HashOf(MessageType.ImageEnd, new byte[0]);
            CollectionAssert.AreNotEqual(end, HashOf(MessageType.Finish, new byte[0]));
            CollectionAssert.AreNotEqual(end, SerialSession.None().HashOf(MessageType.ImageEnd, new byte[0]));
            CollectionAssert.AreNotEqual(HashOf(1, new byte[] { 2 }), HashOf(1, new byte[] { 2, 0 }));
        }

        [TestMethod]
        public void WhoWasNotGreetedIsAskedNothing()
        {
            ProvisioningSession session = Ungreeted(new MemoryFiles(), BoardState.Unprovisioned, 1, true);
            for (int type = 2; type < 10; type++)
            {
                byte[] body = Body((byte)type);
                RefusedMessage refused = RefusedMessage.Decode(session.Answer(new SerialFrame((byte)type, body)).Body);
                Assert.AreEqual("not-greeted", refused.Token);
                CollectionAssert.AreEqual(SerialSession.None().HashOf((byte)type, body), refused.RequestHash);
            }
        }

        [TestMethod]
        public void AnotherGreetingBeginsAnew()
        {
            var files = new MemoryFiles();
            ProvisioningSession session = Session(files, BoardState.Unprovisioned);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.Identity, Identity().Encode());
            SecretsMessage first = KeepSecrets(session);
            SendImage(session, Image());

            // The same greeting again, and the same id, are late or repeated ones.
            Ask(session, MessageType.Hello, new HelloMessage(Nonce()).Encode(), MessageType.Board);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.ImageEnd, new byte[0]);

            Ask(session, MessageType.Hello, new HelloMessage(new byte[] { 9, 9, 9, 9, 9, 9, 9, 9 }).Encode(), MessageType.Board);
            Assert.AreEqual("out-of-order", Token(session, MessageType.Finish, new byte[0]));
            Assert.AreEqual("out-of-order", Token(session, MessageType.ImageEnd, new byte[0]));
            Assert.AreEqual("out-of-order", Token(session, MessageType.TakeSecrets, new byte[0]));
            Assert.AreEqual("out-of-order", Token(session, MessageType.Identity, Identity().Encode()));
            Ask(session, MessageType.Hello, new HelloMessage(Nonce()).Encode(), MessageType.Board);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.Identity, Identity().Encode());
            SecretsMessage second = KeepSecrets(session);
            CollectionAssert.AreNotEqual(first.Claim, second.Claim, "what was kept once is never told again");
            CollectionAssert.AreNotEqual(first.Password, second.Password);
        }

        [TestMethod]
        public void SecretsAreToldUntilTheyAreKept()
        {
            var files = new MemoryFiles();
            ProvisioningSession session = Session(files, BoardState.Unprovisioned);
            Refuse("out-of-order", session, MessageType.TakeSecrets, new byte[0]);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Refuse("out-of-order", session, MessageType.TakeSecrets, new byte[0]);
            Accept(session, MessageType.Identity, Identity().Encode());
            Refuse("out-of-order", session, MessageType.SecretsKept, new SecretsKeptMessage(new byte[32]).Encode());
            SecretsMessage first = SecretsMessage.Decode(Ask(session, MessageType.TakeSecrets, new byte[0], MessageType.Secrets));
            SecretsMessage again = SecretsMessage.Decode(Ask(session, MessageType.TakeSecrets, new byte[0], MessageType.Secrets));
            CollectionAssert.AreEqual(first.Claim, again.Claim);
            CollectionAssert.AreEqual(first.Password, again.Password);
            CollectionAssert.AreEqual(HashOf(MessageType.TakeSecrets, new byte[0]), first.RequestHash);
            Refuse("out-of-order", session, MessageType.SecretsKept, new SecretsKeptMessage(new byte[32]).Encode());
            byte[] kept = new SecretsKeptMessage(BoardSecrets.HashOf(first.Claim, first.Password)).Encode();
            Accept(session, MessageType.SecretsKept, kept);
            Accept(session, MessageType.SecretsKept, kept);
            Refuse("out-of-order", session, MessageType.SecretsKept, new SecretsKeptMessage(new byte[32]).Encode());
            Refuse("out-of-order", session, MessageType.TakeSecrets, new byte[0]);
        }

        [TestMethod]
        public void TheClaimSecretIsZeroedWhenItIsKept()
        {
            BoardSecrets secrets = Secrets(new RecordStore(new MemoryFiles()), 1, true);
            Assert.IsTrue(secrets.Make(TestPki.HardwareId, out EntropyVerdict _));
            byte[] claim = secrets.Claim;
            Assert.IsTrue(BoardSecrets.AreLetters(claim, 20));
            Assert.IsTrue(secrets.Confirm(BoardSecrets.HashOf(claim, secrets.Password)));
            CollectionAssert.AreEqual(new byte[20], claim);
            Assert.IsFalse(secrets.CanBeTold);
        }

        [TestMethod]
        public void TheClaimSecretNeverReachesTheFlash()
        {
            var files = new MemoryFiles();
            var tracing = new TracingFiles(files);
            ProvisioningSession session = Session(tracing, BoardState.Unprovisioned);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.Identity, Identity().Encode());
            SecretsMessage secrets = KeepSecrets(session);
            Assert.AreEqual(-1, tracing.FindLast("write setup."), "nothing is stored for them before Finish");
            SendImage(session, Image());
            Accept(session, MessageType.Finish, new byte[0]);
            string[] names = new string[] { "setup.0", "setup.1", "identity.0", "identity.1", "slots.0", "slots.1", "counter.0", "counter.1", "slot-a.img", "seal.0", "seal.1" };
            for (int i = 0; i < names.Length; i++)
            {
                Assert.IsFalse(Holds(files.Peek(names[i]), secrets.Claim), names[i]);
                Assert.IsFalse(Holds(files.Peek(names[i]), secrets.Password), names[i]);
            }

            CollectionAssert.AreEqual(secrets.Password, Password(files));
        }

        [TestMethod]
        public void WithoutNoiseThereAreNoSecrets()
        {
            ProvisioningSession session = Ungreeted(new MemoryFiles(), BoardState.Unprovisioned, 1, false);
            Ask(session, MessageType.Hello, new HelloMessage(Nonce()).Encode(), MessageType.Board);
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.Identity, Identity().Encode());
            Refuse("entropy", session, MessageType.TakeSecrets, new byte[0]);
            SendImage(session, Image());
            Refuse("out-of-order", session, MessageType.Finish, new byte[0]);
        }

        [TestMethod]
        public void AnswersAreNotAnswered()
        {
            ProvisioningSession session = Session(new MemoryFiles(), BoardState.Unprovisioned);
            ProvisioningSession provisioned = Session(new MemoryFiles(), BoardState.Provisioned);
            var halted = new HaltedAnswers("entropy", "none");
            for (int type = 128; type < 256; type++)
            {
                Assert.IsNull(session.Answer(new SerialFrame((byte)type, new byte[0])));
                Assert.IsNull(provisioned.Answer(new SerialFrame((byte)type, new byte[0])));
                Assert.IsNull(halted.Answer(new SerialFrame((byte)type, new byte[0])));
            }
        }

        private static byte[] Image()
        {
            return _image ?? (_image = TestImages.Of("1.0.0", 3));
        }

        private static IdentityMessage Identity()
        {
            return With(TestPki.Device);
        }

        private static IdentityMessage With(byte[] certificate)
        {
            return new IdentityMessage(certificate, TestPki.Issuing, "broker.lab", 8883, 5, "line", "wifi-passphrase");
        }

        private static byte[] Body(byte type)
        {
            return type == MessageType.Assign ? new AssignMessage(TestPki.DeviceId).Encode()
                : type == MessageType.Identity ? Identity().Encode()
                : type == MessageType.ImageBegin ? new ImageBeginMessage(10, new byte[32]).Encode()
                : type == MessageType.ImageChunk ? new ImageChunkMessage(0, new byte[10]).Encode()
                : new byte[0];
        }

        private static byte[] Chunk(byte[] image, int offset, int count)
        {
            return new ImageChunkMessage(offset, ByteArray.Slice(image, offset, count)).Encode();
        }

        private static byte[] Nonce()
        {
            return new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 };
        }

        private static byte[] HashOf(byte type, byte[] body)
        {
            return new SerialSession(Nonce()).HashOf(type, body);
        }

        private static void CheckRequest(string id, string pem)
        {
            byte[] text = new byte[pem.Length + 1];
            text[pem.Length] = 10;
            for (int i = 0; i < pem.Length; i++)
            {
                text[i] = (byte)pem[i];
            }

            CertificateRequest request = CertificateRequest.Decode(Pem.Decode(CertificateRequest.PemLabel, text));
            Assert.AreEqual(id, request.Subject.CommonName);
            Assert.IsTrue(request.ProvesPossession);
        }

        private static SecretsMessage KeepSecrets(ProvisioningSession session)
        {
            SecretsMessage secrets = SecretsMessage.Decode(Ask(session, MessageType.TakeSecrets, new byte[0], MessageType.Secrets));
            Accept(session, MessageType.SecretsKept, new SecretsKeptMessage(BoardSecrets.HashOf(secrets.Claim, secrets.Password)).Encode());
            return secrets;
        }

        private static byte[] Password(MemoryFiles files)
        {
            return SetupPassword.Load(SetupPassword.Record(new RecordStore(files), new MemorySealer(), new MemoryEntropy(1)));
        }

        private static BoardSecrets Secrets(RecordStore store, uint seed, bool hasNoise)
        {
            var noise = new MemoryEntropy(seed);
            var radio = new MemoryRadio(noise) { Starts = hasNoise };
            return new BoardSecrets(new TestedNoise(radio, noise), store, new MemorySealer(), noise);
        }

        private static bool Holds(byte[] data, byte[] part)
        {
            for (int start = 0; !(data is null) && start + part.Length <= data.Length; start++)
            {
                if (ByteArray.AreEqual(ByteArray.Slice(data, start, part.Length), part))
                {
                    return true;
                }
            }

            return false;
        }

        private static string Token(ProvisioningSession session, byte type, byte[] body)
        {
            return RefusedMessage.Decode(session.Answer(new SerialFrame(type, body)).Body).Token;
        }

        /// <summary>As it stands after a greeting with <see cref="Nonce"/>; the seal key was made before, as the first boot does.</summary>
        private static ProvisioningSession Session(DeviceFirmware.Ports.IFiles files, BoardState state)
        {
            ProvisioningSession session = Ungreeted(files, state, 1, true);
            Ask(session, MessageType.Hello, new HelloMessage(Nonce()).Encode(), MessageType.Board);
            return session;
        }

        private static ProvisioningSession Ungreeted(DeviceFirmware.Ports.IFiles files, BoardState state, uint seed, bool hasNoise)
        {
            var store = new RecordStore(files);
            var counter = new SecurityCounter(store, 0);
            var self = new BoardSelf(state, TestPki.HardwareId, "virtual-board", "0.1.0", TestPki.Environment, TestPki.FactoryRoot,
                TestKeys.Device.PublicKey.KeyHash(), state == BoardState.Unprovisioned ? "" : TestPki.DeviceId);
            return new ProvisioningSession(files, store, TestKeys.Identity, self, TestRules.WithCounter(counter.Value), SlotTable.Load(store), counter, Secrets(store, seed, hasNoise));
        }

        private static void Provision(ProvisioningSession session)
        {
            Ask(session, MessageType.Assign, Body(MessageType.Assign), MessageType.Csr);
            Accept(session, MessageType.Identity, Identity().Encode());
            KeepSecrets(session);
            SendImage(session, Image());
            Accept(session, MessageType.Finish, new byte[0]);
        }

        private static void CheckWhole(MemoryFiles files, string where)
        {
            var store = new RecordStore(files);
            Assert.IsNotNull(IdentityRecord.Load(store), where);
            Assert.IsNotNull(Password(files), where);
            new NetworkRecord(store, new MemorySealer(), new MemoryEntropy(1)).Load(out NetworkCredentials network, out NetworkCredentials _);
            Assert.AreEqual("line", network.Name, where);
            Assert.AreEqual("wifi-passphrase", network.Password, where);
            Assert.AreEqual(-1, TestBoard.Text(store.Read("identity")).IndexOf("wifi"), where);
            var counter = new SecurityCounter(store, 0);
            Assert.AreEqual(3u, counter.Value, where);
            BootSequence boot = BootSequence.Run(files, SlotTable.Load(store), TestRules.WithCounter(counter.Value), new MemoryBoard());
            Assert.IsNotNull(boot.Image, where);
            Assert.AreEqual("1.0.0+0", boot.Image.Version.ToString(), where);
        }

        private static void Begin(ProvisioningSession session, byte[] image)
        {
            Accept(session, MessageType.ImageBegin, new ImageBeginMessage(image.Length, TestImages.FileHash(image)).Encode());
        }

        private static void SendImage(ProvisioningSession session, byte[] image)
        {
            SendChunks(session, image);
            Accept(session, MessageType.ImageEnd, new byte[0]);
        }

        private static void RefuseImage(string token, ProvisioningSession session, byte[] image)
        {
            SendChunks(session, image);
            Refuse(token, session, MessageType.ImageEnd, new byte[0]);
        }

        private static void SendChunks(ProvisioningSession session, byte[] image)
        {
            Begin(session, image);
            for (int offset = 0; offset < image.Length; offset += 200)
            {
                Accept(session, MessageType.ImageChunk, Chunk(image, offset, image.Length - offset < 200 ? image.Length - offset : 200));
            }
        }

        private static byte[] Ask(ProvisioningSession session, byte type, byte[] body, byte expected)
        {
            SerialFrame answer = session.Answer(new SerialFrame(type, body));
            Assert.AreEqual((int)expected, (int)answer.Type);
            return answer.Body;
        }

        private static void Accept(ProvisioningSession session, byte type, byte[] body)
        {
            SerialFrame answer = session.Answer(new SerialFrame(type, body));
            RefusedMessage refused = RefusedMessage.Decode(answer.Body);
            Assert.AreEqual((int)MessageType.Ack, (int)answer.Type, refused is null ? "" : refused.Token);
            CollectionAssert.AreEqual(HashOf(type, body), AckMessage.Decode(answer.Body).RequestHash);
        }

        private static void Refuse(string token, ProvisioningSession session, byte type, byte[] body)
        {
            SerialFrame answer = session.Answer(new SerialFrame(type, body));
            Assert.AreEqual((int)MessageType.Refused, (int)answer.Type, type.ToString());
            Assert.AreEqual(token, RefusedMessage.Decode(answer.Body).Token, type.ToString());
        }

        private static uint Counter(MemoryFiles files)
        {
            return new SecurityCounter(new RecordStore(files), 0).Value;
        }
    }
}
