using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Trust
{
    [TestClass]
    public class TimeFloorTests
    {
        private const long DeviceBegins = 1775044800;

        [TestMethod]
        public void TheLaterCertificateIsTheFloor()
        {
            Assert.AreEqual(DeviceBegins, TimeFloor.Of(TestPki.FleetRoot, Certificate()));
            Assert.AreEqual(DeviceBegins, TimeFloor.Of(new byte[0], Certificate()));
            CertificateBuilder later = TestPki.FleetRootBuilder();
            later.NotBefore = CertificateBuilder.Utc("260401120001Z");
            Assert.AreEqual(DeviceBegins + 1, TimeFloor.Of(later.Build(TestKeys.FleetRoot), Certificate()));
        }

        private static DeviceCertificate Certificate()
        {
            return DeviceCertificate.Check(TestPki.Device, TestPki.Issuing, TestKeys.Device.PublicKey,
                TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot).Certificate;
        }
    }
}
