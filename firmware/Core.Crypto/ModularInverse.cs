namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// Inverses modulo p and n by Lehmer's form of Euclid's algorithm (Knuth, TAOCP 2, §4.5.2): many steps on the leading 62 bits, then all of them at once on
    /// the long numbers. Branches and lengths follow the value: for public and for blinded values only.
    /// </summary>
    internal static class ModularInverse
    {
        private const int Count = P256Element.Count;
        private const int LimbBits = P256Element.BitsPerLimb;
        private const long Mask = P256Element.Mask;

        // The cofactors of a row stay below 2^30, so that a row of two is one number of 64 bits, and a limb times a cofactor below 2^59.
        private const int CofactorBits = 30;
        private const int RowShift = 32;

        /// <summary>value = 1/value modulo a prime of 256 bits, for a value below it; false, and 0, for 0.</summary>
        internal static bool Invert(long[] value, long[] modulus)
        {
            // a = u·value and b = v·value modulo the modulus.
            long[] a = new long[Count];
            long[] b = new long[Count];
            long[] u = new long[Count];
            long[] v = new long[Count];
            P256Element.Copy(modulus, a);
            P256Element.Copy(value, b);
            v[0] = 1;

            int length = Count;

            // u and v grow by 31 bits a round at most: after k rounds k + 1 limbs hold them, until all nine are in use.
            int grown = 1;

            while (true)
            {
                while (length > 1 && a[length - 1] == 0 && b[length - 1] == 0)
                {
                    length--;
                }

                long x = a[0];
                long y = b[0];

                if (length == 2)
                {
                    x |= a[1] << LimbBits;
                    y |= b[1] << LimbBits;
                }
                else if (length > 2)
                {
                    // Up to nearly 62 bits; by 28 at most, or the third limb, which counts for a short b, would be lost.
                    int shift = 4;
                    long top = a[length - 1] | b[length - 1];

                    while (top < 1L << 25 && shift < LimbBits - 1)
                    {
                        top <<= 4;
                        shift += 4;
                    }

                    x = (a[length - 1] << (LimbBits + shift)) | (a[length - 2] << shift) | (a[length - 3] >> (LimbBits - shift));
                    y = (b[length - 1] << (LimbBits + shift)) | (b[length - 2] << shift) | (b[length - 3] >> (LimbBits - shift));
                }

                if (x < y)
                {
                    long[] swap = a;
                    a = b;
                    b = swap;
                    swap = u;
                    u = v;
                    v = swap;
                    long other = x;
                    x = y;
                    y = other;
                }

                long least = x >> CofactorBits;

                if (y <= least)
                {
                    if (IsZero(b))
                    {
                        // a is the greatest common divisor: 1, or the modulus when the value was 0.
                        Extend(u, grown, Count);
                        Reduce(value, u, modulus);

                        return length == 1 && a[0] == 1;
                    }

                    Extend(u, grown, Count);
                    Extend(v, grown, Count);
                    grown = Count;
                    SubtractShifted(a, b, u, v, length);

                    continue;
                }

                // x = row 1 of (a, b), y = row 2; both rows are right to the bit, whatever x and y leave out.
                long row1 = 1;
                long row2 = 1L << RowShift;

                while (true)
                {
                    long quotient = x / y;
                    x -= quotient * y;
                    row1 -= quotient * row2;

                    if (x <= least)
                    {
                        break;
                    }

                    quotient = y / x;
                    y -= quotient * x;
                    row2 -= quotient * row1;

                    if (y <= least)
                    {
                        break;
                    }
                }

                long p = (row1 << RowShift) >> RowShift;
                long q = (row1 - p) >> RowShift;
                long r = (row2 << RowShift) >> RowShift;
                long s = (row2 - r) >> RowShift;

                if (grown < Count)
                {
                    Extend(u, grown, grown + 1);
                    Extend(v, grown, grown + 1);
                    grown++;
                }

                Apply(u, v, grown, p, q, r, s);
                int signs = Apply(a, b, length, p, q, r, s);

                // What was left out can make a row negative by a little.
                if ((signs & 1) != 0)
                {
                    Negate(a, length);
                    Negate(u, grown);
                }

                if ((signs & 2) != 0)
                {
                    Negate(b, length);
                    Negate(v, grown);
                }
            }
        }

        // The last limb, which has the sign, to more limbs.
        private static void Extend(long[] value, int length, int longer)
        {
            for (int i = length; i < longer; i++)
            {
                long last = value[i - 1];
                value[i - 1] = last & Mask;
                value[i] = last >> LimbBits;
            }
        }

        // (x, y) = (p·x + q·y, r·x + s·y). The last limb keeps the sign. 1 when x is negative, plus 2 when y is.
        private static int Apply(long[] x, long[] y, int length, long p, long q, long r, long s)
        {
            long m = Mask;
            long t = 0;
            long w = 0;

            for (int i = 0; i < length; i++)
            {
                long a = x[i];
                long b = y[i];
                t = (t >> LimbBits) + (p * a) + (q * b);
                x[i] = t & m;
                w = (w >> LimbBits) + (r * a) + (s * b);
                y[i] = w & m;
            }

            x[length - 1] = t;
            y[length - 1] = w;
            int signs = 0;

            if (t < 0)
            {
                signs = 1;
            }

            return w < 0 ? signs + 2 : signs;
        }

        private static void Negate(long[] value, int length)
        {
            long t = 0;

            for (int i = 0; i < length; i++)
            {
                t = (t >> LimbBits) - value[i];
                value[i] = t & Mask;
            }

            value[length - 1] = t;
        }

        // b is shorter than a by 29 bits or more: a -= k·b and u -= k·v with a k of 29 bits, shifted by whole limbs.
        private static void SubtractShifted(long[] a, long[] b, long[] u, long[] v, int length)
        {
            int place = length - 1;

            while (b[place] == 0)
            {
                place--;
            }

            long leading = a[length - 1];
            int shift = length - 1 - place;

            if (shift > 0)
            {
                leading = (leading << LimbBits) | a[length - 2];
                shift--;
            }

            long factor = leading / (b[place] + 1);

            if (factor > Mask)
            {
                factor >>= LimbBits;
                shift++;
            }

            SubtractMultiple(a, b, length, factor, shift);
            SubtractMultiple(u, v, Count, factor, shift);
        }

        private static void SubtractMultiple(long[] x, long[] y, int length, long factor, int shift)
        {
            long t = 0;

            for (int i = shift; i < length; i++)
            {
                t = (t >> LimbBits) + x[i] - (factor * y[i - shift]);
                x[i] = t & Mask;
            }

            // The limbs of a negative y that the shift drops would have set the sign: the value of nine limbs is below 2^260 either way.
            x[length - 1] = length == Count ? (t << (64 - LimbBits)) >> (64 - LimbBits) : t;
        }

        // A number between minus twice and twice the modulus, to one from 0 to below the modulus.
        private static void Reduce(long[] result, long[] number, long[] modulus)
        {
            P256Element.Copy(number, result);

            while (result[Count - 1] < 0)
            {
                SubtractMultiple(result, modulus, Count, -1, 0);
            }

            while (result[Count - 1] >= 0)
            {
                SubtractMultiple(result, modulus, Count, 1, 0);
            }

            SubtractMultiple(result, modulus, Count, -1, 0);
        }

        private static bool IsZero(long[] value)
        {
            long bits = 0;

            for (int i = 0; i < Count; i++)
            {
                bits |= value[i];
            }

            return bits == 0;
        }
    }
}
