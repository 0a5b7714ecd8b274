namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// The domain parameters of P-256 (FIPS 186-5 with SP 800-186 §3.2.1.3; secp256r1 in SEC 2 §2.4.2), least significant limb first.
    /// Each call makes a new array, so that no caller can change another's.
    /// </summary>
    internal static class P256Parameters
    {
        /// <summary>-1/n mod 2^32.</summary>
        internal const uint OrderNegativeInverse = 0xEE00BC4F;

        /// <summary>p = 2^256 - 2^224 + 2^192 + 2^96 - 1.</summary>
        internal static uint[] Prime()
        {
            return new uint[] { 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0x00000000, 0x00000000, 0x00000001, 0xFFFFFFFF };
        }

        /// <summary>n, the order of the base point.</summary>
        internal static uint[] Order()
        {
            return new uint[] { 0xFC632551, 0xF3B9CAC2, 0xA7179E84, 0xBCE6FAAD, 0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0xFFFFFFFF };
        }

        /// <summary>2^512 mod n.</summary>
        internal static uint[] OrderRSquared()
        {
            return new uint[] { 0xBE79EEA2, 0x83244C95, 0x49BD6FA6, 0x4699799C, 0x2B6BEC59, 0x2845B239, 0xF3D95620, 0x66E12D94 };
        }
    }
}
