namespace DeviceFirmware.HostTests.Crypto.Plain
{
    /// <summary>
    /// Numbers of 256 bits as eight limbs of 32 bits, least significant first. Nothing here branches on a limb.
    /// A mask is all ones for yes, 0 for no.
    /// </summary>
    internal static class Limbs
    {
        internal const int Count = 8;
        internal const int ByteCount = 32;
        internal const int BitCount = 256;

        /// <summary>Reads 32 bytes, most significant first (SEC 1 §2.3.8).</summary>
        internal static uint[] FromBytes(byte[] bytes, int offset)
        {
            uint[] value = new uint[Count];

            for (int i = Count - 1; i >= 0; i--)
            {
                value[i] = ((uint)bytes[offset] << 24) | ((uint)bytes[offset + 1] << 16) | ((uint)bytes[offset + 2] << 8) | bytes[offset + 3];
                offset += 4;
            }

            return value;
        }

        /// <summary>Writes 32 bytes, most significant first (SEC 1 §2.3.7).</summary>
        internal static void ToBytes(uint[] value, byte[] bytes, int offset)
        {
            for (int i = Count - 1; i >= 0; i--)
            {
                uint limb = value[i];
                bytes[offset] = (byte)(limb >> 24);
                bytes[offset + 1] = (byte)(limb >> 16);
                bytes[offset + 2] = (byte)(limb >> 8);
                bytes[offset + 3] = (byte)limb;
                offset += 4;
            }
        }

        internal static void Copy(uint[] source, uint[] destination)
        {
            for (int i = 0; i < Count; i++)
            {
                destination[i] = source[i];
            }
        }

        internal static void Clear(uint[] value)
        {
            for (int i = 0; i < value.Length; i++)
            {
                value[i] = 0;
            }
        }

        /// <summary>result = mask ? whenSet : whenClear. The result may be one of the operands.</summary>
        internal static void Select(uint[] result, uint mask, uint[] whenSet, uint[] whenClear)
        {
            for (int i = 0; i < Count; i++)
            {
                result[i] = (whenSet[i] & mask) | (whenClear[i] & ~mask);
            }
        }

        /// <summary>result = a - b modulo 2^256; returns the borrow, 0 or 1. The result may be one of the operands.</summary>
        internal static uint Subtract(uint[] result, uint[] a, uint[] b)
        {
            ulong borrow = 0;

            for (int i = 0; i < Count; i++)
            {
                ulong t = (ulong)a[i] - b[i] - borrow;
                result[i] = (uint)t;
                borrow = (t >> 32) & 1;
            }

            return (uint)borrow;
        }

        /// <summary>result = a + b modulo 2^256; returns the carry, 0 or 1. The result may be one of the operands.</summary>
        internal static uint Add(uint[] result, uint[] a, uint[] b)
        {
            ulong carry = 0;

            for (int i = 0; i < Count; i++)
            {
                carry += (ulong)a[i] + b[i];
                result[i] = (uint)carry;
                carry >>= 32;
            }

            return (uint)carry;
        }

        internal static bool IsZero(uint[] value)
        {
            uint bits = 0;

            for (int i = 0; i < Count; i++)
            {
                bits |= value[i];
            }

            return bits == 0;
        }

        internal static bool AreEqual(uint[] a, uint[] b)
        {
            uint difference = 0;

            for (int i = 0; i < Count; i++)
            {
                difference |= a[i] ^ b[i];
            }

            return difference == 0;
        }

        /// <summary>Bit 0 (least significant) to 255 of the value, as 0 or 1.</summary>
        internal static uint Bit(uint[] value, int index)
        {
            return (value[index >> 5] >> (index & 31)) & 1;
        }
    }
}
