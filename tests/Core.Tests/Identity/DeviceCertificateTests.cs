using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Identity
{
    /// <summary>Every verdict is reached by one deviation from a certificate that is accepted.</summary>
    [TestClass]
    public class DeviceCertificateTests
    {
        [TestMethod]
        public void TheTwinIsAccepted()
        {
            CertificateCheck check = Check(TestPki.Device, TestPki.Issuing);
            Assert.AreEqual((int)CertificateVerdict.Accepted, (int)check.Verdict, check.Reason);
            Assert.AreEqual("accepted", check.Token);
            Assert.AreEqual(TestPki.DeviceId, check.Certificate.DeviceId);
            Assert.AreEqual(1775044800L, check.Certificate.NotBefore);
            CollectionAssert.AreEqual(TestPki.Device, check.Certificate.Encoded);
            CollectionAssert.AreEqual(TestPki.Issuing, check.Certificate.IssuerEncoded);
        }

        [TestMethod]
        public void NoRoot()
        {
            Expect(CertificateVerdict.NoRoot, Check(TestPki.Device, TestPki.Issuing, TestPki.DeviceId, TestPki.HardwareId, TestPki.Environment, new byte[0]));
            Expect(CertificateVerdict.NoRoot, Check(TestPki.Device, TestPki.Issuing, TestPki.DeviceId, TestPki.HardwareId, TestPki.Environment, new byte[10]));
        }

        [TestMethod]
        public void Malformed()
        {
            Expect(CertificateVerdict.Malformed, Check(new byte[0], TestPki.Issuing));
            Expect(CertificateVerdict.Malformed, Check(ByteArray.Concat(TestPki.Device, new byte[1]), TestPki.Issuing));
            Expect(CertificateVerdict.MalformedIssuer, Check(TestPki.Device, new byte[0]));
            Expect(CertificateVerdict.MalformedIssuer, Check(TestPki.Device, ByteArray.Concat(TestPki.Issuing, new byte[1])));
        }

        [TestMethod]
        public void OtherKey()
        {
            CertificateBuilder builder = TestPki.DeviceBuilder();
            builder.KeyInfo = TestKeys.OtherDevice.PublicKey.EncodeSubjectPublicKeyInfo();
            Expect(CertificateVerdict.OtherKey, Check(builder));
        }

        [TestMethod]
        public void OtherId()
        {
            CertificateBuilder builder = TestPki.DeviceBuilder();
            builder.Subject = Name.Device(TestPki.HardwareId, "dev-0002");
            Expect(CertificateVerdict.OtherId, Check(builder));
            builder = TestPki.DeviceBuilder();
            builder.Subject = Name.Device("0242ac110003", TestPki.DeviceId);
            Expect(CertificateVerdict.OtherId, Check(builder));
            builder = TestPki.DeviceBuilder();
            builder.Subject = Name.Common(TestPki.DeviceId);
            Expect(CertificateVerdict.OtherId, Check(builder));

            Expect(CertificateVerdict.OtherId, Check(TestPki.Device, TestPki.Issuing, "dev-0002", TestPki.HardwareId, TestPki.Environment, TestPki.FactoryRoot));
            Expect(CertificateVerdict.OtherId, Check(TestPki.Device, TestPki.Issuing, null, TestPki.HardwareId, TestPki.Environment, TestPki.FactoryRoot));
            Expect(CertificateVerdict.OtherId, Check(TestPki.Device, TestPki.Issuing, TestPki.DeviceId, "0242ac110003", TestPki.Environment, TestPki.FactoryRoot));
        }

        [TestMethod]
        public void AnIdThatIsNoNameIsNobodys()
        {
            // An id like this would be a topic filter.
            CertificateBuilder builder = TestPki.DeviceBuilder().Without(Extension.AlternativeNameId).With(Extension.Uri("urn:devicefirmware:test:+"));
            builder.Subject = Name.Device(TestPki.HardwareId, "+");
            Expect(CertificateVerdict.OtherId, Check(builder.Build(TestKeys.Issuing), TestPki.Issuing, "+", TestPki.HardwareId, TestPki.Environment, TestPki.FactoryRoot));
        }

        [TestMethod]
        public void OtherEnvironment()
        {
            Expect(CertificateVerdict.OtherEnvironment, Check(TestPki.DeviceBuilder().Without(Extension.AlternativeNameId)));
            Expect(CertificateVerdict.OtherEnvironment, Check(WithUri("urn:devicefirmware:prod:dev-0001")));
            Expect(CertificateVerdict.OtherEnvironment, Check(WithUri("urn:devicefirmware:test:dev-0002")));
            Expect(CertificateVerdict.OtherEnvironment, Check(WithUri("urn:devicefirmware:test:dev-00010")));
            Expect(CertificateVerdict.OtherEnvironment, Check(WithUri("urn:devicefirmware::dev-0001")));
            Expect(CertificateVerdict.Accepted, Check(WithUri("urn:devicefirmware:test:dev-0001")));
            Expect(CertificateVerdict.OtherEnvironment, Check(TestPki.Device, TestPki.Issuing, TestPki.DeviceId, TestPki.HardwareId, "prod", TestPki.FactoryRoot));
        }

        [TestMethod]
        public void WrongProfile()
        {
            Expect(CertificateVerdict.WrongProfile, Check(TestPki.DeviceBuilder().Without(Extension.BasicConstraintsId).With(Extension.BasicConstraints(true, -1))));
            Expect(CertificateVerdict.WrongProfile, Check(TestPki.DeviceBuilder().Without(Extension.KeyUsageId)));
            Expect(CertificateVerdict.WrongProfile, Check(TestPki.DeviceBuilder().Without(Extension.KeyUsageId).With(Extension.KeyUsage(0x40))));
            Expect(CertificateVerdict.WrongProfile, Check(TestPki.DeviceBuilder().Without(Extension.KeyUsageId).With(Extension.KeyUsage(0x84))));
            Expect(CertificateVerdict.WrongProfile, Check(TestPki.DeviceBuilder().Without(Extension.ExtendedKeyUsageId)));
            Expect(CertificateVerdict.WrongProfile, Check(TestPki.DeviceBuilder().Without(Extension.ExtendedKeyUsageId).With(Extension.Purpose(1))));
            Expect(CertificateVerdict.Accepted, Check(TestPki.DeviceBuilder().Without(Extension.BasicConstraintsId)), "no CA is what it is without them");
        }

        [TestMethod]
        public void WrongValidity()
        {
            CertificateBuilder ends = TestPki.DeviceBuilder();
            ends.NotAfter = CertificateBuilder.Generalized("99991231235958Z");
            Expect(CertificateVerdict.WrongValidity, Check(ends));

            CertificateBuilder issuer = TestPki.IssuingBuilder();
            issuer.NotAfter = CertificateBuilder.Utc("491231235959Z");
            Expect(CertificateVerdict.WrongValidity, Check(TestPki.Device, issuer.Build(TestKeys.FactoryRoot)), "an issuer that ends");

            CertificateBuilder early = TestPki.DeviceBuilder();
            early.NotBefore = CertificateBuilder.Utc("251231235959Z");
            Expect(CertificateVerdict.WrongValidity, Check(early), "a second older than its issuer");
            CertificateBuilder same = TestPki.DeviceBuilder();
            same.NotBefore = CertificateBuilder.Utc("260101000000Z");
            Expect(CertificateVerdict.Accepted, Check(same));
        }

        [TestMethod]
        public void IssuerIsNoAuthority()
        {
            Expect(CertificateVerdict.IssuerIsNoAuthority, CheckIssuer(TestPki.IssuingBuilder().Without(Extension.BasicConstraintsId)));
            Expect(CertificateVerdict.IssuerIsNoAuthority, CheckIssuer(TestPki.IssuingBuilder().Without(Extension.BasicConstraintsId).With(Extension.BasicConstraints(false, 0))));
            Expect(CertificateVerdict.IssuerIsNoAuthority, CheckIssuer(TestPki.IssuingBuilder().Without(Extension.BasicConstraintsId).With(Extension.BasicConstraints(true, -1))));
            Expect(CertificateVerdict.IssuerIsNoAuthority, CheckIssuer(TestPki.IssuingBuilder().Without(Extension.BasicConstraintsId).With(Extension.BasicConstraints(true, 1))));
            Expect(CertificateVerdict.IssuerIsNoAuthority, CheckIssuer(TestPki.IssuingBuilder().Without(Extension.KeyUsageId)));
            Expect(CertificateVerdict.IssuerIsNoAuthority, CheckIssuer(TestPki.IssuingBuilder().Without(Extension.KeyUsageId).With(Extension.KeyUsage(0x80))));
            Expect(CertificateVerdict.Accepted, CheckIssuer(TestPki.IssuingBuilder()));
        }

        [TestMethod]
        public void ADeviceMayNotIssue()
        {
            // Another device's key signs a certificate for this one: its own certificate is a device's.
            CertificateBuilder other = TestPki.DeviceBuilder();
            other.KeyInfo = TestKeys.OtherDevice.PublicKey.EncodeSubjectPublicKeyInfo();
            other.Subject = Name.Common("dev-0002");
            CertificateBuilder leaf = TestPki.DeviceBuilder();
            leaf.Issuer = Name.Common("dev-0002");
            Expect(CertificateVerdict.IssuerIsNoAuthority, Check(leaf.Build(TestKeys.OtherDevice), other.Build(TestKeys.Issuing)));
        }

        [TestMethod]
        public void WrongSignature()
        {
            Expect(CertificateVerdict.WrongSignature, Check(TestPki.DeviceBuilder().Build(TestKeys.Stranger), TestPki.Issuing));
            CertificateBuilder otherIssuer = TestPki.DeviceBuilder();
            otherIssuer.Issuer = Name.Common("factory root");
            Expect(CertificateVerdict.WrongSignature, Check(otherIssuer), "names another issuer");
        }

        [TestMethod]
        public void OtherRoot()
        {
            Expect(CertificateVerdict.OtherRoot, Check(TestPki.Device, TestPki.IssuingBuilder().Build(TestKeys.Stranger)));
            CertificateBuilder otherName = TestPki.IssuingBuilder();
            otherName.Issuer = Name.Common("another root");
            Expect(CertificateVerdict.OtherRoot, CheckIssuer(otherName));
            Expect(CertificateVerdict.OtherRoot, Check(TestPki.Device, TestPki.Issuing, TestPki.DeviceId, TestPki.HardwareId, TestPki.Environment, TestPki.FleetRoot));
        }

        [TestMethod]
        public void EveryVerdictHasATokenAndAReason()
        {
            Assert.AreEqual("other-key", Token(TestKeys.OtherDevice));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Check(null, TestPki.Issuing));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Check(TestPki.Device, null));
        }

        private static string Token(DeviceFirmware.Crypto.P256PrivateKey key)
        {
            CertificateBuilder builder = TestPki.DeviceBuilder();
            builder.KeyInfo = key.PublicKey.EncodeSubjectPublicKeyInfo();
            return Check(builder).Token;
        }

        private static CertificateBuilder WithUri(string uri)
        {
            return TestPki.DeviceBuilder().Without(Extension.AlternativeNameId).With(Extension.Uri(uri));
        }

        private static CertificateCheck Check(CertificateBuilder leaf)
        {
            return Check(leaf.Build(TestKeys.Issuing), TestPki.Issuing);
        }

        private static CertificateCheck CheckIssuer(CertificateBuilder issuer)
        {
            return Check(TestPki.Device, issuer.Build(TestKeys.FactoryRoot));
        }

        private static CertificateCheck Check(byte[] leaf, byte[] issuer)
        {
            return Check(leaf, issuer, TestPki.DeviceId, TestPki.HardwareId, TestPki.Environment, TestPki.FactoryRoot);
        }

        private static CertificateCheck Check(byte[] leaf, byte[] issuer, string deviceId, string hardwareId, string environment, byte[] root)
        {
            return DeviceCertificate.Check(leaf, issuer, TestKeys.Device.PublicKey, hardwareId, deviceId, environment, root);
        }

        private static void Expect(CertificateVerdict expected, CertificateCheck check)
        {
            Expect(expected, check, "");
        }

        private static void Expect(CertificateVerdict expected, CertificateCheck check, string why)
        {
            Assert.AreEqual((int)expected, (int)check.Verdict, why + " " + check.Token);
            Assert.AreEqual(expected == CertificateVerdict.Accepted, !(check.Certificate is null));
            Assert.AreNotEqual("not-evaluated", check.Token);
            Assert.AreNotEqual("nothing was decided", check.Reason);
        }
    }
}
