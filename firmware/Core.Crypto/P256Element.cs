using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// Numbers as nine limbs of 29 bits, least significant first: what <see cref="P256Field"/> multiplies. A normal one has limbs below 2^29 and a value below the
    /// modulus. Nothing here branches on a limb but <see cref="Invert"/>.
    /// </summary>
    internal static class P256Element
    {
        internal const int Count = 9;
        internal const int BitsPerLimb = 29;
        internal const long Mask = (1L << BitsPerLimb) - 1;

        /// <summary>p = 2^256 - 2^224 + 2^192 + 2^96 - 1.</summary>
        internal static long[] Prime()
        {
            return new long[] { 0x1FFFFFFF, 0x1FFFFFFF, 0x1FFFFFFF, 0x000001FF, 0x00000000, 0x00000000, 0x00040000, 0x1FE00000, 0x00FFFFFF };
        }

        /// <summary>n, the order of the base point.</summary>
        internal static long[] Order()
        {
            return new long[] { 0x1C632551, 0x1DCE5617, 0x05E7A13C, 0x0DF55B4E, 0x1FFFFBCE, 0x1FFFFFFF, 0x0003FFFF, 0x1FE00000, 0x00FFFFFF };
        }

        /// <summary>1 in Montgomery form: 2^261 mod p.</summary>
        internal static long[] One()
        {
            return new long[] { 0x00000020, 0x00000000, 0x00000000, 0x1FFFC000, 0x1FFFFFFF, 0x1FFFFFFF, 0x1F7FFFFF, 0x03FFFFFF, 0x00000000 };
        }

        /// <summary>b of the equation y² = x³ - 3x + b, in Montgomery form.</summary>
        internal static long[] B()
        {
            return new long[] { 0x1897BBFB, 0x1CDF6229, 0x018486C4, 0x01732821, 0x1DAD59E0, 0x0ABF7212, 0x1A06D110, 0x17721D20, 0x008600C3 };
        }

        /// <summary>Eight limbs of 32 bits to nine of 29.</summary>
        internal static long[] FromLimbs(uint[] value)
        {
            long[] result = new long[Count];

            for (int i = 0; i < Count; i++)
            {
                int bit = i * BitsPerLimb;
                int word = bit >> 5;
                ulong pair = value[word];

                if (word < Limbs.Count - 1)
                {
                    pair |= (ulong)value[word + 1] << 32;
                }

                result[i] = (long)((pair >> (bit & 31)) & 0x1FFFFFFF);
            }

            return result;
        }

        /// <summary>A normal number to eight limbs of 32 bits.</summary>
        internal static uint[] ToLimbs(long[] value)
        {
            uint[] result = new uint[Limbs.Count];

            for (int i = 0; i < Limbs.Count; i++)
            {
                int limb = (i << 5) / BitsPerLimb;
                int shift = (i << 5) - (limb * BitsPerLimb);
                ulong word = ((ulong)value[limb] >> shift) | ((ulong)value[limb + 1] << (BitsPerLimb - shift));

                if (limb + 2 < Count)
                {
                    word |= (ulong)value[limb + 2] << (BitsPerLimb + BitsPerLimb - shift);
                }

                result[i] = (uint)word;
            }

            return result;
        }

        /// <summary>Into Montgomery form, from a number below 2^256.</summary>
        internal static long[] ToMontgomery(uint[] value)
        {
            // 2^522 mod p.
            long[] rSquared = new long[] { 0x00000C00, 0x00000000, 0x1FFF0000, 0x1FDFFFFF, 0x1FBFFFFF, 0x1FFFFFFF, 0x1FFFFFFF, 0x1FFFFFFE, 0x00000013 };
            long[] result = FromLimbs(value);
            P256Field.Multiply(result, result, rSquared);

            return result;
        }

        /// <summary>Out of Montgomery form, to a number below p.</summary>
        internal static uint[] FromMontgomery(long[] value)
        {
            long[] one = new long[Count];
            long[] result = new long[Count];
            one[0] = 1;
            P256Field.Multiply(result, value, one);
            Normalize(result);
            uint[] limbs = ToLimbs(result);
            Clear(result);

            return limbs;
        }

        internal static void Copy(long[] source, long[] destination)
        {
            Array.Copy(source, 0, destination, 0, Count);
        }

        internal static void Clear(long[] value)
        {
            Array.Clear(value, 0, value.Length);
        }

        /// <summary>result = a - b, limb by limb. The result may be an operand.</summary>
        internal static void Subtract(long[] result, long[] a, long[] b)
        {
            result[0] = a[0] - b[0];
            result[1] = a[1] - b[1];
            result[2] = a[2] - b[2];
            result[3] = a[3] - b[3];
            result[4] = a[4] - b[4];
            result[5] = a[5] - b[5];
            result[6] = a[6] - b[6];
            result[7] = a[7] - b[7];
            result[8] = a[8] - b[8];
        }

        /// <summary>Makes a number from [-16p, 16p] normal, modulo p.</summary>
        internal static void Normalize(long[] value)
        {
            long[] p = Prime();
            long t = 0;

            // Plus 16p: in [0, 32p].
            for (int i = 0; i < Count; i++)
            {
                t = (t >> BitsPerLimb) + value[i] + (p[i] << 4);
                value[i] = t & Mask;
            }

            value[Count - 1] = t;

            // Minus p times what is above 2^256: in [0, 2^256 + 2^230).
            long above = t >> 24;
            value[0] += above;
            value[3] -= above << 9;
            value[6] -= above << 18;
            value[7] += above << 21;
            value[8] -= above << 24;

            // Minus p, and plus p again where that is negative.
            t = 0;

            for (int i = 0; i < Count; i++)
            {
                t = (t >> BitsPerLimb) + value[i] - p[i];
                value[i] = t & Mask;
            }

            long isNegative = t >> 63;
            value[Count - 1] = t;
            t = 0;

            for (int i = 0; i < Count; i++)
            {
                t = (t >> BitsPerLimb) + value[i] + (p[i] & isNegative);
                value[i] = t & Mask;
            }
        }

        /// <summary>True when a number from [-16p, 16p] is 0 modulo p. It becomes normal.</summary>
        internal static bool IsZero(long[] value)
        {
            long bits = 0;

            Normalize(value);

            for (int i = 0; i < Count; i++)
            {
                bits |= value[i];
            }

            return bits == 0;
        }

        /// <summary>
        /// result = the inverse, both in Montgomery form; false, and 0, for 0. Its time depends on the value: for public and for blinded ones only.
        /// </summary>
        internal static bool Invert(long[] result, long[] value)
        {
            // 2^783 mod p: the inverse of aR is 1/(aR), and 1/a in Montgomery form is R/a.
            long[] rCubed = new long[] { 0x00050000, 0x1FF40000, 0x1EFFFFFF, 0x0DFFFFFF, 0x07FFFFFF, 0x1FFFFFFF, 0x0000000B, 0x00000010, 0x00000C00 };
            Copy(value, result);
            Normalize(result);
            bool isInvertible = ModularInverse.Invert(result, Prime());
            P256Field.Multiply(result, result, rCubed);

            return isInvertible;
        }
    }
}
