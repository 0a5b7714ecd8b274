using DeviceFirmware.Commands;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Trust sets of the environment <c>test</c>: another fleet root, an operational CA under it, another broker, another time key.</summary>
    internal static class TestTrust
    {
        internal const string Host = "new.broker";

        private static byte[] _root;
        private static byte[] _operationalCa;

        /// <summary>Signed by the key of the root that the firmware was built with; the certificate is another.</summary>
        internal static byte[] Root => _root ?? (_root = RootBuilder().Build(TestKeys.FleetRoot));

        internal static byte[] OperationalCa => _operationalCa ?? (_operationalCa = CaBuilder(0).Build(TestKeys.FleetRoot));

        internal static byte[] TimeKey => TestKeys.OtherDevice.PublicKey.Encode();

        internal static TrustSet Set(long sequence)
        {
            return new TrustSet(sequence, Root, OperationalCa, Host, 8884, TimeKey);
        }

        /// <summary>To the test board, until <see cref="TestOrders.End"/>.</summary>
        internal static byte[] Order(long number, TrustSet set)
        {
            return TestOrders.Sign(new Order(OrderVerb.Trust, TestKeys.Device.PublicKey.KeyHash(), "", number, 0, TestOrders.End, set.Encode()));
        }

        internal static CertificateBuilder RootBuilder()
        {
            return new CertificateBuilder(Name.Common("fleet root 2"), Name.Common("fleet root 2"), TestKeys.FleetRoot.PublicKey)
            {
                NotAfter = CertificateBuilder.Utc("460101000000Z"),
            }
                .With(Extension.BasicConstraints(true, 1))
                .With(Extension.KeyUsage(0x06));
        }

        internal static CertificateBuilder CaBuilder(int pathLength)
        {
            return new CertificateBuilder(Name.Common("fleet root 2"), Name.Common("operational"), TestKeys.Issuing.PublicKey)
            {
                NotAfter = CertificateBuilder.Utc("360101000000Z"),
            }
                .With(Extension.BasicConstraints(true, pathLength))
                .With(Extension.KeyUsage(0x06));
        }
    }
}
