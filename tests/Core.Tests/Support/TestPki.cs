using DeviceFirmware.Crypto;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>The certificates of an environment named <c>test</c>, over <see cref="TestKeys"/>.</summary>
    internal static class TestPki
    {
        internal const string Environment = "test";
        internal const string HardwareId = "0242ac110002";
        internal const string DeviceId = "dev-0001";

        private static byte[] _factoryRoot;
        private static byte[] _issuing;
        private static byte[] _fleetRoot;
        private static byte[] _device;
        private static byte[] _operationalCa;

        internal static byte[] FactoryRoot => _factoryRoot ?? (_factoryRoot = FactoryRootBuilder().Build(TestKeys.FactoryRoot));

        internal static byte[] Issuing => _issuing ?? (_issuing = IssuingBuilder().Build(TestKeys.FactoryRoot));

        internal static byte[] FleetRoot => _fleetRoot ?? (_fleetRoot = FleetRootBuilder().Build(TestKeys.FleetRoot));

        internal static byte[] Device => _device ?? (_device = DeviceBuilder().Build(TestKeys.Issuing));

        internal static CertificateBuilder FactoryRootBuilder()
        {
            return new CertificateBuilder(Name.Common("factory root"), Name.Common("factory root"), TestKeys.FactoryRoot.PublicKey)
                .With(Extension.BasicConstraints(true, 1))
                .With(Extension.KeyUsage(0x06));
        }

        internal static CertificateBuilder IssuingBuilder()
        {
            return new CertificateBuilder(Name.Common("factory root"), Name.Common("factory issuing"), TestKeys.Issuing.PublicKey)
                .With(Extension.BasicConstraints(true, 0))
                .With(Extension.KeyUsage(0x06));
        }

        internal static CertificateBuilder FleetRootBuilder()
        {
            return new CertificateBuilder(Name.Common("fleet root"), Name.Common("fleet root"), TestKeys.FleetRoot.PublicKey)
            {
                NotAfter = CertificateBuilder.Utc("460101000000Z"),
            }
                .With(Extension.BasicConstraints(true, 0))
                .With(Extension.KeyUsage(0x06));
        }

        internal static byte[] OperationalCa => _operationalCa ?? (_operationalCa = OperationalCaBuilder().Build(TestKeys.FleetRoot));

        internal static CertificateBuilder OperationalCaBuilder()
        {
            return new CertificateBuilder(Name.Common("fleet root"), Name.Common("operational CA"), TestKeys.Operational.PublicKey)
            {
                NotAfter = CertificateBuilder.Utc("360101000000Z"),
            }
                .With(Extension.BasicConstraints(true, 0))
                .With(Extension.KeyUsage(0x06));
        }

        /// <summary>An LDevID of 30 days from the 1st of April 2026, 12:00, for that key.</summary>
        internal static CertificateBuilder OperationalBuilder(P256PublicKey key)
        {
            return new CertificateBuilder(Name.Common("operational CA"), Name.Operational(HardwareId, DeviceId, "north", "meter"), key)
            {
                NotBefore = CertificateBuilder.Utc("260401120000Z"),
                NotAfter = CertificateBuilder.Utc("260501120000Z"),
            }
                .With(Extension.BasicConstraints(false, -1))
                .With(Extension.KeyUsage(0x80))
                .With(Extension.Purpose(2))
                .With(Extension.Uri("urn:devicefirmware:" + Environment + ":" + DeviceId));
        }

        /// <summary>The IDevID of <see cref="TestKeys.Device"/>.</summary>
        internal static CertificateBuilder DeviceBuilder()
        {
            return new CertificateBuilder(Name.Common("factory issuing"), Name.Device(HardwareId, DeviceId), TestKeys.Device.PublicKey)
            {
                NotBefore = CertificateBuilder.Utc("260401120000Z"),
            }
                .With(Extension.BasicConstraints(false, -1))
                .With(Extension.KeyUsage(0x80))
                .With(Extension.Purpose(2))
                .With(Extension.Uri("urn:devicefirmware:" + Environment + ":" + DeviceId));
        }
    }
}
