namespace DeviceFirmware.Crypto
{
    /// <summary>Many additions of affine points at once, with one inversion for all (Montgomery's trick).</summary>
    internal static class P256AffineSums
    {
        /// <summary>
        /// Point first + i = point first + 2i plus point first + 2i + 1, for i below pairs; points from first + 2·pairs on stay. False, and no sums, when a pair has
        /// equal x: equal or opposite points.
        /// </summary>
        /// <param name="xs">First coordinates, in [-7p, 7p] each.</param>
        /// <param name="ys">Second coordinates.</param>
        /// <param name="first">The first point.</param>
        /// <param name="pairs">How many sums.</param>
        /// <param name="blind">Hides from the inversion what the points are; any number but 0 modulo p.</param>
        internal static bool AddPairs(long[][] xs, long[][] ys, int first, int pairs, long[] blind)
        {
            // products[i] = blind · the first i differences.
            long[][] products = new long[pairs + 1][];
            long[][] differences = new long[pairs][];
            products[0] = blind;

            for (int i = 0; i < pairs; i++)
            {
                long[] difference = new long[P256Element.Count];
                long[] product = new long[P256Element.Count];
                P256Element.Subtract(difference, xs[first + i + i + 1], xs[first + i + i]);
                P256Field.Multiply(product, products[i], difference);
                differences[i] = difference;
                products[i + 1] = product;
            }

            long[] inverse = new long[P256Element.Count];

            if (!P256Element.Invert(inverse, products[pairs]))
            {
                return false;
            }

            for (int i = pairs - 1; i >= 0; i--)
            {
                int a = first + i + i;
                long[] own = products[i + 1];

                // The inverse of this difference alone, then of the product of those before it.
                P256Field.Multiply(own, inverse, products[i]);
                P256Affine.Add(xs[a], ys[a], xs[a + 1], ys[a + 1], own);

                if (i > 0)
                {
                    P256Field.Multiply(inverse, inverse, differences[i]);
                }

                // Differences of table entries tell which entries they were, and so the scalar.
                P256Element.Clear(differences[i]);
                P256Element.Clear(own);
            }

            P256Element.Clear(inverse);

            for (int i = 1; i < pairs; i++)
            {
                Swap(xs, first + i, first + i + i);
                Swap(ys, first + i, first + i + i);
            }

            return true;
        }

        private static void Swap(long[][] values, int a, int b)
        {
            long[] value = values[a];
            values[a] = values[b];
            values[b] = value;
        }
    }
}
