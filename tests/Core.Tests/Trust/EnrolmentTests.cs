using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Trust
{
    [TestClass]
    public class EnrolmentTests
    {
        private static readonly byte[] _hash = new byte[32];
        private static readonly byte[] _some = new byte[] { 0x30, 0x00 };

        [TestMethod]
        public void ARequestIsWrappedAndUnwrapped()
        {
            CollectionAssert.AreEqual(_some, EnrolmentRequest.Decode(EnrolmentRequest.Encode(_some)));
            Assert.IsNull(EnrolmentRequest.Decode(_some));
            Assert.IsNull(EnrolmentRequest.Decode(ByteArray.Concat(EnrolmentRequest.Encode(_some), new byte[1])));
            Assert.ThrowsException(typeof(ArgumentException), () => EnrolmentRequest.Encode(new byte[EnrolmentRequest.MaximumSize + 1]));
        }

        [TestMethod]
        public void RepliesAreReadAsTheyWereWritten()
        {
            EnrolmentReply issued = EnrolmentReply.Decode(EnrolmentReply.OfIssued(_hash, _some, new byte[] { 1 }).Encode());
            Assert.AreEqual("issued", issued.Token);
            CollectionAssert.AreEqual(_hash, issued.Request);
            CollectionAssert.AreEqual(_some, issued.Certificate);
            CollectionAssert.AreEqual(new byte[] { 1 }, issued.Issuer);
            Assert.AreEqual("wanted", EnrolmentReply.Decode(EnrolmentReply.OfWanted().Encode()).Token);
            EnrolmentReply refused = EnrolmentReply.Decode(EnrolmentReply.OfRefused("key-known", _hash, 86400).Encode());
            Assert.AreEqual("key-known", refused.Token);
            Assert.AreEqual(86400, refused.Wait);
        }

        [TestMethod]
        public void WhatDoesNotFitTogetherIsMalformed()
        {
            Assert.IsNull(Of("issued", _hash, new byte[0], new byte[0], 0), "nothing was issued");
            Assert.IsNull(Of("issued", _hash, _some, new byte[0], 0), "by nobody");
            Assert.IsNull(Of("issued", new byte[0], _some, _some, 0), "to nobody");
            Assert.IsNull(Of("wanted", new byte[0], _some, _some, 0));
            Assert.IsNull(Of("key-known", _hash, _some, _some, 0));
            Assert.IsNull(Of("key-known", new byte[0], new byte[0], new byte[0], 0), "to no request");
            Assert.IsNull(Of("key-known", new byte[31], new byte[0], new byte[0], 0));
            Assert.IsNull(Of("No Name", _hash, new byte[0], new byte[0], 0));
            Assert.IsNull(Of("key-known", _hash, new byte[0], new byte[0], 86401));
            Assert.IsNull(Of("issued", _hash, new byte[705], _some, 0));
            Assert.IsNotNull(Of("key-known", _hash, new byte[0], new byte[0], 86400));
            Assert.ThrowsException(typeof(ArgumentException), () => EnrolmentReply.OfRefused("issued", _hash, 0));
        }

        private static EnrolmentReply Of(string token, byte[] request, byte[] certificate, byte[] issuer, int wait)
        {
            return EnrolmentReply.Decode(new CborWriter().Map(5)
                .Unsigned(1).Text(token)
                .Unsigned(2).Bytes(request)
                .Unsigned(3).Bytes(certificate)
                .Unsigned(4).Bytes(issuer)
                .Unsigned(5).Unsigned(wait)
                .ToArray());
        }
    }
}
