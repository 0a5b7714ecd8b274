namespace DeviceFirmware.Crypto
{
    /// <summary>A public affine point, its coordinates normal but where Take says; infinity is null. Its arithmetic takes an inversion each time and says every case.</summary>
    internal sealed class AffinePoint
    {
        internal readonly long[] X;
        internal readonly long[] Y;

        private AffinePoint(long[] x, long[] y)
        {
            X = x;
            Y = y;
        }

        internal static AffinePoint Of(P256PublicKey key)
        {
            long[] x = new long[P256Element.Count];
            long[] y = new long[P256Element.Count];
            key.ToAffine(x, y);
            P256Element.Normalize(x);
            P256Element.Normalize(y);

            return new AffinePoint(x, y);
        }

        /// <summary>The base point G.</summary>
        internal static AffinePoint Base()
        {
            return new AffinePoint(
                new long[] { 0x15228783, 0x0730D418, 0x0DB00BCF, 0x057F11FB, 0x0A20EB75, 0x12B77622, 0x0330FDB9, 0x1AF4DD57, 0x00120BEE },
                new long[] { 0x12AAC150, 0x125357CE, 0x0F22E6EF, 0x0E390E86, 0x064B1695, 0x088DD21F, 0x02A97443, 0x02962176, 0x00AE3FE3 });
        }

        /// <summary>A copy of a point in two lists of coordinates, which are taken as they are.</summary>
        internal static AffinePoint Take(long[][] xs, long[][] ys, int index)
        {
            long[] x = new long[P256Element.Count];
            long[] y = new long[P256Element.Count];
            P256Element.Copy(xs[index], x);
            P256Element.Copy(ys[index], y);

            return new AffinePoint(x, y);
        }

        /// <summary>a + b, for all a and b.</summary>
        internal static AffinePoint Sum(AffinePoint a, AffinePoint b)
        {
            if (a is null || b is null)
            {
                return a is null ? b : a;
            }

            AffinePoint sum = a.Add(b);

            if (!(sum is null))
            {
                return sum;
            }

            long[] y = new long[P256Element.Count];
            P256Element.Subtract(y, a.Y, b.Y);

            return P256Element.IsZero(y) ? a.Double() : null;
        }

        /// <summary>The sum with another point; null when both have the same x.</summary>
        internal AffinePoint Add(AffinePoint other)
        {
            long[][] xs = new long[2][];
            long[][] ys = new long[2][];
            Put(xs, ys, 0);
            other.Put(xs, ys, 1);

            if (!P256AffineSums.AddPairs(xs, ys, 0, 1, P256Element.One()))
            {
                return null;
            }

            P256Element.Normalize(xs[0]);
            P256Element.Normalize(ys[0]);

            return Take(xs, ys, 0);
        }

        /// <summary>Puts a copy into two lists of coordinates.</summary>
        internal void Put(long[][] xs, long[][] ys, int index)
        {
            xs[index] = new long[P256Element.Count];
            ys[index] = new long[P256Element.Count];
            P256Element.Copy(X, xs[index]);
            P256Element.Copy(Y, ys[index]);
        }

        /// <summary>The sum with itself. No point has order 2, so it is never infinity.</summary>
        internal AffinePoint Double()
        {
            P256Point point = new P256Point(X, Y);
            P256Chain.Run(point, null, null, new int[1], 1);
            long[] x = new long[P256Element.Count];
            long[] y = new long[P256Element.Count];
            point.ToAffine(P256Element.One(), x, y);
            P256Element.Normalize(x);
            P256Element.Normalize(y);

            return new AffinePoint(x, y);
        }
    }
}
