using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Lifecycle
{
    /// <summary>The board says yes to a claim by its button and by nothing else.</summary>
    [TestClass]
    public class ClaimTaskTests
    {
        [TestMethod]
        public void APressAfterTheQuestionSignsIt()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            ClaimRequest request = Ask(board, life, "north", 1);
            Assert.IsNull(board.Last(board.Topics.ClaimAnswer), "nobody has pressed");
            board.Portal.Press();
            Turn(board, life, 1);

            ClaimAnswer answer = ClaimAnswer.Decode(board.Last(board.Topics.ClaimAnswer).Payload);
            CollectionAssert.AreEqual(request.Encode(), answer.Signed.Payload);
            CollectionAssert.AreEqual(TestKeys.Device.PublicKey.EncodeSubjectPublicKeyInfo(), answer.PublicKey);
            Assert.IsTrue(answer.Signed.IsSignedBy(TestKeys.Device.PublicKey, "DeviceFirmware/claim/1"));
            Assert.IsFalse(answer.Signed.IsSignedBy(TestKeys.Device.PublicKey, SignedTime.Context));

            // Once.
            board.Portal.Press();
            Turn(board, life, 2);
            Assert.AreEqual(1, board.Published(board.Topics.ClaimAnswer, ""));
        }

        [TestMethod]
        public void APressBeforeTheQuestionSignsNothing()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            board.Portal.Press();
            Ask(board, life, "north", 1);
            Turn(board, life, 5);
            Assert.AreEqual(0, board.Published(board.Topics.ClaimAnswer, ""));
        }

        [TestMethod]
        public void TheSamePressDoesNotOpenTheSetupPage()
        {
            TestBoard board = TestBoard.Provisioned();
            board.Store.Write("setup", Ascii.GetBytes("7XK2M9QD4T0A"));
            ConnectedBoard life = board.Start();
            Turn(board, life, 3);
            Ask(board, life, "north", 1);
            board.Portal.Press();
            Turn(board, life, 2);
            Assert.AreEqual(1, board.Published(board.Topics.ClaimAnswer, ""));
            Assert.IsFalse(board.Portal.IsOpen);
        }

        [TestMethod]
        public void TheQuestionEndsAfterTenMinutesAndWithTheConnection()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            Ask(board, life, "north", 1);
            for (int i = 0; i < 61; i++)
            {
                board.Clock.Advance(10000);
                Turn(board, life, 1);
                board.AnswerHeartbeat();
            }

            board.Portal.Press();
            Turn(board, life, 2);
            Assert.AreEqual(0, board.Published(board.Topics.ClaimAnswer, ""), "late");

            Ask(board, life, "north", 2);
            board.Link.Drop();
            Turn(board, life, 1);
            board.Clock.Advance(120000);
            Turn(board, life, 3);
            Assert.IsTrue(board.Link.IsConnected);
            board.Portal.Press();
            Turn(board, life, 2);
            Assert.AreEqual(0, board.Published(board.Topics.ClaimAnswer, ""), "another connection");
        }

        [TestMethod]
        public void TheLastQuestionIsTheOne()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            Ask(board, life, "north", 1);
            ClaimRequest second = Ask(board, life, "south", 2);
            board.Portal.Press();
            Turn(board, life, 2);
            Assert.AreEqual(1, board.Published(board.Topics.ClaimAnswer, ""));
            CollectionAssert.AreEqual(second.Encode(), ClaimAnswer.Decode(board.Last(board.Topics.ClaimAnswer).Payload).Signed.Payload);
        }

        [TestMethod]
        public void QuestionsThatAreNone()
        {
            byte[] good = Request("north", 1).Encode();
            Assert.IsNull(ClaimRequest.Decode(new byte[0]));
            Assert.IsNull(ClaimRequest.Decode(ByteArray.Slice(good, 0, good.Length - 1)));
            Assert.IsNull(ClaimRequest.Decode(ByteArray.Concat(good, new byte[1])));
            Assert.IsNull(ClaimRequest.Decode(new CborWriter().Map(3).Unsigned(1).Text("North").Unsigned(2).Bytes(new byte[16]).Unsigned(3).Bytes(new byte[32]).ToArray()));
            Assert.IsNull(ClaimAnswer.Decode(good));

            TestBoard board = Connected(out ConnectedBoard life);
            Ask(board, life, "north", 1);
            board.Link.Deliver(board.Topics.ClaimRequest, new byte[] { 1, 2, 3 });
            Turn(board, life, 1);
            board.Portal.Press();
            Turn(board, life, 2);
            Assert.AreEqual(0, board.Published(board.Topics.ClaimAnswer, ""));
            Assert.AreEqual(1, board.Console.CountLines("claim refused token=malformed"));
        }

        [TestMethod]
        public void AnAnswerThatWasNotDeliveredWantsAnotherPress()
        {
            TestBoard board = Connected(out ConnectedBoard life);
            Ask(board, life, "north", 1);
            board.Link.Acknowledges = false;
            board.Portal.Press();
            Turn(board, life, 1);
            board.Link.Acknowledges = true;
            int before = board.Published(board.Topics.ClaimAnswer, "");
            Turn(board, life, 3);
            Assert.AreEqual(before, board.Published(board.Topics.ClaimAnswer, ""), "never by itself");
            board.Portal.Press();
            Turn(board, life, 1);
            Assert.AreEqual(before + 1, board.Published(board.Topics.ClaimAnswer, ""));
        }

        private static TestBoard Connected(out ConnectedBoard life)
        {
            TestBoard board = TestBoard.Provisioned();
            life = board.Start();
            Turn(board, life, 3);
            return board;
        }

        private static ClaimRequest Ask(TestBoard board, ConnectedBoard life, string tenant, byte code)
        {
            ClaimRequest request = Request(tenant, code);
            board.Link.Deliver(board.Topics.ClaimRequest, request.Encode());
            Turn(board, life, 1);
            return request;
        }

        private static ClaimRequest Request(string tenant, byte code)
        {
            byte[] bytes = new byte[16];
            bytes[0] = code;
            return new ClaimRequest(tenant, bytes, new byte[32]);
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
