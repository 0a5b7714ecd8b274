namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// u·G + v·Q of public numbers, as verifying wants it. The time depends on all of them. The quick way is not complete (see <see cref="P256Chain"/>), but says when it met
    /// two equal or opposite points; then, which only somebody who looks for it will see, the slow way decides, which is.
    /// </summary>
    internal static class P256PublicSum
    {
        private const int Window = 4;

        /// <summary>True when the x coordinate of u·G + v·Q, modulo n, is r. u, v and r are below n; v and r are not 0.</summary>
        internal static bool HasX(uint[] u, uint[] v, P256PublicKey key, uint[] r)
        {
            P256Point sum = key.Table is null ? Add(u, v, key) : AddByTable(u, v, key.Table);

            if (sum is null || IsInfinity(sum))
            {
                sum = AddSlowly(u, v, key);
            }

            return !(sum is null) && HasX(sum, r);
        }

        /// <summary>
        /// u·G + v·Q by two combs, for a key with a table: the points of a column of both are added affine, and the doublings shared. Null, or Z = 0, when the way was not
        /// the right one.
        /// </summary>
        private static P256Point AddByTable(uint[] u, uint[] v, P256KeyTable table)
        {
            long[][] xs = new long[2 * P256Comb.Points][];
            long[][] ys = new long[2 * P256Comb.Points][];
            long[] one = P256Element.One();
            P256Comb.TakeBase(P256Comb.Recode(u), xs, ys, 2 * P256Comb.Tables);
            P256Comb.TakeKey(table.Load(), P256Comb.Recode(v), xs, ys, P256Comb.Tables, 2 * P256Comb.Tables);

            if (!P256AffineSums.AddPairs(xs, ys, 0, P256Comb.Points, one)
                || !P256AffineSums.AddPairs(xs, ys, 0, P256Comb.Points / 2, one)
                || !P256AffineSums.AddPairs(xs, ys, 0, P256Comb.Columns, one))
            {
                return null;
            }

            P256Point sum = new P256Point(xs[0], ys[0]);
            int[] steps = new int[] { 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9, 0, 10, 0, 11 };
            P256Chain.Run(sum, xs, ys, steps, steps.Length);

            return sum;
        }

        /// <summary>u·G + v·Q for any key: v in width-4 non-adjacent form, u by the comb, the doublings shared. Null, or Z = 0, when the way was not the right one.</summary>
        private static P256Point Add(uint[] u, uint[] v, P256PublicKey key)
        {
            long[][] xs = new long[P256Comb.Points + 2][];
            long[][] ys = new long[P256Comb.Points + 2][];
            P256Comb.TakeBase(P256Comb.Recode(u), xs, ys, P256Comb.Tables);

            if (!AddColumnsAndMultiples(xs, ys, AffinePoint.Of(key)))
            {
                return null;
            }

            // From the leading digit down: double, add what v has there, and the column of u.
            int[] digits = NonAdjacentForm(v);
            int[] steps = new int[digits.Length + P256Comb.Columns + (digits.Length / Window) + 1];
            int count = 0;
            int first = -1;

            for (int i = digits.Length - 1; i >= 0; i--)
            {
                if (first >= 0)
                {
                    count++;
                }

                int odd = digits[i];

                if (odd != 0)
                {
                    int step = P256Comb.Columns + 1 + ((odd < 0 ? -odd : odd) >> 1);

                    if (first < 0)
                    {
                        // The leading digit is positive.
                        first = step - 1;
                    }
                    else
                    {
                        steps[count++] = odd < 0 ? -step : step;
                    }
                }

                if (i < P256Comb.Columns)
                {
                    int column = P256Comb.Columns - 1 - i;

                    if (first < 0)
                    {
                        first = column;
                    }
                    else
                    {
                        steps[count++] = column + 1;
                    }
                }
            }

            P256Point sum = new P256Point(xs[first], ys[first]);
            P256Chain.Run(sum, xs, ys, steps, count);

            return sum;
        }

        // The columns of the comb, one point each, then Q, 3Q, 5Q and 7Q, which are added on the way.
        private static bool AddColumnsAndMultiples(long[][] xs, long[][] ys, AffinePoint q)
        {
            const int Points = P256Comb.Points;
            const int Columns = P256Comb.Columns;
            long[] one = P256Element.One();
            AffinePoint twice = q.Double();
            q.Put(xs, ys, Points);
            twice.Put(xs, ys, Points + 1);

            if (!P256AffineSums.AddPairs(xs, ys, 0, (Points / 2) + 1, one))
            {
                return false;
            }

            AffinePoint triple = AffinePoint.Take(xs, ys, Points / 2);
            twice.Put(xs, ys, (Points / 2) + 1);

            if (!P256AffineSums.AddPairs(xs, ys, 0, Columns + 1, one))
            {
                return false;
            }

            AffinePoint quintuple = AffinePoint.Take(xs, ys, Columns);
            twice.Put(xs, ys, Columns + 1);

            if (!P256AffineSums.AddPairs(xs, ys, Columns, 1, one))
            {
                return false;
            }

            AffinePoint.Take(xs, ys, Columns).Put(xs, ys, Columns + 3);
            q.Put(xs, ys, Columns);
            triple.Put(xs, ys, Columns + 1);
            quintuple.Put(xs, ys, Columns + 2);

            return true;
        }

        /// <summary>Digits 0 and odd from -7 to 7, of any four neighbours one at most not 0 (Hankerson, Menezes, Vanstone, algorithm 3.35).</summary>
        private static int[] NonAdjacentForm(uint[] value)
        {
            int[] digits = new int[Limbs.BitCount + 1];
            uint carry = 0;
            int i = 0;

            while (i <= Limbs.BitCount)
            {
                uint bit = i < Limbs.BitCount ? Limbs.Bit(value, i) : 0;

                if (bit == carry)
                {
                    i++;
                    continue;
                }

                uint window = carry;

                for (int j = 0; j < Window && i + j < Limbs.BitCount; j++)
                {
                    window += Limbs.Bit(value, i + j) << j;
                }

                carry = window >> (Window - 1);
                digits[i] = (int)(long)window - ((int)(long)carry << Window);
                i += Window;
            }

            return digits;
        }

        // By the definition, one affine addition at a time, with every case.
        private static P256Point AddSlowly(uint[] u, uint[] v, P256PublicKey key)
        {
            AffinePoint g = AffinePoint.Base();
            AffinePoint q = AffinePoint.Of(key);
            AffinePoint sum = null;

            for (int i = Limbs.BitCount - 1; i >= 0; i--)
            {
                sum = AffinePoint.Sum(sum, sum);
                sum = Limbs.Bit(u, i) == 1 ? AffinePoint.Sum(sum, g) : sum;
                sum = Limbs.Bit(v, i) == 1 ? AffinePoint.Sum(sum, q) : sum;
            }

            return sum is null ? null : new P256Point(sum.X, sum.Y);
        }

        private static bool IsInfinity(P256Point point)
        {
            long[] z = new long[P256Element.Count];
            P256Element.Copy(point.Z, z);

            return P256Element.IsZero(z);
        }

        // x = X/Z², so X = x·Z² for an x that is r, or r + n where that is below p.
        private static bool HasX(P256Point point, uint[] r)
        {
            uint[] x = new uint[Limbs.Count];
            uint[] ignored = new uint[Limbs.Count];
            bool fits = Limbs.Add(x, r, P256Parameters.Order()) == 0 && Limbs.Subtract(ignored, x, P256Parameters.Prime()) == 1;

            return IsX(point, r) || (fits && IsX(point, x));
        }

        private static bool IsX(P256Point point, uint[] x)
        {
            long[] square = new long[P256Element.Count];
            P256Field.Square(square, point.Z);
            P256Field.Multiply(square, square, P256Element.ToMontgomery(x));
            P256Element.Subtract(square, square, point.X);

            return P256Element.IsZero(square);
        }
    }
}
