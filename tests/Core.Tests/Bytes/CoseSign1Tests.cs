using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Bytes
{
    /// <summary>One form, one key, one purpose.</summary>
    [TestClass]
    public class CoseSign1Tests
    {
        private const string Purpose = "DeviceFirmware/test/1";

        [TestMethod]
        public void WhatWasSignedIsRead()
        {
            byte[] payload = { 1, 2, 3 };
            byte[] message = Sign(TestKeys.Device, payload, Purpose);
            Assert.AreEqual(CoseSign1.Overhead + 1 + payload.Length, message.Length);
            Assert.AreEqual("d2845826a20126045820", Hex.Encode(message).Substring(0, 20));

            CoseSign1 read = CoseSign1.Decode(message, 3);
            Assert.IsTrue(ByteArray.AreEqual(payload, read.Payload));
            Assert.IsTrue(ByteArray.AreEqual(TestKeys.Device.PublicKey.KeyHash(), read.KeyHash));
            Assert.IsTrue(read.IsSignedBy(TestKeys.Device.PublicKey, Purpose));
        }

        [TestMethod]
        public void AnotherKeyAnotherPurposeAnotherPayloadIsRefused()
        {
            byte[] payload = { 1, 2, 3 };
            CoseSign1 read = CoseSign1.Decode(Sign(TestKeys.Device, payload, Purpose), 100);
            Assert.IsFalse(read.IsSignedBy(TestKeys.Stranger.PublicKey, Purpose));
            Assert.IsFalse(read.IsSignedBy(TestKeys.Device.PublicKey, "DeviceFirmware/test/2"));

            // Signed by the stranger in the device's name.
            byte[] keyHash = TestKeys.Device.PublicKey.KeyHash();
            byte[] forged = CoseSign1.Encode(keyHash, payload, Ecdsa.Sign(TestKeys.Stranger, CoseSign1.Digest(keyHash, payload, Purpose)));
            Assert.IsFalse(CoseSign1.Decode(forged, 100).IsSignedBy(TestKeys.Device.PublicKey, Purpose));

            // Signed by the device, in the stranger's name: the signature is right for the digest, not for the name.
            byte[] other = TestKeys.Stranger.PublicKey.KeyHash();
            byte[] misnamed = CoseSign1.Encode(other, payload, Ecdsa.Sign(TestKeys.Device, CoseSign1.Digest(other, payload, Purpose)));
            Assert.IsFalse(CoseSign1.Decode(misnamed, 100).IsSignedBy(TestKeys.Device.PublicKey, Purpose));

            byte[] changed = Sign(TestKeys.Device, payload, Purpose);
            changed[changed.Length - 67] ^= 1;
            Assert.IsFalse(CoseSign1.Decode(changed, 100).IsSignedBy(TestKeys.Device.PublicKey, Purpose));
        }

        [TestMethod]
        public void EveryByteOfTheFormIsDemanded()
        {
            byte[] message = Sign(TestKeys.Device, new byte[] { 1, 2, 3 }, Purpose);
            for (int i = 0; i < message.Length; i++)
            {
                bool isForm = i < 10 || i == 42 || i == 43 || i == 47 || i == 48;
                var changed = (byte[])message.Clone();
                changed[i] ^= 0x40;
                Assert.AreEqual(isForm, CoseSign1.Decode(changed, 100) is null);
            }

            for (int length = 0; length < message.Length; length++)
            {
                Assert.IsNull(CoseSign1.Decode(ByteArray.Slice(message, 0, length), 100));
            }

            Assert.IsNull(CoseSign1.Decode(ByteArray.Concat(message, new byte[1]), 100));
            Assert.IsNull(CoseSign1.Decode(null, 100));
        }

        [TestMethod]
        public void PayloadsAreBounded()
        {
            byte[] message = Sign(TestKeys.Device, new byte[300], Purpose);
            Assert.IsNotNull(CoseSign1.Decode(message, 300));
            Assert.IsNull(CoseSign1.Decode(message, 299));
            Assert.IsNotNull(CoseSign1.Decode(Sign(TestKeys.Device, new byte[0], Purpose), 0));
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentException), () => CoseSign1.Encode(new byte[31], new byte[0], new byte[64]));
            Assert.ThrowsException(typeof(ArgumentException), () => CoseSign1.Encode(new byte[32], new byte[0], new byte[63]));
            Assert.ThrowsException(typeof(ArgumentException), () => CoseSign1.Digest(null, new byte[0], Purpose));
        }

        private static byte[] Sign(P256PrivateKey key, byte[] payload, string context)
        {
            byte[] keyHash = key.PublicKey.KeyHash();
            return CoseSign1.Encode(keyHash, payload, Ecdsa.Sign(key, CoseSign1.Digest(keyHash, payload, context)));
        }
    }
}
