using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Identity
{
    [TestClass]
    public class CertificateRequestTests
    {
        [TestMethod]
        public void WhatTheBoardWritesTheStationReads()
        {
            byte[] der = CertificateRequest.Create(TestKeys.Identity, TestPki.HardwareId, TestPki.DeviceId);
            CertificateRequest request = CertificateRequest.Decode(der);
            Assert.AreEqual(TestPki.DeviceId, request.Subject.CommonName);
            Assert.AreEqual(TestPki.HardwareId, request.Subject.SerialNumber);
            Assert.IsNull(request.Subject.Organization);
            Assert.IsTrue(request.PublicKey.IsSameAs(TestKeys.Device.PublicKey));
            Assert.IsTrue(request.ProvesPossession);
        }

        [TestMethod]
        public void TheTwinIsRead()
        {
            Assert.IsTrue(CertificateRequest.Decode(Build(TestKeys.Device)).ProvesPossession);
            byte[] named = Name.Of(Name.Rdn(Name.CommonNameType, "a"), Name.Rdn(Name.OrganizationType, "b"));
            Assert.AreEqual("b", CertificateRequest.Decode(Build(TestKeys.Device, named)).Subject.Organization);
        }

        [TestMethod]
        public void AnotherKeysSignatureProvesNothing()
        {
            CertificateRequest request = CertificateRequest.Decode(Build(TestKeys.OtherDevice));
            Assert.IsFalse(request.ProvesPossession);
        }

        [TestMethod]
        public void NoChangeIsOverlooked()
        {
            byte[] der = CertificateRequest.Create(TestKeys.Identity, TestPki.HardwareId, TestPki.DeviceId);
            for (int i = 0; i < der.Length; i++)
            {
                byte[] changed = ByteArray.Slice(der, 0, der.Length);
                changed[i] ^= 0x01;
                CertificateRequest request = CertificateRequest.Decode(changed);
                Assert.IsTrue(request is null || !request.ProvesPossession, "byte " + i.ToString());
            }

            for (int length = 0; length < der.Length; length++)
            {
                Assert.IsNull(CertificateRequest.Decode(ByteArray.Slice(der, 0, length)), "length " + length.ToString());
            }

            Assert.IsNull(CertificateRequest.Decode(ByteArray.Concat(der, new byte[1])));
        }

        [TestMethod]
        public void OtherFormsAreRefused()
        {
            byte[] version = Der.Item(Der.IntegerTag, new byte[1]);
            byte[] name = Name.Device(TestPki.HardwareId, TestPki.DeviceId);
            byte[] key = TestKeys.Device.PublicKey.EncodeSubjectPublicKeyInfo();
            byte[] noAttributes = Der.Item(0xA0, new byte[0]);
            byte[] algorithm = CertificateBuilder.EcdsaWithSha256();
            Assert.IsNotNull(CertificateRequest.Decode(Sign(TestKeys.Device, algorithm, version, name, key, noAttributes)), "the twin");

            Refuse("version 1", algorithm, Der.Item(Der.IntegerTag, new byte[] { 1 }), name, key, noAttributes);
            Refuse("version of two bytes", algorithm, Der.Item(Der.IntegerTag, new byte[2]), name, key, noAttributes);
            Refuse("attributes", algorithm, version, name, key, Der.Item(0xA0, Der.Sequence()));
            Refuse("no attributes element", algorithm, version, name, key, new byte[0]);
            Refuse("something behind the attributes", algorithm, version, name, key, ByteArray.Concat(noAttributes, Der.Sequence()));
            Refuse("no name", algorithm, version, new byte[0], key, noAttributes);
            Refuse("no key", algorithm, version, name, new byte[0], noAttributes);
            Refuse("a key that is no point", algorithm, version, name, OffCurve(), noAttributes);
            byte[] sha384 = CertificateBuilder.EcdsaWithSha256();
            sha384[11] = 3;
            Refuse("another algorithm", sha384, version, name, key, noAttributes);
            Refuse("an algorithm with parameters", Der.Sequence(ByteArray.Slice(algorithm, 2, 10), new byte[] { 5, 0 }), version, name, key, noAttributes);
        }

        [TestMethod]
        public void OtherNamesAreRefused()
        {
            RefuseName("common name twice", Name.Of(Name.Rdn(Name.CommonNameType, "a"), Name.Rdn(Name.CommonNameType, "b")));
            RefuseName("serial number twice", Name.Of(Name.Rdn(Name.SerialNumberType, "a"), Name.Rdn(Name.SerialNumberType, "b")));
            RefuseName("organization twice", Name.Of(Name.Rdn(Name.OrganizationType, "a"), Name.Rdn(Name.OrganizationType, "b")));
            RefuseName("country", Name.Of(Name.Rdn(0x06, "XX")));
            RefuseName("empty", Name.Of(Name.Rdn(Name.CommonNameType, "")));
            RefuseName("a set of two", Name.Of(Der.Item(Der.SetTag, ByteArray.Concat(
                Name.Attribute(Name.CommonNameType, Der.Utf8StringTag, new byte[] { 97 }),
                Name.Attribute(Name.SerialNumberType, Der.Utf8StringTag, new byte[] { 97 })))));
            RefuseName("an empty set", Name.Of(Der.Item(Der.SetTag, new byte[0])));
            RefuseName("BMPString", Name.Of(Der.Item(Der.SetTag, Name.Attribute(Name.CommonNameType, 0x1E, new byte[] { 0, 97 }))));
            RefuseName("NUL", Name.Of(Der.Item(Der.SetTag, Name.Attribute(Name.CommonNameType, Der.Utf8StringTag, new byte[] { 97, 0 }))));
            RefuseName("UTF-8", Name.Of(Der.Item(Der.SetTag, Name.Attribute(Name.CommonNameType, Der.Utf8StringTag, new byte[] { 0xC3, 0xA9 }))));
            RefuseName("another kind of attribute", Name.Of(Der.Item(Der.SetTag, Der.Sequence(
                Der.Item(Der.ObjectIdentifierTag, new byte[] { 0x55, 0x05, 0x03 }), Der.Item(Der.Utf8StringTag, new byte[] { 97 })))));
            RefuseName("something behind the value", Name.Of(Der.Item(Der.SetTag, Der.Sequence(
                Der.Item(Der.ObjectIdentifierTag, new byte[] { 0x55, 0x04, 0x03 }), Der.Item(Der.Utf8StringTag, new byte[] { 97 }), new byte[] { 5, 0 }))));
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => CertificateRequest.Create(null, "a", "b"));
            Assert.ThrowsException(typeof(ArgumentException), () => CertificateRequest.Create(TestKeys.Identity, "A", "b"));
            Assert.ThrowsException(typeof(ArgumentException), () => CertificateRequest.Create(TestKeys.Identity, "a", "B"));
            Assert.ThrowsException(typeof(ArgumentNullException), () => CertificateRequest.Decode(null));
        }

        private static byte[] OffCurve()
        {
            byte[] key = TestKeys.Device.PublicKey.EncodeSubjectPublicKeyInfo();
            key[key.Length - 1] ^= 1;
            return key;
        }

        private static byte[] Build(P256PrivateKey signer)
        {
            return Build(signer, Name.Device(TestPki.HardwareId, TestPki.DeviceId));
        }

        private static byte[] Build(P256PrivateKey signer, byte[] name)
        {
            return Sign(signer, CertificateBuilder.EcdsaWithSha256(), Der.Item(Der.IntegerTag, new byte[1]), name,
                TestKeys.Device.PublicKey.EncodeSubjectPublicKeyInfo(), Der.Item(0xA0, new byte[0]));
        }

        private static byte[] Sign(P256PrivateKey signer, byte[] algorithm, params byte[][] parts)
        {
            byte[] info = Der.Sequence(parts);
            return Der.Sequence(info, algorithm, Der.BitString(EcdsaSignatureDer.Encode(Ecdsa.Sign(signer, Sha256.Hash(info)))));
        }

        private static void Refuse(string why, byte[] algorithm, params byte[][] parts)
        {
            Assert.IsNull(CertificateRequest.Decode(Sign(TestKeys.Device, algorithm, parts)), why);
        }

        private static void RefuseName(string why, byte[] name)
        {
            Assert.IsNull(CertificateRequest.Decode(Build(TestKeys.Device, name)), why);
        }
    }
}
