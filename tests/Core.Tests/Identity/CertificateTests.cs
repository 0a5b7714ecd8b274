using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Identity
{
    [TestClass]
    public class CertificateTests
    {
        [TestMethod]
        public void AllOfItIsRead()
        {
            Certificate certificate = Certificate.Decode(TestPki.Device);
            Assert.AreEqual(TestPki.DeviceId, certificate.Subject.CommonName);
            Assert.AreEqual(TestPki.HardwareId, certificate.Subject.SerialNumber);
            Assert.AreEqual(1775044800L, certificate.NotBefore);
            Assert.AreEqual(X509Time.NoEnd, certificate.NotAfter);
            Assert.IsTrue(certificate.PublicKey.IsSameAs(TestKeys.Device.PublicKey));
            Assert.IsFalse(certificate.Extensions.IsAuthority);
            Assert.AreEqual(-1, certificate.Extensions.PathLength);
            Assert.IsTrue(certificate.Extensions.MaySign);
            Assert.IsFalse(certificate.Extensions.MaySignCertificates);
            Assert.IsTrue(certificate.Extensions.IsForClients);
            Assert.IsFalse(certificate.Extensions.IsForServers);
            Assert.AreEqual("urn:devicefirmware:test:dev-0001", certificate.Extensions.Uri);
            CollectionAssert.AreEqual(TestPki.Device, certificate.Encoded);
            Certificate authority = Certificate.Decode(TestPki.Issuing);
            Assert.IsTrue(authority.Extensions.IsAuthority);
            Assert.AreEqual(0, authority.Extensions.PathLength);
            Assert.IsTrue(authority.Extensions.MaySignCertificates);
            Assert.IsFalse(authority.Extensions.MaySign);
            Assert.AreEqual(1, Certificate.Decode(TestPki.FactoryRoot).Extensions.PathLength);
        }

        [TestMethod]
        public void ASignatureIsItsIssuersOnly()
        {
            Certificate device = Certificate.Decode(TestPki.Device);
            Certificate issuing = Certificate.Decode(TestPki.Issuing);
            Certificate root = Certificate.Decode(TestPki.FactoryRoot);
            Assert.IsTrue(device.IsSignedBy(issuing));
            Assert.IsTrue(issuing.IsSignedBy(root));
            Assert.IsTrue(root.IsSignedBy(root));
            Assert.IsFalse(device.IsSignedBy(root));
            Assert.IsFalse(root.IsSignedBy(issuing));
            Certificate sameName = Certificate.Decode(Named("factory issuing", TestKeys.Stranger).Build(TestKeys.Stranger));
            Assert.IsFalse(device.IsSignedBy(sameName), "another key under the name");
            Certificate sameKey = Certificate.Decode(Named("factory issuinG", TestKeys.Issuing).Build(TestKeys.Issuing));
            Assert.IsFalse(device.IsSignedBy(sameKey), "the key under another name");
            Assert.ThrowsException(typeof(ArgumentNullException), () => Certificate.Decode(TestPki.Device).IsSignedBy(null));
        }

        [TestMethod]
        public void NoChangeIsOverlooked()
        {
            byte[] der = TestPki.Device;
            Certificate issuing = Certificate.Decode(TestPki.Issuing);
            for (int i = 0; i < der.Length; i++)
            {
                byte[] changed = ByteArray.Slice(der, 0, der.Length);
                changed[i] ^= 0x01;
                Certificate certificate = Certificate.Decode(changed);
                Assert.IsTrue(certificate is null || !certificate.IsSignedBy(issuing), "byte " + i.ToString());
            }

            for (int length = 0; length < der.Length; length++)
            {
                Assert.IsNull(Certificate.Decode(ByteArray.Slice(der, 0, length)), "length " + length.ToString());
            }
        }

        [TestMethod]
        public void OtherFormsAreRefused()
        {
            Take("the twin", Builder());
            Take("a serial number of 20 bytes", new CertificateBuilder(Issuer(), Issuer(), Key()) { Serial = Twenty() });
            Refuse("a serial number of 21 bytes", new CertificateBuilder(Issuer(), Issuer(), Key()) { Serial = ByteArray.Concat(Twenty(), new byte[1]) });
            Refuse("a negative serial number", new CertificateBuilder(Issuer(), Issuer(), Key()) { Serial = new byte[] { 0x80 } });
            Refuse("a serial number with a leading zero", new CertificateBuilder(Issuer(), Issuer(), Key()) { Serial = new byte[] { 0, 1 } });
            Refuse("no serial number", new CertificateBuilder(Issuer(), Issuer(), Key()) { Serial = new byte[0] });
            Refuse("version 1", new CertificateBuilder(Issuer(), Issuer(), Key()) { Version = new byte[0] });
            Refuse("version 2", new CertificateBuilder(Issuer(), Issuer(), Key()) { Version = Der.Item(0xA0, Der.Item(Der.IntegerTag, new byte[] { 1 })) });
            Refuse("version 4", new CertificateBuilder(Issuer(), Issuer(), Key()) { Version = Der.Item(0xA0, Der.Item(Der.IntegerTag, new byte[] { 3 })) });
            Refuse("a long version", new CertificateBuilder(Issuer(), Issuer(), Key()) { Version = Der.Item(0xA0, Der.Item(Der.IntegerTag, new byte[] { 0, 2 })) });
            Refuse("two versions", new CertificateBuilder(Issuer(), Issuer(), Key()) { Version = Der.Item(0xA0, ByteArray.Concat(new byte[] { 2, 1, 2 }, new byte[] { 2, 1, 2 })) });
            Refuse("no extensions", new CertificateBuilder(Issuer(), Issuer(), Key()) { LeavesExtensions = true });
            Refuse("something behind the extensions", new CertificateBuilder(Issuer(), Issuer(), Key()) { AfterExtensions = new byte[] { 5, 0 } });
            Refuse("something behind the certificate", new CertificateBuilder(Issuer(), Issuer(), Key()) { Trailing = new byte[1] });
            byte[] sha1 = new byte[] { 0x30, 0x09, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x01 };
            Refuse("two algorithms", new CertificateBuilder(Issuer(), Issuer(), Key()) { InnerAlgorithm = sha1 });
            Refuse("two algorithms", new CertificateBuilder(Issuer(), Issuer(), Key()) { OuterAlgorithm = sha1 });
            Refuse("another algorithm", new CertificateBuilder(Issuer(), Issuer(), Key()) { InnerAlgorithm = sha1, OuterAlgorithm = sha1 });
            byte[] offCurve = Key().EncodeSubjectPublicKeyInfo();
            offCurve[40] ^= 1;
            Refuse("a key that is no point", new CertificateBuilder(Issuer(), Issuer(), Key()) { KeyInfo = offCurve });
            Refuse("another curve", new CertificateBuilder(Issuer(), Issuer(), Key()) { KeyInfo = OtherCurve() });
            Refuse("a subject that is not of the project's kind", new CertificateBuilder(Issuer(), Name.Of(Name.Rdn(0x06, "XX")), Key()));
            Refuse("one time", new CertificateBuilder(Issuer(), Issuer(), Key()) { NotAfter = new byte[0] });
            Refuse("three times", new CertificateBuilder(Issuer(), Issuer(), Key()) { NotBefore = ByteArray.Concat(CertificateBuilder.Utc("260101000000Z"), CertificateBuilder.Utc("260101000000Z")) });
        }

        [TestMethod]
        public void LargeOnesAreNotRead()
        {
            // An unknown extension that is not critical is skipped; it fills up to the bound.
            byte[] small = WithFiller(1000);
            Assert.IsNotNull(Certificate.Decode(small));
            byte[] large = WithFiller(2000);
            Assert.IsTrue(large.Length > Certificate.MaximumSize);
            Assert.IsNull(Certificate.Decode(large));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Certificate.Decode(null));
        }

        [TestMethod]
        public void ExtensionsAreStrict()
        {
            Take("an unknown one that is not critical", Builder().With(Extension.Of(60, false, new byte[] { 5, 0 })));
            Refuse("an unknown one that is critical", Builder().With(Extension.Of(60, true, new byte[] { 5, 0 })));
            Refuse("name constraints, critical", Builder().With(Extension.Of(30, true, new byte[] { 0x30, 0 })));
            Take("a policy, not critical", Builder().With(Extension.Of(32, false, new byte[] { 0x30, 0 })));
            Take("key identifiers", Builder().With(Extension.Of(14, false, new byte[] { 4, 1, 1 })).With(Extension.Of(35, false, new byte[] { 0x30, 0 })));
            byte[][] known = new byte[][]
            {
                Extension.BasicConstraints(false, -1), Extension.KeyUsage(0x80), Extension.Purpose(2), Extension.Uri("urn:a"), Extension.Of(14, false, new byte[] { 4, 1, 1 }),
            };
            for (int i = 0; i < known.Length; i++)
            {
                Take("once", Builder().With(known[i]));
                Refuse("twice", Builder().With(known[i]).With(known[i]));
            }

            byte[] oid = new byte[] { 6, 3, 0x55, 0x1D, 60 };
            byte[] octets = new byte[] { 4, 0 };
            Take("as it should be", Builder().With(Der.Sequence(oid, octets)));
            Refuse("a boolean that is neither", Builder().With(Der.Sequence(oid, new byte[] { 1, 1, 1 }, octets)));
            Refuse("something behind the value", Builder().With(Der.Sequence(oid, octets, octets)));
            Refuse("no value", Builder().With(Der.Sequence(oid)));
            Refuse("no id", Builder().With(Der.Sequence(octets)));
        }

        [TestMethod]
        public void ConstraintsAndUsagesAreStrict()
        {
            Refuse("a negative path length", Builder().With(Extension.BasicConstraints(true, 0x80)));
            Refuse("a path length of two bytes", Builder().With(Extension.Of(19, true, Der.Sequence(new byte[] { 1, 1, 0xFF }, new byte[] { 2, 2, 1, 0 }))));
            Refuse("something behind the constraints", Builder().With(Extension.Of(19, true, ByteArray.Concat(Der.Sequence(), new byte[] { 5, 0 }))));
            Refuse("something inside the constraints", Builder().With(Extension.Of(19, true, Der.Sequence(new byte[] { 5, 0 }))));
            Refuse("constraints that are no sequence", Builder().With(Extension.Of(19, true, new byte[] { 5, 0 })));
            Refuse("a usage without bits", Builder().With(Extension.Of(15, true, new byte[] { 3, 1, 0 })));
            Refuse("a usage that is no bit string", Builder().With(Extension.Of(15, true, new byte[] { 4, 2, 0, 0x80 })));
            Refuse("something behind the usage", Builder().With(Extension.Of(15, true, new byte[] { 3, 2, 7, 0x80, 5, 0 })));
            Refuse("a purpose that is no id", Builder().With(Extension.Of(37, false, Der.Sequence(new byte[] { 5, 0 }))));
            Refuse("two URIs", Builder().With(Extension.Of(17, false, Der.Sequence(new byte[] { 0x86, 1, 97 }, new byte[] { 0x86, 1, 98 }))));
            Refuse("an empty URI", Builder().With(Extension.Of(17, false, Der.Sequence(new byte[] { 0x86, 0 }))));
            Refuse("a URI with a NUL", Builder().With(Extension.Of(17, false, Der.Sequence(new byte[] { 0x86, 2, 97, 0 }))));
            Take("a DNS name besides", Builder().With(Extension.Of(17, false, Der.Sequence(new byte[] { 0x82, 1, 97 }, new byte[] { 0x86, 1, 98 }))));
        }

        [TestMethod]
        public void PurposesAreReadByTheirWholeId()
        {
            byte[] other = Der.Item(Der.ObjectIdentifierTag, new byte[] { 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x04, 2 });
            byte[] longer = Der.Item(Der.ObjectIdentifierTag, new byte[] { 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 2, 1 });
            Certificate certificate = Certificate.Decode(Builder().With(Extension.Of(37, false, Der.Sequence(other, longer))).Build(TestKeys.Issuing));
            Assert.IsFalse(certificate.Extensions.IsForClients);
            Assert.IsTrue(Certificate.Decode(Builder().With(Extension.Purpose(1)).Build(TestKeys.Issuing)).Extensions.IsForServers);
        }

        private static byte[] WithFiller(int bytes)
        {
            return Builder().With(Extension.Of(60, false, new byte[bytes])).Build(TestKeys.Issuing);
        }

        private static byte[] OtherCurve()
        {
            // secp256k1: 1.3.132.0.10.
            return Der.Sequence(
                Der.Sequence(new byte[] { 6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1 }, new byte[] { 6, 5, 0x2B, 0x81, 4, 0, 0x0A }),
                Der.BitString(Key().Encode()));
        }

        private static byte[] Twenty()
        {
            var serial = new byte[20];
            serial[0] = 1;
            return serial;
        }

        private static byte[] Issuer()
        {
            return Name.Common("factory issuing");
        }

        private static P256PublicKey Key()
        {
            return TestKeys.Device.PublicKey;
        }

        private static CertificateBuilder Builder()
        {
            return new CertificateBuilder(Issuer(), Issuer(), Key());
        }

        private static CertificateBuilder Named(string name, P256PrivateKey key)
        {
            return new CertificateBuilder(Name.Common(name), Name.Common(name), key.PublicKey);
        }

        private static void Take(string what, CertificateBuilder builder)
        {
            Assert.IsNotNull(Certificate.Decode(builder.Build(TestKeys.Issuing)), what);
        }

        private static void Refuse(string why, CertificateBuilder builder)
        {
            Assert.IsNull(Certificate.Decode(builder.Build(TestKeys.Issuing)), why);
        }
    }
}
