namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// Multiples of the base point, and of points with a table of the same form, by a signed comb of 24 rows and 11 columns: see DESIGN.md, "P-256". The scalar is
    /// written with digits 1 and -1 only, digit 11·row + column; a table of six rows gives the point of six digits. The points of a column are added affine, all
    /// columns at once with one inversion a round, and <see cref="P256Chain"/> adds and doubles what comes out.
    /// </summary>
    internal static class P256Comb
    {
        internal const int Columns = 11;
        internal const int Rows = 24;
        internal const int Tables = 4;
        internal const int RowsPerTable = 6;
        internal const int WordsPerPoint = 8;

        /// <summary>Points taken of the tables for one scalar.</summary>
        internal const int Points = Columns * Tables;

        /// <summary>
        /// point = scalar·G for a secret scalar with 0 &lt; scalar &lt; n. No branch and no index depends on it; what takes a time of its own is blinded.
        /// </summary>
        /// <param name="scalar">The scalar.</param>
        /// <param name="blind">A random number but 0 modulo p, in any form.</param>
        internal static P256Point MultiplyBase(uint[] scalar, long[] blind)
        {
            long[][] xs = new long[Points][];
            long[][] ys = new long[Points][];
            long[] rows = Recode(scalar);
            TakeBase(rows, xs, ys, Tables);
            P256Element.Clear(rows);
            P256AffineSums.AddPairs(xs, ys, 0, Points / 2, blind);
            P256AffineSums.AddPairs(xs, ys, 0, Columns - 1, blind);

            // Columns from 10 to 1 are one point each now; of column 0, tables 2 and 3 are added first, then tables 0 and 1: DESIGN.md says why.
            P256Point point = new P256Point(xs[0], ys[0]);
            int[] steps = new int[] { 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8, 0, 9, 0, 10, 0, Points / 2, (Points / 2) - 1 };
            P256Chain.Run(point, xs, ys, steps, steps.Length);
            Clear(xs);
            Clear(ys);

            return point;
        }

        /// <summary>The digits of a scalar below n, a row of eleven in each number: a bit is set for 1, clear for -1. They are those of n less the scalar when that is even, of which the sum is the same.</summary>
        internal static long[] Recode(uint[] scalar)
        {
            // An odd number between -n and n: k, or k - n.
            uint[] order = P256Parameters.Order();
            uint[] odd = new uint[Limbs.Count];
            uint isEven = 0u - (1u - (scalar[0] & 1));
            ulong borrow = 0;

            for (int i = 0; i < Limbs.Count; i++)
            {
                ulong t = (ulong)scalar[i] - (order[i] & isEven) - borrow;
                odd[i] = (uint)t;
                borrow = (t >> 32) & 1;
            }

            // Σ d·2^i of the digits is that number for the bits of (number + 2^264 - 1)/2: half the number, and bit 263 turned.
            ulong above = (0u - (uint)borrow) & 0xFFFFFFFF;
            long[] rows = new long[Rows];

            for (int i = 0; i < Rows; i++)
            {
                int bit = (i * Columns) + 1;
                int word = bit >> 5;
                ulong pair = odd[word] | ((word + 1 < Limbs.Count ? odd[word + 1] : above) << 32);
                rows[i] = (long)((pair >> (bit & 31)) & 0x7FF);
            }

            rows[Rows - 1] ^= 1L << (Columns - 1);
            Limbs.Clear(odd);

            return rows;
        }

        /// <summary>
        /// Takes the base point's multiples for all digits, secret ones too: of columns from 10 to 0 four points each, a column's first at (10 - column)·perColumn.
        /// </summary>
        internal static void TakeBase(long[] rows, long[][] xs, long[][] ys, int perColumn)
        {
            long[] words = new long[WordsPerPoint];

            for (int column = Columns - 1; column >= 0; column--)
            {
                for (int table = 0; table < Tables; table++)
                {
                    long digits = Digits(rows, table, column);
                    long sign = (digits >> (RowsPerTable - 1)) - 1;
                    digits ^= sign;
                    P256BaseTable.Take(
                        table,
                        0L - (digits & 1),
                        0L - ((digits >> 1) & 1),
                        0L - ((digits >> 2) & 1),
                        0L - ((digits >> 3) & 1),
                        0L - ((digits >> 4) & 1),
                        words);
                    Unpack(words, 0, sign, xs, ys, ((Columns - 1 - column) * perColumn) + table);
                }
            }

            P256Element.Clear(words);
        }

        /// <summary>Takes the multiples of a public key for all digits, four points a column, out of its table: the entry that the digits name.</summary>
        internal static void TakeKey(long[] table, long[] rows, long[][] xs, long[][] ys, int first, int perColumn)
        {
            for (int column = Columns - 1; column >= 0; column--)
            {
                for (int i = 0; i < Tables; i++)
                {
                    long digits = Digits(rows, i, column);
                    long sign = (digits >> (RowsPerTable - 1)) - 1;
                    int entry = (i << (RowsPerTable - 1)) | (int)((digits ^ sign) & 0x1F);
                    Unpack(table, entry * WordsPerPoint, sign, xs, ys, first + ((Columns - 1 - column) * perColumn) + i);
                }
            }
        }

        // The six digits of a table's rows in a column, the one that gives the sign as bit 5: rows 0 to 5, 15 to 20, 6 to 11, and 12 to 14 with 21 to 23.
        private static long Digits(long[] rows, int table, int column)
        {
            int row = table == 0 ? 0 : table == 1 ? 15 : table == 2 ? 6 : 12;
            int high = table == 3 ? 21 : row + 3;
            long low = ((rows[row] >> column) & 1) | (((rows[row + 1] >> column) & 1) << 1) | (((rows[row + 2] >> column) & 1) << 2);

            return low | (((rows[high] >> column) & 1) << 3) | (((rows[high + 1] >> column) & 1) << 4) | (((rows[high + 2] >> column) & 1) << 5);
        }

        /// <summary>Eight words to two coordinates, the second negated where the sign is all ones.</summary>
        internal static void Unpack(long[] words, int offset, long sign, long[][] xs, long[][] ys, int index)
        {
            long[] x = new long[P256Element.Count];
            long[] y = new long[P256Element.Count];
            long m = P256Element.Mask;
            long a = words[offset];
            long b = words[offset + 1];
            long c = words[offset + 2];
            long d = words[offset + 3];
            x[0] = a & m;
            x[1] = (a >> 29) & m;
            x[2] = ((a >> 58) & 0x3F) | ((b << 6) & m);
            x[3] = (b >> 23) & m;
            x[4] = ((b >> 52) & 0xFFF) | ((c << 12) & m);
            x[5] = (c >> 17) & m;
            x[6] = ((c >> 46) & 0x3FFFF) | ((d << 18) & m);
            x[7] = (d >> 11) & m;
            x[8] = (d >> 40) & 0xFFFFFF;
            a = words[offset + 4];
            b = words[offset + 5];
            c = words[offset + 6];
            d = words[offset + 7];
            y[0] = ((a & m) ^ sign) - sign;
            y[1] = (((a >> 29) & m) ^ sign) - sign;
            y[2] = ((((a >> 58) & 0x3F) | ((b << 6) & m)) ^ sign) - sign;
            y[3] = (((b >> 23) & m) ^ sign) - sign;
            y[4] = ((((b >> 52) & 0xFFF) | ((c << 12) & m)) ^ sign) - sign;
            y[5] = (((c >> 17) & m) ^ sign) - sign;
            y[6] = ((((c >> 46) & 0x3FFFF) | ((d << 18) & m)) ^ sign) - sign;
            y[7] = (((d >> 11) & m) ^ sign) - sign;
            y[8] = (((d >> 40) & 0xFFFFFF) ^ sign) - sign;
            xs[index] = x;
            ys[index] = y;
        }

        private static void Clear(long[][] values)
        {
            for (int i = 0; i < values.Length; i++)
            {
                P256Element.Clear(values[i]);
            }
        }
    }
}
