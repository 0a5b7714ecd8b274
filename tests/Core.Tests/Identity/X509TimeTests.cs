using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Identity
{
    /// <summary>RFC 5280 section 4.1.2.5, seen through certificates.</summary>
    [TestClass]
    public class X509TimeTests
    {
        private const long Refused = -1;

        [TestMethod]
        public void UtcTimesAreReadFrom1970To2049()
        {
            CheckUtc(0, "700101000000Z");
            CheckUtc(1, "700101000001Z");
            CheckUtc(946684799, "991231235959Z");
            CheckUtc(946684800, "000101000000Z");
            CheckUtc(951782400, "000229000000Z");
            CheckUtc(951868800, "000301000000Z");
            CheckUtc(1709208000, "240229120000Z");
            CheckUtc(2524607999, "491231235959Z");
        }

        [TestMethod]
        public void GeneralizedTimesAreReadFrom2050()
        {
            CheckGeneralized(2524608000, "20500101000000Z");
            CheckGeneralized(4102444799, "20991231235959Z");
            CheckGeneralized(4107542400, "21000301000000Z");
            CheckGeneralized(13574563200, "24000229000000Z");
            CheckGeneralized(32503680000, "30000101000000Z");
            CheckGeneralized(X509Time.NoEnd, "99991231235959Z");
            CheckGeneralized(Refused, "20491231235959Z");
            CheckGeneralized(Refused, "19700101000000Z");
            CheckGeneralized(Refused, "00000101000000Z");
        }

        [TestMethod]
        public void TimesBefore1970AreRefused()
        {
            CheckUtc(Refused, "691231235959Z");
            CheckUtc(Refused, "500101000000Z");
        }

        [TestMethod]
        public void DatesThatAreNoneAreRefused()
        {
            string[] none = new string[]
            {
                "260001000000Z", "261301000000Z", "260100000000Z", "260132000000Z", "260431000000Z", "260631000000Z", "260931000000Z", "261131000000Z",
                "260229000000Z", "260230000000Z", "240230000000Z", "260101240000Z", "260101006000Z", "260101000060Z",
            };
            for (int i = 0; i < none.Length; i++)
            {
                CheckUtc(Refused, none[i]);
            }

            CheckGeneralized(Refused, "21000229000000Z");
            CheckUtc(1767225600, "260101000000Z");
        }

        [TestMethod]
        public void OtherFormsAreRefused()
        {
            string[] others = new string[]
            {
                "", "Z", "2601010000Z", "260101000000", "260101000000z", "260101000000+0000", "20260101000000Z", "26010100000 Z", " 60101000000Z", "2601010000-1Z",
                "26010100000AZ", "/60101000000Z", ":60101000000Z", "260101000000ZZ",
            };
            for (int i = 0; i < others.Length; i++)
            {
                CheckUtc(Refused, others[i]);
            }

            CheckGeneralized(Refused, "205001010000Z");
            CheckGeneralized(Refused, "20500101000000.5Z");
            CheckGeneralized(Refused, "500101000000Z");
            CheckGeneralized(Refused, "120500101000000Z");
            Check(Refused, new byte[] { 0x13, 0x01, 0x5A });
            Check(Refused, new byte[] { 0x17, 0x00 });
        }

        [TestMethod]
        public void TimesAreWritten()
        {
            Assert.AreEqual("1970-01-01T00:00:00Z", X509Time.ToIso8601(0));
            Assert.AreEqual("1970-01-01T00:00:00Z", X509Time.ToIso8601(-1));
            Assert.AreEqual("1999-12-31T23:59:59Z", X509Time.ToIso8601(946684799));
            Assert.AreEqual("2000-02-29T00:00:00Z", X509Time.ToIso8601(951782400));
            Assert.AreEqual("2000-03-01T00:00:00Z", X509Time.ToIso8601(951868800));
            Assert.AreEqual("2024-02-29T12:00:00Z", X509Time.ToIso8601(1709208000));
            Assert.AreEqual("2026-01-09T08:07:06Z", X509Time.ToIso8601(1767946026));
            Assert.AreEqual("2100-03-01T00:00:00Z", X509Time.ToIso8601(4107542400));
            Assert.AreEqual("9999-12-31T23:59:59Z", X509Time.ToIso8601(X509Time.NoEnd));
            Assert.AreEqual("9999-12-31T23:59:59Z", X509Time.ToIso8601(X509Time.NoEnd + 1));
        }

        private static void CheckUtc(long expected, string time)
        {
            Check(expected, CertificateBuilder.Utc(time), time);
        }

        private static void CheckGeneralized(long expected, string time)
        {
            Check(expected, CertificateBuilder.Generalized(time), time);
        }

        private static void Check(long expected, byte[] item)
        {
            Check(expected, item, "");
        }

        private static void Check(long expected, byte[] item, string text)
        {
            var builder = new CertificateBuilder(Name.Common("a"), Name.Common("a"), TestKeys.Device.PublicKey) { NotBefore = item };
            Certificate certificate = Certificate.Decode(builder.Build(TestKeys.Device));
            Assert.AreEqual(expected, certificate is null ? Refused : certificate.NotBefore, text);
        }
    }
}
