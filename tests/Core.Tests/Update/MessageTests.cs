using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Image;
using DeviceFirmware.Update;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Update
{
    [TestClass]
    public class MessageTests
    {
        [TestMethod]
        public void OffersGoBothWays()
        {
            byte[] body = Offer(70000, "1.1.0+7", "virtual-board");
            WantedImage offer = WantedImage.Decode(body);
            Assert.AreEqual(70000, offer.Length);
            Assert.AreEqual("1.1.0+7", offer.Version.ToString());
            Assert.AreEqual("virtual-board", offer.BoardType);
            CollectionAssert.AreEqual(body, offer.Encode());
            for (int length = 0; length < body.Length; length++)
            {
                Assert.IsNull(WantedImage.Decode(ByteArray.Slice(body, 0, length)), length.ToString());
            }

            Assert.IsNull(WantedImage.Decode(ByteArray.Concat(body, new byte[1])));
            Assert.IsNull(WantedImage.Decode(Offer(0, "1.1.0", "virtual-board")), "no length");
            Assert.IsNull(WantedImage.Decode(Offer(0x80000000, "1.1.0", "virtual-board")), "a negative length");
            Assert.IsNull(WantedImage.Decode(Offer(1, "1.1", "virtual-board")), "no version");
            Assert.IsNull(WantedImage.Decode(Offer(1, "1.1.0", "")), "no board type");
            Assert.IsNull(WantedImage.Decode(Hex.Decode("a0")));
        }

        [TestMethod]
        public void RequestsGoBothWays()
        {
            byte[] body = new ChunkRequest(new byte[32], 2048, 1024).Encode();
            ChunkRequest request = ChunkRequest.Decode(body);
            Assert.AreEqual(2048, request.Offset);
            Assert.AreEqual(1024, request.Length);
            for (int length = 0; length < body.Length; length++)
            {
                Assert.IsNull(ChunkRequest.Decode(ByteArray.Slice(body, 0, length)), length.ToString());
            }

            Assert.IsNull(ChunkRequest.Decode(ByteArray.Concat(body, new byte[1])));
            Assert.IsNull(ChunkRequest.Decode(new ChunkRequest(new byte[32], 0, 1025).Encode()));
            Assert.IsNull(ChunkRequest.Decode(new ChunkRequest(new byte[32], 0, 0).Encode()));
            Assert.IsNull(ChunkRequest.Decode(new ChunkRequest(new byte[31], 0, 1).Encode()));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new ChunkRequest(null, 0, 1));
        }

        [TestMethod]
        public void PartsGoBothWays()
        {
            byte[] body = new ChunkReply(new byte[32], 2048, new byte[] { 1, 2, 3 }).Encode();
            ChunkReply reply = ChunkReply.Decode(body);
            Assert.AreEqual(2048, reply.Offset);
            CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, reply.Data);
            for (int length = 0; length < body.Length; length++)
            {
                Assert.IsNull(ChunkReply.Decode(ByteArray.Slice(body, 0, length)), length.ToString());
            }

            Assert.IsNull(ChunkReply.Decode(ByteArray.Concat(body, new byte[1])));
            Assert.IsNull(ChunkReply.Decode(new ChunkReply(new byte[32], 0, new byte[0]).Encode()));
            Assert.IsNull(ChunkReply.Decode(new ChunkReply(new byte[32], 0, new byte[1025]).Encode()));
            Assert.IsNotNull(ChunkReply.Decode(new ChunkReply(new byte[32], 0, new byte[1024]).Encode()));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new ChunkReply(null, 0, new byte[1]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new ChunkReply(new byte[32], 0, null));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new WantedImage(null, 1, ImageVersion.Parse("1.0.0"), "a"));
        }

        private static byte[] Offer(long length, string version, string boardType)
        {
            return new CborWriter().Map(4).Unsigned(1).Bytes(new byte[32]).Unsigned(2).Unsigned(length)
                .Unsigned(3).Text(version).Unsigned(4).Text(boardType).ToArray();
        }
    }
}
