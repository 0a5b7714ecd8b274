namespace DeviceFirmware.HostTests.Crypto.Plain
{
    /// <summary>
    /// The group of P-256: y² = x³ - 3x + b over the integers modulo p. Addition and doubling are the complete formulas of Renes, Costello
    /// and Batina, "Complete addition formulas for prime order elliptic curves" (EUROCRYPT 2016), for a = -3: right for every pair of
    /// points, equal, opposite or at infinity, so there are no special cases and no branches on coordinates.
    /// An object holds the working arrays of one operation after another: make one, use it, clear it.
    /// </summary>
    internal sealed class P256Curve
    {
        private readonly Modulus _field;
        private readonly Modulus _order;
        private readonly uint[] _b;
        private readonly uint[] _oneInMontgomeryForm;
        private readonly uint[] _t0;
        private readonly uint[] _t1;
        private readonly uint[] _t2;
        private readonly uint[] _t3;
        private readonly uint[] _t4;
        private readonly P256Point _sum;
        private readonly P256Point _base;

        internal P256Curve()
        {
            _field = new Modulus(P256Parameters.Prime(), P256Parameters.PrimeRSquared(), P256Parameters.PrimeNegativeInverse);
            _order = new Modulus(P256Parameters.Order(), P256Parameters.OrderRSquared(), P256Parameters.OrderNegativeInverse);
            _b = P256Parameters.B();
            _field.ToMontgomery(_b, _b);
            _oneInMontgomeryForm = new uint[Limbs.Count];
            _oneInMontgomeryForm[0] = 1;
            _field.ToMontgomery(_oneInMontgomeryForm, _oneInMontgomeryForm);
            _t0 = new uint[Limbs.Count];
            _t1 = new uint[Limbs.Count];
            _t2 = new uint[Limbs.Count];
            _t3 = new uint[Limbs.Count];
            _t4 = new uint[Limbs.Count];
            _sum = new P256Point();
            _base = FromAffine(P256Parameters.BaseX(), P256Parameters.BaseY());
        }

        /// <summary>Arithmetic modulo p.</summary>
        internal Modulus Field
        {
            get { return _field; }
        }

        /// <summary>Arithmetic modulo n, the order of the base point and of the whole group.</summary>
        internal Modulus Order
        {
            get { return _order; }
        }

        /// <summary>The base point G. Not to be changed.</summary>
        internal P256Point Base
        {
            get { return _base; }
        }

        /// <summary>True when y² = x³ - 3x + b. Both coordinates are below p, not in Montgomery form.</summary>
        internal bool IsOnCurve(uint[] affineX, uint[] affineY)
        {
            P256Point point = FromAffine(affineX, affineY);
            uint[] right = _t0;
            uint[] threeX = _t1;
            uint[] left = _t2;

            _field.Multiply(right, point.X, point.X);
            _field.Multiply(right, right, point.X);
            _field.Add(threeX, point.X, point.X);
            _field.Add(threeX, threeX, point.X);
            _field.Subtract(right, right, threeX);
            _field.Add(right, right, _b);
            _field.Multiply(left, point.Y, point.Y);

            return Limbs.AreEqual(left, right);
        }

        /// <summary>Makes a point of affine coordinates below p, not in Montgomery form. It is not checked to be on the curve.</summary>
        internal P256Point FromAffine(uint[] affineX, uint[] affineY)
        {
            P256Point point = new P256Point();
            _field.ToMontgomery(point.X, affineX);
            _field.ToMontgomery(point.Y, affineY);
            Limbs.Copy(_oneInMontgomeryForm, point.Z);

            return point;
        }

        /// <summary>
        /// Gives the affine coordinates, not in Montgomery form, of a point other than infinity; infinity gives (0, 0), which is not on the curve.
        /// </summary>
        internal void ToAffine(P256Point point, uint[] affineX, uint[] affineY)
        {
            uint[] inverse = _t0;

            _field.Invert(inverse, point.Z);
            _field.Multiply(affineX, point.X, inverse);
            _field.FromMontgomery(affineX, affineX);
            _field.Multiply(affineY, point.Y, inverse);
            _field.FromMontgomery(affineY, affineY);
        }

        /// <summary>
        /// result = scalar·point for a secret scalar of 256 bits. Double and add for every bit; the sum is kept or dropped by a mask, so
        /// neither branches nor indices depend on the scalar. The result is not the point.
        /// </summary>
        internal void Multiply(P256Point result, uint[] scalar, P256Point point)
        {
            P256Point sum = new P256Point();

            SetInfinity(result);

            for (int i = Limbs.BitCount - 1; i >= 0; i--)
            {
                Double(result, result);
                Add(sum, result, point);
                P256Point.Select(result, 0u - Limbs.Bit(scalar, i), sum, result);
            }

            sum.Clear();
        }

        /// <summary>
        /// result = scalarA·a + scalarB·b, doubling once for both (Straus). Its time depends on the scalars: for public ones only, as in
        /// verifying. The result is none of the points.
        /// </summary>
        internal void MultiplyPublic(P256Point result, uint[] scalarA, P256Point a, uint[] scalarB, P256Point b)
        {
            P256Point both = new P256Point();
            Add(both, a, b);

            SetInfinity(result);

            for (int i = Limbs.BitCount - 1; i >= 0; i--)
            {
                Double(result, result);

                bool addA = Limbs.Bit(scalarA, i) == 1;
                bool addB = Limbs.Bit(scalarB, i) == 1;

                if (addA && addB)
                {
                    Add(result, result, both);
                }
                else if (addA)
                {
                    Add(result, result, a);
                }
                else if (addB)
                {
                    Add(result, result, b);
                }
            }
        }

        /// <summary>result = a + b, by algorithm 4 of the paper. The result may be one of the operands.</summary>
        internal void Add(P256Point result, P256Point a, P256Point b)
        {
            Modulus f = _field;
            uint[] t0 = _t0;
            uint[] t1 = _t1;
            uint[] t2 = _t2;
            uint[] t3 = _t3;
            uint[] t4 = _t4;
            uint[] x3 = _sum.X;
            uint[] y3 = _sum.Y;
            uint[] z3 = _sum.Z;

            f.Multiply(t0, a.X, b.X);
            f.Multiply(t1, a.Y, b.Y);
            f.Multiply(t2, a.Z, b.Z);
            f.Add(t3, a.X, a.Y);
            f.Add(t4, b.X, b.Y);
            f.Multiply(t3, t3, t4);
            f.Add(t4, t0, t1);
            f.Subtract(t3, t3, t4);
            f.Add(t4, a.Y, a.Z);
            f.Add(x3, b.Y, b.Z);
            f.Multiply(t4, t4, x3);
            f.Add(x3, t1, t2);
            f.Subtract(t4, t4, x3);
            f.Add(x3, a.X, a.Z);
            f.Add(y3, b.X, b.Z);
            f.Multiply(x3, x3, y3);
            f.Add(y3, t0, t2);
            f.Subtract(y3, x3, y3);
            f.Multiply(z3, _b, t2);
            f.Subtract(x3, y3, z3);
            f.Add(z3, x3, x3);
            f.Add(x3, x3, z3);
            f.Subtract(z3, t1, x3);
            f.Add(x3, t1, x3);
            f.Multiply(y3, _b, y3);
            f.Add(t1, t2, t2);
            f.Add(t2, t1, t2);
            f.Subtract(y3, y3, t2);
            f.Subtract(y3, y3, t0);
            f.Add(t1, y3, y3);
            f.Add(y3, t1, y3);
            f.Add(t1, t0, t0);
            f.Add(t0, t1, t0);
            f.Subtract(t0, t0, t2);
            f.Multiply(t1, t4, y3);
            f.Multiply(t2, t0, y3);
            f.Multiply(y3, x3, z3);
            f.Add(y3, y3, t2);
            f.Multiply(x3, t3, x3);
            f.Subtract(x3, x3, t1);
            f.Multiply(z3, t4, z3);
            f.Multiply(t1, t3, t0);
            f.Add(z3, z3, t1);

            TakeSum(result);
        }

        /// <summary>result = 2·a, by algorithm 6 of the paper. The result may be the operand.</summary>
        internal void Double(P256Point result, P256Point a)
        {
            Modulus f = _field;
            uint[] t0 = _t0;
            uint[] t1 = _t1;
            uint[] t2 = _t2;
            uint[] t3 = _t3;
            uint[] x3 = _sum.X;
            uint[] y3 = _sum.Y;
            uint[] z3 = _sum.Z;

            f.Multiply(t0, a.X, a.X);
            f.Multiply(t1, a.Y, a.Y);
            f.Multiply(t2, a.Z, a.Z);
            f.Multiply(t3, a.X, a.Y);
            f.Add(t3, t3, t3);
            f.Multiply(z3, a.X, a.Z);
            f.Add(z3, z3, z3);
            f.Multiply(y3, _b, t2);
            f.Subtract(y3, y3, z3);
            f.Add(x3, y3, y3);
            f.Add(y3, x3, y3);
            f.Subtract(x3, t1, y3);
            f.Add(y3, t1, y3);
            f.Multiply(y3, x3, y3);
            f.Multiply(x3, x3, t3);
            f.Add(t3, t2, t2);
            f.Add(t2, t2, t3);
            f.Multiply(z3, _b, z3);
            f.Subtract(z3, z3, t2);
            f.Subtract(z3, z3, t0);
            f.Add(t3, z3, z3);
            f.Add(z3, z3, t3);
            f.Add(t3, t0, t0);
            f.Add(t0, t3, t0);
            f.Subtract(t0, t0, t2);
            f.Multiply(t0, t0, z3);
            f.Add(y3, y3, t0);
            f.Multiply(t0, a.Y, a.Z);
            f.Add(t0, t0, t0);
            f.Multiply(z3, t0, z3);
            f.Subtract(x3, x3, z3);
            f.Multiply(z3, t0, t1);
            f.Add(z3, z3, z3);
            f.Add(z3, z3, z3);

            TakeSum(result);
        }

        /// <summary>Zeroes what the last operations left in the working arrays.</summary>
        internal void Clear()
        {
            Limbs.Clear(_t0);
            Limbs.Clear(_t1);
            Limbs.Clear(_t2);
            Limbs.Clear(_t3);
            Limbs.Clear(_t4);
            _sum.Clear();
            _field.Clear();
            _order.Clear();
        }

        private void TakeSum(P256Point result)
        {
            Limbs.Copy(_sum.X, result.X);
            Limbs.Copy(_sum.Y, result.Y);
            Limbs.Copy(_sum.Z, result.Z);
        }

        // (0 : 1 : 0).
        private void SetInfinity(P256Point point)
        {
            Limbs.Clear(point.X);
            Limbs.Copy(_oneInMontgomeryForm, point.Y);
            Limbs.Clear(point.Z);
        }
    }
}
