using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Identity
{
    /// <summary>Every verdict is reached by one deviation from a certificate that is accepted.</summary>
    [TestClass]
    public class OperationalCertificateTests
    {
        private const long Begin = 1775044800;
        private const long End = Begin + (30 * 86400);

        [TestMethod]
        public void TheTwinIsAccepted()
        {
            OperationalCheck check = Check(Leaf().Build(TestKeys.Operational), TestPki.OperationalCa, Rules(Begin, 0));
            Assert.AreEqual((int)OperationalVerdict.Accepted, (int)check.Verdict, check.Reason);
            Assert.AreEqual("accepted", check.Token);
            OperationalCertificate certificate = check.Certificate;
            Assert.AreEqual("north", certificate.Tenant);
            Assert.AreEqual("meter", certificate.Product);
            Assert.AreEqual(Begin, certificate.NotBefore);
            Assert.AreEqual(End, certificate.NotAfter);
            Assert.AreEqual(RenewalTime.Of(Begin, End, Sha256.Hash(certificate.Encoded)), certificate.RenewAt);
            CollectionAssert.AreEqual(TestPki.OperationalCa, certificate.IssuerEncoded);
        }

        [TestMethod]
        public void TheRenewalIsSpreadOverATwelfthBeforeTwoThirds()
        {
            var least = new byte[32];
            var most = new byte[] { 0xFF, 0xFF, 0xFF, 0xFF };
            Assert.AreEqual(Begin + (20 * 86400), RenewalTime.Of(Begin, End, least), "two thirds at the latest");
            Assert.AreEqual(Begin + (35 * 43200) + 1, RenewalTime.Of(Begin, End, most), "seven twelfths at the earliest");
            var seen = new int[4];
            for (int i = 0; i < 64; i++)
            {
                long due = RenewalTime.Of(Begin, End, Sha256.Hash(new byte[] { (byte)i })) - Begin - (35 * 43200);
                Assert.IsTrue(due > 0 && due <= 5 * 43200);
                seen[(int)((due - 1) / 54000)]++;
            }

            Assert.IsTrue(seen[0] > 8 && seen[1] > 8 && seen[2] > 8 && seen[3] > 8, "a quarter of the window has about a quarter of the boards");
        }

        [TestMethod]
        public void AShortLifeIsRenewedBeforeItsEnd()
        {
            var hashes = new byte[][] { new byte[32], new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }, new byte[] { 0x80, 0, 0, 1 } };
            for (int i = 0; i < hashes.Length; i++)
            {
                for (long life = 1; life <= 600; life += life < 40 ? 1 : 40)
                {
                    long due = RenewalTime.Of(Begin, Begin + life, hashes[i]) - Begin;
                    Assert.IsTrue(due >= 0 && due < life && 3 * due <= 2 * life, life.ToString());
                    Assert.IsTrue(life < 12 || 12 * due >= (7 * life) - 24, "not earlier than seven twelfths, but for what does not divide: " + life.ToString());
                }

                long longest = RenewalTime.Of(Begin, Begin + OperationalCertificate.MaximumLife, hashes[i]) - Begin;
                Assert.IsTrue(12 * longest >= 7 * OperationalCertificate.MaximumLife && 3 * longest <= 2 * OperationalCertificate.MaximumLife);
            }
        }

        [TestMethod]
        public void NoRoot()
        {
            byte[] leaf = Leaf().Build(TestKeys.Operational);
            Expect(OperationalVerdict.NoRoot, Check(leaf, TestPki.OperationalCa, RulesOf(new byte[0], new byte[0])));
            Expect(OperationalVerdict.NoRoot, Check(leaf, TestPki.OperationalCa, RulesOf(new byte[9], new byte[0])));
        }

        [TestMethod]
        public void Malformed()
        {
            byte[] leaf = Leaf().Build(TestKeys.Operational);
            Expect(OperationalVerdict.Malformed, Check(new byte[0], TestPki.OperationalCa, Rules(Begin, 0)));
            Expect(OperationalVerdict.Malformed, Check(ByteArray.Concat(leaf, new byte[1]), TestPki.OperationalCa, Rules(Begin, 0)));
            Expect(OperationalVerdict.Malformed, Check(new byte[OperationalCertificate.MaximumSize + 1], TestPki.OperationalCa, Rules(Begin, 0)));
            Expect(OperationalVerdict.MalformedIssuer, Check(leaf, new byte[0], Rules(Begin, 0)));
            Expect(OperationalVerdict.MalformedIssuer, Check(leaf, ByteArray.Concat(TestPki.OperationalCa, new byte[1]), Rules(Begin, 0)));
        }

        [TestMethod]
        public void AnotherKey()
        {
            Expect(OperationalVerdict.OtherKey, Check(TestPki.OperationalBuilder(TestKeys.Device.PublicKey)));
        }

        [TestMethod]
        public void AnotherId()
        {
            Expect(OperationalVerdict.OtherId, Check(WithSubject(Name.Operational(TestPki.HardwareId, "dev-0002", "north", "meter"))));
            Expect(OperationalVerdict.OtherId, Check(WithSubject(Name.Operational("0242ac110003", TestPki.DeviceId, "north", "meter"))));
            Expect(OperationalVerdict.OtherEnvironment, Check(Leaf().Without(Extension.AlternativeNameId)));
            Expect(OperationalVerdict.OtherEnvironment, Check(Leaf().Without(Extension.AlternativeNameId).With(Extension.Uri("urn:devicefirmware:prod:dev-0001"))));
        }

        [TestMethod]
        public void AnotherProfile()
        {
            Expect(OperationalVerdict.WrongProfile, Check(Leaf().Without(Extension.BasicConstraintsId).With(Extension.BasicConstraints(true, -1))));
            Expect(OperationalVerdict.WrongProfile, Check(Leaf().Without(Extension.KeyUsageId).With(Extension.KeyUsage(0x84))));
            Expect(OperationalVerdict.WrongProfile, Check(Leaf().Without(Extension.KeyUsageId).With(Extension.KeyUsage(0x40))));
            Expect(OperationalVerdict.WrongProfile, Check(Leaf().Without(Extension.ExtendedKeyUsageId)));
            Expect(OperationalVerdict.WrongProfile, Check(Leaf().Without(Extension.ExtendedKeyUsageId).With(Extension.Purpose(1))));
            Expect(OperationalVerdict.WrongProfile, Check(WithSubject(Name.Operational(TestPki.HardwareId, TestPki.DeviceId, null, "meter"))));
            Expect(OperationalVerdict.WrongProfile, Check(WithSubject(Name.Operational(TestPki.HardwareId, TestPki.DeviceId, "no name", "meter"))));
            Expect(OperationalVerdict.Accepted, Check(WithSubject(Name.Operational(TestPki.HardwareId, TestPki.DeviceId, "north", null))));
        }

        [TestMethod]
        public void AnotherLife()
        {
            Expect(OperationalVerdict.WrongValidity, Check(Lasting("260401120000Z", "260401120000Z")));
            Expect(OperationalVerdict.WrongValidity, Check(Lasting("260401120000Z", "260630120001Z")), "a second more than 90 days");
            Expect(OperationalVerdict.Accepted, Check(Lasting("260401120000Z", "260630120000Z")));
            Expect(OperationalVerdict.WrongValidity, Check(Lasting("251231235959Z", "260131235959Z")), "older than its issuer");
            CertificateBuilder ca = TestPki.OperationalCaBuilder();
            ca.NotAfter = CertificateBuilder.Utc("260501115959Z");
            Expect(OperationalVerdict.WrongValidity, Check(Leaf().Build(TestKeys.Operational), ca.Build(TestKeys.FleetRoot), Rules(Begin, 0)));
            CertificateBuilder endless = Leaf();
            endless.NotAfter = CertificateBuilder.Generalized("99991231235959Z");
            Expect(OperationalVerdict.WrongValidity, Check(endless));
        }

        [TestMethod]
        public void TooEarlyAndTooLate()
        {
            byte[] leaf = Leaf().Build(TestKeys.Operational);
            Expect(OperationalVerdict.Accepted, Check(leaf, TestPki.OperationalCa, Rules(End - 1, 0)));
            Expect(OperationalVerdict.Expired, Check(leaf, TestPki.OperationalCa, Rules(End, 0)), "by the floor");
            Expect(OperationalVerdict.Expired, Check(leaf, TestPki.OperationalCa, Rules(Begin, End)), "by the time");
            Expect(OperationalVerdict.Accepted, Check(leaf, TestPki.OperationalCa, Rules(1, 0)), "a floor is no clock: it may well be later");
            Expect(OperationalVerdict.Accepted, Check(leaf, TestPki.OperationalCa, Rules(1, Begin - 300)));
            Expect(OperationalVerdict.NotYetValid, Check(leaf, TestPki.OperationalCa, Rules(1, Begin - 301)));
        }

        [TestMethod]
        public void AnotherIssuer()
        {
            byte[] leaf = Leaf().Build(TestKeys.Operational);
            CertificateBuilder ca = TestPki.OperationalCaBuilder();
            Expect(OperationalVerdict.IssuerIsNoAuthority, Check(leaf, ca.Without(Extension.BasicConstraintsId).With(Extension.BasicConstraints(true, 1)).Build(TestKeys.FleetRoot), Rules(Begin, 0)));
            ca = TestPki.OperationalCaBuilder();
            Expect(OperationalVerdict.IssuerIsNoAuthority, Check(leaf, ca.Without(Extension.BasicConstraintsId).Build(TestKeys.FleetRoot), Rules(Begin, 0)));
            ca = TestPki.OperationalCaBuilder();
            Expect(OperationalVerdict.IssuerIsNoAuthority, Check(leaf, ca.Without(Extension.BasicConstraintsId).With(Extension.BasicConstraints(false, 0)).Build(TestKeys.FleetRoot), Rules(Begin, 0)), "a path length makes no authority");
            ca = TestPki.OperationalCaBuilder();
            Expect(OperationalVerdict.IssuerIsNoAuthority, Check(leaf, ca.Without(Extension.KeyUsageId).With(Extension.KeyUsage(0x80)).Build(TestKeys.FleetRoot), Rules(Begin, 0)));
            Expect(OperationalVerdict.OtherRoot, Check(leaf, TestPki.OperationalCaBuilder().Build(TestKeys.Stranger), Rules(Begin, 0)));
            Expect(OperationalVerdict.OtherRoot, Check(leaf, TestPki.OperationalCa, RulesOf(TestPki.FactoryRoot, new byte[0])));
            Expect(OperationalVerdict.OtherRoot, Check(leaf, TestPki.Issuing, Rules(1767225600, 0)), "the factory's CA is no operational one");
            Expect(OperationalVerdict.WrongSignature, Check(Leaf().Build(TestKeys.Stranger), TestPki.OperationalCa, Rules(Begin, 0)));
        }

        [TestMethod]
        public void TheTrustSetNamesTheIssuer()
        {
            byte[] leaf = Leaf().Build(TestKeys.Operational);
            Expect(OperationalVerdict.Accepted, Check(leaf, TestPki.OperationalCa, RulesOf(TestPki.FleetRoot, TestPki.OperationalCa)));
            CertificateBuilder twin = TestPki.OperationalCaBuilder();
            twin.Serial = new byte[] { 0x33 };
            Expect(OperationalVerdict.OtherIssuer, Check(leaf, TestPki.OperationalCa, RulesOf(TestPki.FleetRoot, twin.Build(TestKeys.FleetRoot))));
        }

        [TestMethod]
        public void Misuse()
        {
            byte[] leaf = Leaf().Build(TestKeys.Operational);
            Assert.ThrowsException(typeof(ArgumentNullException), () => OperationalCertificate.Check(null, leaf, TestKeys.OtherDevice.PublicKey, Rules(1, 0)));
            Assert.ThrowsException(typeof(ArgumentNullException), () => OperationalCertificate.Check(leaf, leaf, null, Rules(1, 0)));
            Assert.ThrowsException(typeof(ArgumentNullException), () => OperationalCertificate.Check(leaf, leaf, TestKeys.OtherDevice.PublicKey, null));
            Assert.AreEqual(0, (int)OperationalVerdict.NotEvaluated);
        }

        private static CertificateBuilder Leaf()
        {
            return TestPki.OperationalBuilder(TestKeys.OtherDevice.PublicKey);
        }

        private static CertificateBuilder Lasting(string begin, string end)
        {
            CertificateBuilder leaf = Leaf();
            leaf.NotBefore = CertificateBuilder.Utc(begin);
            leaf.NotAfter = CertificateBuilder.Utc(end);
            return leaf;
        }

        private static CertificateBuilder WithSubject(byte[] subject)
        {
            CertificateBuilder leaf = Leaf();
            leaf.Subject = subject;
            return leaf;
        }

        private static OperationalRules Rules(long floor, long now)
        {
            return new OperationalRules(TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FleetRoot, new byte[0], floor, now);
        }

        private static OperationalRules RulesOf(byte[] root, byte[] operationalCa)
        {
            return new OperationalRules(TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, root, operationalCa, Begin, 0);
        }

        private static OperationalCheck Check(CertificateBuilder leaf)
        {
            return Check(leaf.Build(TestKeys.Operational), TestPki.OperationalCa, Rules(1767225600, 0));
        }

        private static OperationalCheck Check(byte[] leaf, byte[] issuer, OperationalRules rules)
        {
            return OperationalCertificate.Check(leaf, issuer, TestKeys.OtherDevice.PublicKey, rules);
        }

        private static void Expect(OperationalVerdict verdict, OperationalCheck check)
        {
            Expect(verdict, check, check.Reason);
        }

        private static void Expect(OperationalVerdict verdict, OperationalCheck check, string why)
        {
            Assert.AreEqual((int)verdict, (int)check.Verdict, why);
            Assert.AreEqual(verdict == OperationalVerdict.Accepted, !(check.Certificate is null));
            Assert.AreNotEqual("not-evaluated", check.Token);
        }
    }
}
