using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Trust
{
    [TestClass]
    public class TlsParametersTests
    {
        [TestMethod]
        public void AnEmptyStoreIsAccepted()
        {
            TlsCheck check = Check(TestPki.FleetRoot, null);
            Expect(TlsVerdict.Accepted, check);
            Assert.AreEqual("broker.lab", check.Parameters.Host);
            Assert.AreEqual(8883, check.Parameters.Port);
            CollectionAssert.AreEqual(TestPki.FleetRoot, check.Parameters.RootCertificate);
            CollectionAssert.AreEqual(TestPki.Device, check.Parameters.DeviceCertificate);
            CollectionAssert.AreEqual(TestKeys.Device.ExportSec1(), check.Parameters.DevicePrivateKey);
        }

        [TestMethod]
        public void AStoreThatHoldsTheRootIsAccepted()
        {
            Expect(TlsVerdict.Accepted, Check(TestPki.FleetRoot, ByteArray.Concat(TestPki.FleetRoot)));
        }

        [TestMethod]
        public void APlantedExtraCaIsRefused()
        {
            Expect(TlsVerdict.ForeignCaStore, Check(TestPki.FleetRoot, TestPki.FactoryRoot));
            Expect(TlsVerdict.ForeignCaStore, Check(TestPki.FleetRoot, ByteArray.Concat(TestPki.FleetRoot, TestPki.FactoryRoot)));
            Expect(TlsVerdict.ForeignCaStore, Check(TestPki.FleetRoot, ByteArray.Concat(TestPki.FactoryRoot, TestPki.FleetRoot)));
            Expect(TlsVerdict.ForeignCaStore, Check(TestPki.FleetRoot, ByteArray.Concat(TestPki.FleetRoot, TestPki.FleetRoot)));
            Expect(TlsVerdict.ForeignCaStore, Check(TestPki.FleetRoot, ByteArray.Slice(TestPki.FleetRoot, 0, TestPki.FleetRoot.Length - 1)));
            Expect(TlsVerdict.ForeignCaStore, Check(TestPki.FleetRoot, new byte[0]));
        }

        [TestMethod]
        public void NoRoot()
        {
            Expect(TlsVerdict.NoRoot, Check(new byte[0], null));
            Expect(TlsVerdict.NoRoot, Check(new byte[0], new byte[0]));
        }

        [TestMethod]
        public void MalformedRoot()
        {
            Expect(TlsVerdict.MalformedRoot, Check(new byte[10], null));
            Expect(TlsVerdict.MalformedRoot, Check(ByteArray.Concat(TestPki.FleetRoot, new byte[1]), null));
            Expect(TlsVerdict.MalformedRoot, Check(TestPki.FleetRootBuilder().Without(Extension.BasicConstraintsId).Build(TestKeys.FleetRoot), null));
            Expect(TlsVerdict.MalformedRoot, Check(TestPki.FleetRootBuilder().Build(TestKeys.Stranger), null));
            Expect(TlsVerdict.MalformedRoot, Check(TestPki.Issuing, null));
        }

        [TestMethod]
        public void TheKeyIsZeroed()
        {
            TlsParameters parameters = Check(TestPki.FleetRoot, null).Parameters;
            byte[] key = parameters.DevicePrivateKey;
            parameters.Clear();
            for (int i = 0; i < key.Length; i++)
            {
                Assert.AreEqual(0, (int)key[i]);
            }
        }

        [TestMethod]
        public void AKeyThatStaysHasNoConnection()
        {
            TlsCheck check = TlsParameters.Check(Own(), new KeyInAnElement(), "broker.lab", 8883, TestPki.FleetRoot, new MemoryTrustStore());
            Expect(TlsVerdict.KeyStays, check);
            Assert.AreEqual("key-stays", check.Token);
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => TlsParameters.Check(null, TestKeys.Identity, "h", 1, TestPki.FleetRoot, new MemoryTrustStore()));
            Assert.ThrowsException(typeof(ArgumentNullException), () => Check(null, null));
        }

        private static TlsCheck Check(byte[] root, byte[] bundle)
        {
            return TlsParameters.Check(Own(), TestKeys.Identity, "broker.lab", 8883, root, new MemoryTrustStore { Bundle = bundle });
        }

        private static DeviceCertificate Own()
        {
            return DeviceCertificate.Check(TestPki.Device, TestPki.Issuing, TestKeys.Device.PublicKey,
                TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot).Certificate;
        }

        private static void Expect(TlsVerdict expected, TlsCheck check)
        {
            Assert.AreEqual((int)expected, (int)check.Verdict, check.Token);
            Assert.AreEqual(expected == TlsVerdict.Accepted, !(check.Parameters is null));
            Assert.AreNotEqual("not-evaluated", check.Token);
            Assert.AreNotEqual("nothing was decided", check.Reason);
        }
    }

    /// <summary>A key of a secure element: it signs, and does not come out.</summary>
    internal sealed class KeyInAnElement : IIdentityKey
    {
        public P256PublicKey PublicKey
        {
            get { return TestKeys.Device.PublicKey; }
        }

        public byte[] Sign(byte[] hash)
        {
            return Ecdsa.Sign(TestKeys.Device, hash);
        }

        public byte[] ExportTlsKey()
        {
            return null;
        }
    }
}
