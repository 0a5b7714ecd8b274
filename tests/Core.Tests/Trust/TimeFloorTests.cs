using DeviceFirmware.Identity;
using DeviceFirmware.Memory;
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

        [TestMethod]
        public void AClockBelowIsSetAndOneAboveIsLeftAlone()
        {
            var clock = new MemoryClock();
            TimeFloor.Apply(clock, DeviceBegins);
            Assert.AreEqual(DeviceBegins, clock.UtcNow());
            clock.SetUtc(DeviceBegins + 5);
            TimeFloor.Apply(clock, DeviceBegins);
            Assert.AreEqual(DeviceBegins + 5, clock.UtcNow());
            Assert.AreEqual(2, clock.TimesSet);
        }

        private static DeviceCertificate Certificate()
        {
            return DeviceCertificate.Check(TestPki.Device, TestPki.Issuing, TestKeys.Device.PublicKey,
                TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot).Certificate;
        }
    }
}
