using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// A public key on P-256: a point that is on the curve and not at infinity (SEC 1 §3.2.2; the cofactor is 1). There is no other kind
    /// of object of this type, and it never changes.
    /// </summary>
    public sealed class P256PublicKey
    {
        /// <summary>Length of the uncompressed encoding in bytes: 04, x, y (SEC 1 §2.3.3).</summary>
        public const int EncodedSize = 65;

        private const byte UncompressedTag = 0x04;
        private const int XOffset = 1;
        private const int YOffset = XOffset + Limbs.ByteCount;

        private readonly byte[] _point;
        private readonly P256KeyTable _table;

        private P256PublicKey(byte[] point, P256KeyTable table)
        {
            _point = point;
            _table = table;
        }

        /// <summary>The key's multiples, or null for a key that was not known when the firmware was built.</summary>
        internal P256KeyTable Table
        {
            get { return _table; }
        }

        /// <summary>Reads an uncompressed point (SEC 1 §2.3.4) that may come from anybody.</summary>
        /// <param name="point">The array that holds the encoding.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its length in bytes.</param>
        /// <returns>
        /// The key, or null: wrong length, compressed or hybrid form, infinity, a coordinate of p or more, or a point that is not on the curve.
        /// </returns>
        /// <exception cref="ArgumentNullException">The array is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The part lies outside the array.</exception>
        public static P256PublicKey Decode(byte[] point, int offset, int count)
        {
            Arguments.CheckRange(point, offset, count, nameof(point));

            return DecodeCore(point, offset, count);
        }

        /// <summary>Makes a key that was known when the firmware was built, with its table.</summary>
        /// <param name="point">The uncompressed point, 65 bytes.</param>
        /// <param name="table">The table.</param>
        /// <returns>The key, or null when <see cref="Decode"/> refuses the point, or the table was not made for it: a fault of the build.</returns>
        /// <exception cref="ArgumentNullException">Point or table is null.</exception>
        public static P256PublicKey DecodeEmbedded(byte[] point, P256KeyTable table)
        {
            Arguments.CheckNotNull(point, nameof(point));
            Arguments.CheckNotNull(table, nameof(table));

            P256PublicKey key = DecodeCore(point, 0, point.Length);

            return key is null || !table.BelongsTo(point) ? null : new P256PublicKey(key._point, table);
        }

        /// <summary>Reads a SubjectPublicKeyInfo (RFC 5480 §2) that may come from anybody.</summary>
        /// <param name="der">The array that holds the DER encoding.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its length in bytes.</param>
        /// <returns>
        /// The key, or null unless the bytes are exactly what <see cref="EncodeSubjectPublicKeyInfo"/> writes for a point that
        /// <see cref="Decode"/> takes.
        /// </returns>
        /// <exception cref="ArgumentNullException">The array is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The part lies outside the array.</exception>
        public static P256PublicKey DecodeSubjectPublicKeyInfo(byte[] der, int offset, int count)
        {
            Arguments.CheckRange(der, offset, count, nameof(der));

            int pointOffset = P256Der.FindPoint(der, offset, count);

            return pointOffset < 0 ? null : DecodeCore(der, pointOffset, EncodedSize);
        }

        /// <summary>Writes the uncompressed point (SEC 1 §2.3.3).</summary>
        /// <returns>04, x, y: 65 bytes.</returns>
        public byte[] Encode()
        {
            byte[] point = new byte[EncodedSize];
            Array.Copy(_point, 0, point, 0, EncodedSize);

            return point;
        }

        /// <summary>Writes the SubjectPublicKeyInfo (RFC 5480 §2).</summary>
        /// <returns>DER, 91 bytes.</returns>
        public byte[] EncodeSubjectPublicKeyInfo()
        {
            return P256Der.WriteSubjectPublicKeyInfo(_point);
        }

        /// <summary>The name of the key: the hash of its SubjectPublicKeyInfo, as in MCUboot's KEYHASH TLV.</summary>
        /// <returns>SHA-256, 32 bytes.</returns>
        public byte[] KeyHash()
        {
            return Sha256.Hash(EncodeSubjectPublicKeyInfo());
        }

        /// <summary>Tells whether another key is the same point.</summary>
        /// <param name="other">The other key; null is no key and not the same.</param>
        /// <returns>True when it is.</returns>
        public bool IsSameAs(P256PublicKey other)
        {
            return other is not null && FixedTime.AreEqual(_point, other._point);
        }

        /// <summary>Makes a key of affine coordinates that are known to be on the curve, because they were computed there.</summary>
        internal static P256PublicKey FromComputed(uint[] affineX, uint[] affineY)
        {
            byte[] point = new byte[EncodedSize];
            point[0] = UncompressedTag;
            Limbs.ToBytes(affineX, point, XOffset);
            Limbs.ToBytes(affineY, point, YOffset);

            return new P256PublicKey(point, null);
        }

        /// <summary>The affine coordinates in Montgomery form.</summary>
        internal void ToAffine(long[] affineX, long[] affineY)
        {
            P256Element.Copy(P256Element.ToMontgomery(Limbs.FromBytes(_point, XOffset)), affineX);
            P256Element.Copy(P256Element.ToMontgomery(Limbs.FromBytes(_point, YOffset)), affineY);
        }

        private static P256PublicKey DecodeCore(byte[] point, int offset, int count)
        {
            if (count != EncodedSize || point[offset] != UncompressedTag)
            {
                return null;
            }

            uint[] x = Limbs.FromBytes(point, offset + XOffset);
            uint[] y = Limbs.FromBytes(point, offset + YOffset);

            if (!IsCoordinate(x) || !IsCoordinate(y) || !IsOnCurve(x, y))
            {
                return null;
            }

            return FromComputed(x, y);
        }

        private static bool IsCoordinate(uint[] value)
        {
            uint[] difference = new uint[Limbs.Count];

            return Limbs.Subtract(difference, value, P256Parameters.Prime()) == 1;
        }

        // y² = x³ - 3x + b.
        private static bool IsOnCurve(uint[] affineX, uint[] affineY)
        {
            long[] x = P256Element.ToMontgomery(affineX);
            long[] y = P256Element.ToMontgomery(affineY);
            long[] cube = new long[P256Element.Count];
            P256Field.Square(cube, x);
            P256Field.Multiply(cube, cube, x);
            P256Field.Square(y, y);

            // y² - x³ + 3x - b: 3p below, 10p above at most.
            P256Element.Subtract(y, y, cube);
            P256Element.Subtract(y, y, P256Element.B());

            for (int i = 0; i < P256Element.Count; i++)
            {
                y[i] += 3 * x[i];
            }

            return P256Element.IsZero(y);
        }
    }
}
