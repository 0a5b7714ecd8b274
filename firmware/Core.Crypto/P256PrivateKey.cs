using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// A private key on P-256: a scalar d with 0 &lt; d &lt; n, and its public key d·G. There is no other kind of object of this type, until
    /// <see cref="Clear"/> ends it.
    /// </summary>
    public sealed class P256PrivateKey
    {
        /// <summary>Length of the scalar in bytes.</summary>
        public const int ScalarSize = 32;

        private readonly byte[] _scalar;
        private readonly P256PublicKey _publicKey;
        private bool _cleared;

        private P256PrivateKey(byte[] scalar, P256PublicKey publicKey)
        {
            _scalar = scalar;
            _publicKey = publicKey;
        }

        /// <summary>The public key, computed when this key was made.</summary>
        /// <exception cref="InvalidOperationException">The key was cleared.</exception>
        public P256PublicKey PublicKey
        {
            get
            {
                CheckNotCleared();

                return _publicKey;
            }
        }

        /// <summary>Makes a new key by rejection sampling (FIPS 186-5 A.2.2).</summary>
        /// <param name="drbg">Where the random bits come from. It decides how good the key is.</param>
        /// <returns>The key.</returns>
        /// <exception cref="ArgumentNullException">The generator is null.</exception>
        /// <exception cref="InvalidOperationException">The generator wants a reseed, or was cleared.</exception>
        public static P256PrivateKey Generate(HmacDrbg drbg)
        {
            Arguments.CheckNotNull(drbg, nameof(drbg));

            return GenerateCore(drbg);
        }

        /// <summary>Makes a key of a stored scalar.</summary>
        /// <param name="scalar">32 bytes, most significant first. Copied: the caller zeroes its own.</param>
        /// <returns>The key, or null when the scalar is 0, or n or more.</returns>
        /// <exception cref="ArgumentNullException">The scalar is null.</exception>
        /// <exception cref="ArgumentException">The scalar is not 32 bytes long.</exception>
        public static P256PrivateKey Import(byte[] scalar)
        {
            Arguments.CheckLength(scalar, ScalarSize, nameof(scalar));

            Modulus order = Modulus.Order();
            uint[] d = Limbs.FromBytes(scalar, 0);
            bool isValid = order.IsReduced(d) & !Limbs.IsZero(d);
            P256PrivateKey key = isValid ? FromScalar(d) : null;
            Limbs.Clear(d);
            order.Clear();

            return key;
        }

        /// <summary>Copies the scalar out.</summary>
        /// <returns>32 bytes, most significant first. The caller zeroes them.</returns>
        /// <exception cref="InvalidOperationException">The key was cleared.</exception>
        public byte[] ExportScalar()
        {
            CheckNotCleared();

            byte[] scalar = new byte[ScalarSize];
            Array.Copy(_scalar, 0, scalar, 0, ScalarSize);

            return scalar;
        }

        /// <summary>Writes the key as ECPrivateKey with curve and public key (RFC 5915 §3), the form that TLS stacks import.</summary>
        /// <returns>DER, 121 bytes. The caller zeroes them.</returns>
        /// <exception cref="InvalidOperationException">The key was cleared.</exception>
        public byte[] ExportSec1()
        {
            CheckNotCleared();

            return P256Der.WriteSec1(_scalar, _publicKey.Encode());
        }

        /// <summary>Zeroes the scalar. After that everything else throws.</summary>
        public void Clear()
        {
            FixedTime.Clear(_scalar);
            _cleared = true;
        }

        // FIPS 186-5 A.2.2: take 256 bits as c until c ≤ n - 2, then d = c + 1. What was refused says nothing about what was taken.
        private static P256PrivateKey GenerateCore(HmacDrbg drbg)
        {
            Modulus order = Modulus.Order();
            uint[] one = new uint[Limbs.Count];
            one[0] = 1;
            uint[] d = new uint[Limbs.Count];
            byte[] candidate = new byte[ScalarSize];
            bool isTaken;

            do
            {
                drbg.Generate(candidate, 0, candidate.Length);
                uint[] c = Limbs.FromBytes(candidate, 0);
                uint carry = Limbs.Add(d, c, one);
                isTaken = carry == 0 && order.IsReduced(d);
                Limbs.Clear(c);
            }
            while (!isTaken);

            P256PrivateKey key = FromScalar(d);
            FixedTime.Clear(candidate);
            Limbs.Clear(d);
            order.Clear();

            return key;
        }

        private static P256PrivateKey FromScalar(uint[] d)
        {
            byte[] scalar = new byte[ScalarSize];
            Limbs.ToBytes(d, scalar, 0);
            uint[] blind = P256Blind.Of(scalar);
            long[] x = P256Element.FromLimbs(blind);
            P256Point point = P256Comb.MultiplyBase(d, x);
            long[] y = new long[P256Element.Count];
            point.ToAffine(x, x, y);
            point.Clear(); // Z depends on the scalar and is not public.
            Limbs.Clear(blind);

            return new P256PrivateKey(scalar, P256PublicKey.FromComputed(P256Element.FromMontgomery(x), P256Element.FromMontgomery(y)));
        }

        private void CheckNotCleared()
        {
            if (_cleared)
            {
                throw new InvalidOperationException("The key was cleared.");
            }
        }
    }
}
