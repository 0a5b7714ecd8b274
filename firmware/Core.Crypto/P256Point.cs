namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// A point in Jacobian coordinates: (X, Y, Z) stands for (X/Z², Y/Z³), and Z = 0 modulo p for the point at infinity. Coordinates are in the form of
    /// <see cref="P256Field"/>.
    /// </summary>
    internal sealed class P256Point
    {
        internal readonly long[] X = new long[P256Element.Count];
        internal readonly long[] Y = new long[P256Element.Count];
        internal readonly long[] Z = P256Element.One();

        /// <summary>The affine point of these coordinates.</summary>
        internal P256Point(long[] affineX, long[] affineY)
        {
            P256Element.Copy(affineX, X);
            P256Element.Copy(affineY, Y);
        }

        /// <summary>
        /// Gives the affine coordinates; false, and no coordinates, for infinity. Z tells about the scalar that made the point, and how long inverting takes tells
        /// about Z: the blind, any random number but 0 modulo p, hides it.
        /// </summary>
        internal bool ToAffine(long[] blind, long[] affineX, long[] affineY)
        {
            long[] inverse = new long[P256Element.Count];
            long[] square = new long[P256Element.Count];

            P256Field.Multiply(inverse, Z, blind);
            bool isPoint = P256Element.Invert(inverse, inverse);
            P256Field.Multiply(inverse, inverse, blind);
            P256Field.Square(square, inverse);
            P256Field.Multiply(affineX, X, square);
            P256Field.Multiply(square, square, inverse);
            P256Field.Multiply(affineY, Y, square);
            P256Element.Clear(inverse);
            P256Element.Clear(square);

            return isPoint;
        }

        internal void Clear()
        {
            P256Element.Clear(X);
            P256Element.Clear(Y);
            P256Element.Clear(Z);
        }
    }
}
