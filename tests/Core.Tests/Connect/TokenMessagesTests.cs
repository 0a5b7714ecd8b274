using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Connect
{
    [TestClass]
    public class TokenMessagesTests
    {
        [TestMethod]
        public void ARequestComesBackAsItWas()
        {
            byte[] body = new TokenRequest(new byte[16], "fleet", "self:read telemetry:write").Encode();
            TokenRequest request = TokenRequest.Decode(body);
            Assert.AreEqual("fleet", request.Audience);
            Assert.AreEqual("self:read telemetry:write", request.Scope);
            CollectionAssert.AreEqual(new byte[16], request.Nonce);
            for (int length = 0; length < body.Length; length++)
            {
                Assert.IsNull(TokenRequest.Decode(ByteArray.Slice(body, 0, length)));
            }

            Assert.IsNull(TokenRequest.Decode(null));
            Assert.IsNull(TokenRequest.Decode(ByteArray.Concat(body, new byte[1])));
            Assert.IsNull(TokenRequest.Decode(Hex.Decode("a301500000000000000000000000000000000002654632342f2f036178")), "no audience");
            Assert.ThrowsException(typeof(ArgumentException), () => new TokenRequest(new byte[15], "fleet", "x"));
            Assert.ThrowsException(typeof(ArgumentException), () => new TokenRequest(new byte[16], "Fleet", "x"));
            Assert.ThrowsException(typeof(ArgumentException), () => new TokenRequest(new byte[16], "fleet", ""));
        }

        [TestMethod]
        public void AReplyHasEitherATokenOrAReason()
        {
            byte[] body = new TokenReply(new byte[16], "e30.e30.AA", 900, "").Encode();
            TokenReply reply = TokenReply.Decode(body);
            Assert.AreEqual("e30.e30.AA", reply.Token);
            Assert.AreEqual(900, reply.Seconds);
            Assert.AreEqual("", reply.Refusal);
            Assert.AreEqual("no-tenant", TokenReply.Decode(new TokenReply(new byte[16], "", 0, "no-tenant").Encode()).Refusal);
            Assert.IsNull(TokenReply.Decode(new TokenReply(new byte[16], "", 0, "").Encode()));
            Assert.IsNull(TokenReply.Decode(new TokenReply(new byte[16], "t", 1, "no-tenant").Encode()));
            for (int length = 0; length < body.Length; length++)
            {
                Assert.IsNull(TokenReply.Decode(ByteArray.Slice(body, 0, length)));
            }
        }
    }
}
