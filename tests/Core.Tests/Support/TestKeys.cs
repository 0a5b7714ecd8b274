using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Keys of known scalars, one a role. Of use in tests only.</summary>
    internal static class TestKeys
    {
        private static P256PrivateKey _ota;
        private static P256PrivateKey _otaNext;
        private static P256PrivateKey _stranger;
        private static P256PrivateKey _command;
        private static P256PrivateKey _commandNext;
        private static P256PrivateKey _time;
        private static P256PrivateKey _factoryRoot;
        private static P256PrivateKey _issuing;
        private static P256PrivateKey _fleetRoot;
        private static P256PrivateKey _device;
        private static P256PrivateKey _operational;
        private static P256PrivateKey _otherDevice;

        internal static P256PrivateKey Ota => _ota ?? (_ota = FromByte(0x11));

        internal static P256PrivateKey OtaNext => _otaNext ?? (_otaNext = FromByte(0x12));

        /// <summary>A key that nobody trusts.</summary>
        internal static P256PrivateKey Stranger => _stranger ?? (_stranger = FromByte(0x13));

        internal static P256PrivateKey Command => _command ?? (_command = FromByte(0x14));

        internal static P256PrivateKey CommandNext => _commandNext ?? (_commandNext = FromByte(0x15));

        internal static P256PrivateKey Time => _time ?? (_time = FromByte(0x16));

        internal static P256PrivateKey FactoryRoot => _factoryRoot ?? (_factoryRoot = FromByte(0x21));

        internal static P256PrivateKey Issuing => _issuing ?? (_issuing = FromByte(0x22));

        internal static P256PrivateKey FleetRoot => _fleetRoot ?? (_fleetRoot = FromByte(0x23));

        internal static P256PrivateKey Operational => _operational ?? (_operational = FromByte(0x24));

        internal static P256PrivateKey Device => _device ?? (_device = FromByte(0x31));

        /// <summary>The same behind its port.</summary>
        internal static StoredKey Identity => new StoredKey(Device);

        internal static P256PrivateKey OtherDevice => _otherDevice ?? (_otherDevice = FromByte(0x32));

        private static P256PrivateKey FromByte(byte value)
        {
            var scalar = new byte[P256PrivateKey.ScalarSize];
            for (int i = 0; i < scalar.Length; i++)
            {
                scalar[i] = value;
            }

            return P256PrivateKey.Import(scalar);
        }
    }
}
