using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Connect
{
    [TestClass]
    public class TopicsTests
    {
        [TestMethod]
        public void EveryTopicIsTheBoardsOwn()
        {
            var topics = new Topics("dev-1");
            Assert.AreEqual("devices/dev-1/telemetry", topics.Telemetry);
            Assert.AreEqual("devices/dev-1/status", topics.Status);
            Assert.AreEqual("devices/dev-1/commands/#", topics.CommandsFilter);
            Assert.AreEqual("devices/dev-1/requests/heartbeat", topics.HeartbeatRequest);
            Assert.AreEqual("devices/dev-1/commands/heartbeat", topics.HeartbeatReply);
            Assert.AreEqual("devices/dev-1/commands/order", topics.Order);
            Assert.AreEqual("devices/dev-1/requests/order", topics.OrderAnswer);
            Assert.AreEqual("devices/dev-1/requests/time", topics.TimeRequest);
            Assert.AreEqual("devices/dev-1/commands/time", topics.TimeReply);
            Assert.AreEqual("devices/dev-1/requests/ledger", topics.LedgerRequest);
            Assert.AreEqual("devices/dev-1/commands/ledger", topics.LedgerReply);
            Assert.AreEqual("devices/dev-1/requests/receipt", topics.ReceiptRequest);
            Assert.AreEqual("devices/dev-1/commands/receipt", topics.ReceiptReply);
            Assert.AreEqual("devices/dev-1/requests/chunk", topics.ChunkRequest);
            Assert.AreEqual("devices/dev-1/commands/chunk", topics.ChunkReply);
        }

        [TestMethod]
        public void AnIdThatIsNoNameIsMisuse()
        {
            Assert.ThrowsException(typeof(ArgumentException), () => new Topics("+"));
            Assert.ThrowsException(typeof(ArgumentException), () => new Topics("a/b"));
            Assert.ThrowsException(typeof(ArgumentException), () => new Topics(""));
            Assert.ThrowsException(typeof(ArgumentException), () => new Topics(null));
        }

        [TestMethod]
        public void HeartbeatsGoBothWays()
        {
            byte[] body = new Heartbeat(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }).Encode();
            Assert.AreEqual("a101480102030405060708", Hex.Encode(body));
            CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, Heartbeat.Decode(body).Nonce);
            for (int length = 0; length < body.Length; length++)
            {
                Assert.IsNull(Heartbeat.Decode(ByteArray.Slice(body, 0, length)));
            }

            Assert.IsNull(Heartbeat.Decode(ByteArray.Concat(body, new byte[1])));
            Assert.IsNull(Heartbeat.Decode(Hex.Decode("a1014701020304050607")), "7 bytes");
            Assert.IsNull(Heartbeat.Decode(Hex.Decode("a10149010203040506070809")), "9 bytes");
            Assert.ThrowsException(typeof(ArgumentException), () => new Heartbeat(new byte[7]));
            Assert.ThrowsException(typeof(ArgumentException), () => new Heartbeat(null));
        }

        [TestMethod]
        public void JsonIsEscaped()
        {
            Assert.AreEqual("{}", new JsonObject().ToString());
            Assert.AreEqual("{\"a\":\"b\",\"n\":-5}", new JsonObject().Text("a", "b").Number("n", -5).ToString());
            Assert.AreEqual("{\"a\":\"\\\"\\\\/\"}", new JsonObject().Text("a", "\"\\/").ToString());
            Assert.AreEqual("{\"a\":\"????\"}", new JsonObject().Text("a", "\n\t\u00E9\u007F").ToString());
            Assert.AreEqual("{\"a\":\"\"}", new JsonObject().Text("a", "").ToString());
            Assert.AreEqual("{\"tempC\":21.5}", new JsonObject().Members("\"tempC\":21.5").ToString());
            Assert.AreEqual("{\"a\":1,\"tempC\":21.5,\"b\":2}", new JsonObject().Number("a", 1).Members("\"tempC\":21.5").Members("").Number("b", 2).ToString());
            Assert.AreEqual("{\"n\":9223372036854775807}", new JsonObject().Number("n", 9223372036854775807).ToString());
        }
    }
}
