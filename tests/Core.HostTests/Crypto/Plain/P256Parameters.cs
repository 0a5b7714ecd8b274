namespace DeviceFirmware.HostTests.Crypto.Plain
{
    /// <summary>
    /// The domain parameters of P-256 (FIPS 186-5 with SP 800-186 §3.2.1.3; secp256r1 in SEC 2 §2.4.2), least significant limb first.
    /// Each call makes a new array, so that no caller can change another's.
    /// </summary>
    internal static class P256Parameters
    {
        /// <summary>-1/p mod 2^32.</summary>
        internal const uint PrimeNegativeInverse = 0x00000001;

        /// <summary>-1/n mod 2^32.</summary>
        internal const uint OrderNegativeInverse = 0xEE00BC4F;

        /// <summary>p = 2^256 - 2^224 + 2^192 + 2^96 - 1.</summary>
        internal static uint[] Prime()
        {
            return new uint[] { 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0x00000000, 0x00000000, 0x00000000, 0x00000001, 0xFFFFFFFF };
        }

        /// <summary>2^512 mod p.</summary>
        internal static uint[] PrimeRSquared()
        {
            return new uint[] { 0x00000003, 0x00000000, 0xFFFFFFFF, 0xFFFFFFFB, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0x00000004 };
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

        /// <summary>b of the equation y² = x³ - 3x + b.</summary>
        internal static uint[] B()
        {
            return new uint[] { 0x27D2604B, 0x3BCE3C3E, 0xCC53B0F6, 0x651D06B0, 0x769886BC, 0xB3EBBD55, 0xAA3A93E7, 0x5AC635D8 };
        }

        /// <summary>The x coordinate of the base point.</summary>
        internal static uint[] BaseX()
        {
            return new uint[] { 0xD898C296, 0xF4A13945, 0x2DEB33A0, 0x77037D81, 0x63A440F2, 0xF8BCE6E5, 0xE12C4247, 0x6B17D1F2 };
        }

        /// <summary>The y coordinate of the base point.</summary>
        internal static uint[] BaseY()
        {
            return new uint[] { 0x37BF51F5, 0xCBB64068, 0x6B315ECE, 0x2BCE3357, 0x7C0F9E16, 0x8EE7EB4A, 0xFE1A7F9B, 0x4FE342E2 };
        }
    }
}
