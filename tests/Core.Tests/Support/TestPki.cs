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
