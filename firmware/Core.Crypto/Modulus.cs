namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// Arithmetic modulo an odd prime m with 2^255 &lt; m &lt; 2^256. Multiplication is Montgomery's: with R = 2^256 it gives a·b/R mod m, so
    /// products are taken of numbers in Montgomery form (x·R mod m), and addition and subtraction keep that form.
    /// Operands are below m unless stated otherwise, results always are, and a result may be one of the operands. No branch and no index
    /// depends on an operand.
    /// </summary>
    internal sealed class Modulus
    {
        private readonly uint[] _modulus;
        private readonly uint[] _rSquared;
        private readonly uint _negativeInverse;
        private readonly uint[] _product;
        private readonly uint[] _difference;

        /// <param name="modulus">m.</param>
        /// <param name="rSquared">R² mod m.</param>
        /// <param name="negativeInverse">-1/m mod 2^32.</param>
        internal Modulus(uint[] modulus, uint[] rSquared, uint negativeInverse)
        {
            _modulus = modulus;
            _rSquared = rSquared;
            _negativeInverse = negativeInverse;
            _product = new uint[Limbs.Count];
            _difference = new uint[Limbs.Count];
        }

        /// <summary>Arithmetic modulo n, the order of the base point.</summary>
        internal static Modulus Order()
        {
            return new Modulus(P256Parameters.Order(), P256Parameters.OrderRSquared(), P256Parameters.OrderNegativeInverse);
        }

        /// <summary>True when the value, any of 256 bits, is below m.</summary>
        internal bool IsReduced(uint[] value)
        {
            return Limbs.Subtract(_difference, value, _modulus) == 1;
        }

        /// <summary>result = value mod m, for any value of 256 bits: 2^256 &lt; 2m, so subtracting m once is enough.</summary>
        internal void Reduce(uint[] result, uint[] value)
        {
            SubtractModulusOnce(result, value, 0);
        }

        /// <summary>result = a + b mod m.</summary>
        internal void Add(uint[] result, uint[] a, uint[] b)
        {
            uint carry = Limbs.Add(result, a, b);
            SubtractModulusOnce(result, result, carry);
        }

        /// <summary>result = a·b/R mod m (Montgomery; coarsely integrated operand scanning of Koç, Acar and Kaliski 1996).</summary>
        internal void Multiply(uint[] result, uint[] a, uint[] b)
        {
            uint[] m = _modulus;
            uint[] t = _product;
            ulong high = 0;

            Limbs.Clear(t);

            for (int i = 0; i < Limbs.Count; i++)
            {
                // t += a·b[i]. A limb times a limb plus two limbs is at most 2^64 - 1.
                ulong factor = b[i];
                ulong carry = 0;

                for (int j = 0; j < Limbs.Count; j++)
                {
                    carry += a[j] * factor + t[j];
                    t[j] = (uint)carry;
                    carry >>= 32;
                }

                ulong top = high + carry;

                // t = (t + q·m) / 2^32, where q makes the lowest limb 0.
                uint quotient = t[0] * _negativeInverse;
                factor = quotient;
                carry = (m[0] * factor + t[0]) >> 32;

                for (int j = 1; j < Limbs.Count; j++)
                {
                    carry += m[j] * factor + t[j];
                    t[j - 1] = (uint)carry;
                    carry >>= 32;
                }

                top += carry;
                t[Limbs.Count - 1] = (uint)top;
                high = top >> 32;
            }

            // Here t + high·2^256 < 2m.
            SubtractModulusOnce(result, t, (uint)high);
        }

        /// <summary>Into Montgomery form: result = value·R mod m. The value may be any of 256 bits.</summary>
        internal void ToMontgomery(uint[] result, uint[] value)
        {
            Multiply(result, value, _rSquared);
        }

        /// <summary>result = 1/value modulo the order n, both not in Montgomery form; 0 gives 0. Its time depends on the value: for public and for blinded ones only.</summary>
        internal static void InvertModuloOrder(uint[] result, uint[] value)
        {
            long[] number = P256Element.FromLimbs(value);
            ModularInverse.Invert(number, P256Element.Order());
            Limbs.Copy(P256Element.ToLimbs(number), result);
        }

        /// <summary>Zeroes what the last operations left in the working arrays.</summary>
        internal void Clear()
        {
            Limbs.Clear(_product);
            Limbs.Clear(_difference);
        }

        // result = value + carry·2^256, minus m when that is not negative.
        private void SubtractModulusOnce(uint[] result, uint[] value, uint carry)
        {
            uint borrow = Limbs.Subtract(_difference, value, _modulus);
            uint isBelow = borrow & (carry ^ 1);
            Limbs.Select(result, 0u - isBelow, value, _difference);
        }
    }
}
