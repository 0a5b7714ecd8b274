namespace DeviceFirmware.HostTests.Crypto.Plain
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
        private readonly uint[] _one;
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
            _one = new uint[Limbs.Count];
            _one[0] = 1;
            _product = new uint[Limbs.Count];
            _difference = new uint[Limbs.Count];
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

        /// <summary>result = a - b mod m.</summary>
        internal void Subtract(uint[] result, uint[] a, uint[] b)
        {
            uint borrow = Limbs.Subtract(result, a, b);
            uint mask = 0u - borrow;
            ulong carry = 0;

            for (int i = 0; i < Limbs.Count; i++)
            {
                carry += (ulong)result[i] + (_modulus[i] & mask);
                result[i] = (uint)carry;
                carry >>= 32;
            }
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

        /// <summary>Out of Montgomery form: result = value/R mod m.</summary>
        internal void FromMontgomery(uint[] result, uint[] value)
        {
            Multiply(result, value, _one);
        }

        /// <summary>
        /// The inverse of a value in Montgomery form, in Montgomery form, by Fermat: value^(m-2). 0 gives 0.
        /// Branches follow the exponent, which is public.
        /// </summary>
        internal void Invert(uint[] result, uint[] value)
        {
            uint[] exponent = new uint[Limbs.Count];
            uint[] two = new uint[Limbs.Count];
            two[0] = 2;
            Limbs.Subtract(exponent, _modulus, two);

            uint[] power = new uint[Limbs.Count];
            ToMontgomery(power, _one);

            for (int i = Limbs.BitCount - 1; i >= 0; i--)
            {
                Multiply(power, power, power);

                if (Limbs.Bit(exponent, i) == 1)
                {
                    Multiply(power, power, value);
                }
            }

            Limbs.Copy(power, result);
            Limbs.Clear(power);
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
