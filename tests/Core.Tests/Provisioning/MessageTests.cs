using DeviceFirmware.Bytes;
using DeviceFirmware.Provisioning;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Provisioning
{
    /// <summary>Every message goes both ways; cut off, with something behind it, or out of its bounds it is refused.</summary>
    [TestClass]
    public class MessageTests
    {
        private const int Hello = 1;
        private const int Assign = 2;
        private const int Identity = 3;
        private const int ImageBegin = 4;
        private const int ImageChunk = 5;
        private const int Board = 6;
        private const int Csr = 7;
        private const int Ack = 8;
        private const int Refused = 9;
        private const int Secrets = 10;
        private const int SecretsKept = 11;

        [TestMethod]
        public void EachIsExactlyItsOwnBytes()
        {
            for (int kind = Hello; kind <= SecretsKept; kind++)
            {
                byte[] body = Sample(kind);
                Assert.IsTrue(Decodes(kind, body), "kind " + kind.ToString());
                for (int length = 0; length < body.Length; length++)
                {
                    Assert.IsFalse(Decodes(kind, ByteArray.Slice(body, 0, length)), "kind " + kind.ToString() + ", length " + length.ToString());
                }

                Assert.IsFalse(Decodes(kind, ByteArray.Concat(body, new byte[1])), "kind " + kind.ToString() + ", a byte more");
                body[0]++;
                Assert.IsFalse(Decodes(kind, body), "kind " + kind.ToString() + ", a pair more");
                body[0] -= 2;
                Assert.IsFalse(Decodes(kind, body), "kind " + kind.ToString() + ", a pair less");
            }
        }

        [TestMethod]
        public void HelloOnTheWire()
        {
            Assert.AreEqual("a20102024801020304050607ff", Hex.Encode(new HelloMessage(Hex.Decode("01020304050607ff")).Encode()));
            Assert.IsNull(HelloMessage.Decode(Hex.Decode("a20101024801020304050607ff")), "another protocol version");
            Assert.IsNull(HelloMessage.Decode(Hex.Decode("a20102024701020304050607")), "a short nonce");
        }

        [TestMethod]
        public void AssignedIdsAreNames()
        {
            Assert.AreEqual("dev-1", AssignMessage.Decode(new AssignMessage("dev-1").Encode()).DeviceId);
            Assert.IsNull(AssignMessage.Decode(new AssignMessage("").Encode()));
            Assert.IsNull(AssignMessage.Decode(new AssignMessage("Dev").Encode()));
            Assert.IsNull(AssignMessage.Decode(new AssignMessage("a/b").Encode()));
            Assert.IsNull(AssignMessage.Decode(new AssignMessage("+").Encode()));
            Assert.IsNull(AssignMessage.Decode(new AssignMessage("a23456789012345678901234567890123").Encode()));
        }

        [TestMethod]
        public void IdentitiesAreBounded()
        {
            IdentityMessage read = IdentityMessage.Decode(Sample(Identity));
            Assert.AreEqual(3, read.Certificate.Length);
            Assert.AreEqual(4, read.Issuer.Length);
            Assert.AreEqual("broker.lab", read.BrokerHost);
            Assert.AreEqual(8883, read.BrokerPort);
            Assert.AreEqual(60, read.TelemetrySeconds);
            Assert.AreEqual("net", read.NetworkName);
            Assert.AreEqual("secret", read.NetworkPassword);
            Assert.IsTrue(IsTaken(896, 896, "h", 1, 1, "", ""));
            Assert.IsTrue(IsTaken(1, 1, "h", 65535, 86400, "", ""));
            Assert.IsFalse(IsTaken(0, 1, "h", 1, 1, "", ""));
            Assert.IsFalse(IsTaken(897, 1, "h", 1, 1, "", ""));
            Assert.IsFalse(IsTaken(1, 0, "h", 1, 1, "", ""));
            Assert.IsFalse(IsTaken(1, 897, "h", 1, 1, "", ""));
            Assert.IsFalse(IsTaken(1, 1, "", 1, 1, "", ""));
            Assert.IsFalse(IsTaken(1, 1, new string('h', 129), 1, 1, "", ""));
            Assert.IsFalse(IsTaken(1, 1, "h", 0, 1, "", ""));
            Assert.IsFalse(IsTaken(1, 1, "h", 65536, 1, "", ""));
            Assert.IsFalse(IsTaken(1, 1, "h", 1, 0, "", ""));
            Assert.IsFalse(IsTaken(1, 1, "h", 1, 86401, "", ""));
            Assert.IsFalse(IsTaken(1, 1, "h", 1, 1, new string('n', 33), ""));
            Assert.IsFalse(IsTaken(1, 1, "h", 1, 1, "", new string('p', 65)));
        }

        [TestMethod]
        public void TheLongestIdentityFitsAFrame()
        {
            byte[] body = new IdentityMessage(new byte[896], new byte[896], new string('h', 128), 65535, 86400, new string('s', 32), new string('p', 64)).Encode();
            Assert.IsTrue(body.Length <= SerialFrame.MaximumBody, body.Length.ToString());
        }

        [TestMethod]
        public void ImagesAreBounded()
        {
            ImageBeginMessage begin = ImageBeginMessage.Decode(Sample(ImageBegin));
            Assert.AreEqual(70000, begin.Length);
            Assert.IsNotNull(ImageBeginMessage.Decode(new ImageBeginMessage(1, new byte[32]).Encode()));
            Assert.IsNull(ImageBeginMessage.Decode(new ImageBeginMessage(0, new byte[32]).Encode()));
            Assert.IsNull(ImageBeginMessage.Decode(new ImageBeginMessage(1, new byte[31]).Encode()));
            Assert.IsNull(ImageBeginMessage.Decode(new ImageBeginMessage(1, new byte[33]).Encode()));
            Assert.IsNull(ImageBeginMessage.Decode(new CborWriter().Map(2).Unsigned(1).Unsigned(0x80000000).Unsigned(2).Bytes(new byte[32]).ToArray()));
            ImageChunkMessage chunk = ImageChunkMessage.Decode(Sample(ImageChunk));
            Assert.AreEqual(1024, chunk.Offset);
            Assert.IsNotNull(ImageChunkMessage.Decode(new ImageChunkMessage(0, new byte[1024]).Encode()));
            Assert.IsNull(ImageChunkMessage.Decode(new ImageChunkMessage(0, new byte[0]).Encode()));
            Assert.IsNull(ImageChunkMessage.Decode(new ImageChunkMessage(0, new byte[1025]).Encode()));
            Assert.IsNull(ImageChunkMessage.Decode(new CborWriter().Map(2).Unsigned(1).Unsigned(0x80000000).Unsigned(2).Bytes(new byte[1]).ToArray()));
        }

        [TestMethod]
        public void BoardsAreRead()
        {
            BoardMessage board = BoardMessage.Decode(Sample(Board));
            Assert.AreEqual((int)BoardState.Recovery, (int)board.State);
            Assert.AreEqual("0242ac110002", board.HardwareId);
            Assert.AreEqual("virtual-board", board.BoardType);
            Assert.AreEqual("0.1.0", board.FirmwareVersion);
            Assert.AreEqual("lab", board.Environment);
            Assert.AreEqual("dev-1", board.DeviceId);
            Assert.IsNull(BoardMessage.Decode(new BoardMessage((BoardState)3, "a", "b", "c", "d", new byte[32], "", new byte[8]).Encode()), "another state");
            Assert.IsNull(BoardMessage.Decode(new BoardMessage(0, "A", "b", "c", "d", new byte[32], "", new byte[8]).Encode()));
            Assert.IsNull(BoardMessage.Decode(new BoardMessage(0, "a", "B", "c", "d", new byte[32], "", new byte[8]).Encode()));
            Assert.IsNull(BoardMessage.Decode(new BoardMessage(0, "a", "b", "", "d", new byte[32], "", new byte[8]).Encode()));
            Assert.IsNull(BoardMessage.Decode(new BoardMessage(0, "a", "b", "c", "d", new byte[31], "", new byte[8]).Encode()));
            Assert.IsNotNull(BoardMessage.Decode(new BoardMessage(0, "a", "b", "c", "", new byte[32], "", new byte[8]).Encode()));
        }

        [TestMethod]
        public void AnswersAreRead()
        {
            Assert.AreEqual(5, CsrMessage.Decode(Sample(Csr)).Pem.Length);
            Assert.IsNull(CsrMessage.Decode(new CsrMessage(new byte[0], new byte[32]).Encode()));
            Assert.IsNull(CsrMessage.Decode(new CsrMessage(new byte[1501], new byte[32]).Encode()));
            Assert.AreEqual(32, AckMessage.Decode(Sample(Ack)).RequestHash.Length);
            Assert.IsNull(AckMessage.Decode(new AckMessage(new byte[31]).Encode()));
            RefusedMessage refused = RefusedMessage.Decode(Sample(Refused));
            Assert.AreEqual("provisioned", refused.Token);
            Assert.AreEqual("for a reason", refused.Reason);
            Assert.IsNull(RefusedMessage.Decode(new RefusedMessage("", "x", new byte[32]).Encode()));
            Assert.IsNull(RefusedMessage.Decode(new RefusedMessage("x", new string('x', 201), new byte[32]).Encode()));
        }

        [TestMethod]
        public void SecretsAreOfTheAlphabet()
        {
            SecretsMessage secrets = SecretsMessage.Decode(Sample(Secrets));
            Assert.AreEqual("0123456789ABCDEFGHJK", Ascii.GetString(secrets.Claim, 0, 20));
            Assert.AreEqual("MNPQRSTVWXYZ", Ascii.GetString(secrets.Password, 0, 12));
            string[] wrong = new string[] { "0123456789ABCDEFGHJI", "0123456789ABCDEFGHJL", "0123456789ABCDEFGHJU", "0123456789ABCDEFGHJa", "0123456789ABCDEFGH-J", "0123456789ABCDEFGHJ", "0123456789ABCDEFGHJKM" };
            for (int i = 0; i < wrong.Length; i++)
            {
                Assert.IsNull(SecretsMessage.Decode(new SecretsMessage(Ascii.GetBytes(wrong[i]), Ascii.GetBytes("MNPQRSTVWXYZ"), new byte[32]).Encode()), wrong[i]);
            }

            Assert.IsNull(SecretsMessage.Decode(new SecretsMessage(Ascii.GetBytes("0123456789ABCDEFGHJK"), Ascii.GetBytes("MNPQRSTVWXYO"), new byte[32]).Encode()));
        }

        private static bool IsTaken(int certificate, int issuer, string host, int port, int seconds, string network, string password)
        {
            return !(IdentityMessage.Decode(new IdentityMessage(new byte[certificate], new byte[issuer], host, port, seconds, network, password).Encode()) is null);
        }

        private static byte[] Sample(int kind)
        {
            switch (kind)
            {
                case Hello: return new HelloMessage(new byte[8]).Encode();
                case Assign: return new AssignMessage("dev-1").Encode();
                case Identity: return new IdentityMessage(new byte[3], new byte[4], "broker.lab", 8883, 60, "net", "secret").Encode();
                case ImageBegin: return new ImageBeginMessage(70000, new byte[32]).Encode();
                case ImageChunk: return new ImageChunkMessage(1024, new byte[5]).Encode();
                case Board: return new BoardMessage(BoardState.Recovery, "0242ac110002", "virtual-board", "0.1.0", "lab", new byte[32], "dev-1", new byte[8]).Encode();
                case Csr: return new CsrMessage(new byte[5], new byte[32]).Encode();
                case Ack: return new AckMessage(new byte[32]).Encode();
                case Secrets: return new SecretsMessage(Ascii.GetBytes("0123456789ABCDEFGHJK"), Ascii.GetBytes("MNPQRSTVWXYZ"), new byte[32]).Encode();
                case SecretsKept: return new SecretsKeptMessage(new byte[32]).Encode();
                default: return new RefusedMessage("provisioned", "for a reason", new byte[32]).Encode();
            }
        }

        private static bool Decodes(int kind, byte[] body)
        {
            switch (kind)
            {
                case Hello: return !(HelloMessage.Decode(body) is null);
                case Assign: return !(AssignMessage.Decode(body) is null);
                case Identity: return !(IdentityMessage.Decode(body) is null);
                case ImageBegin: return !(ImageBeginMessage.Decode(body) is null);
                case ImageChunk: return !(ImageChunkMessage.Decode(body) is null);
                case Board: return !(BoardMessage.Decode(body) is null);
                case Csr: return !(CsrMessage.Decode(body) is null);
                case Ack: return !(AckMessage.Decode(body) is null);
                case Secrets: return !(SecretsMessage.Decode(body) is null);
                case SecretsKept: return !(SecretsKeptMessage.Decode(body) is null);
                default: return !(RefusedMessage.Decode(body) is null);
            }
        }
    }
}
