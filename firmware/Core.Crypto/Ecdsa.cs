using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5 §6). Signatures are r followed by s, 32 bytes each, most significant first (IEEE P1363).
    /// </summary>
    public static class Ecdsa
    {
        /// <summary>Length of a signature in bytes.</summary>
        public const int SignatureSize = 64;

        private const int SOffset = Limbs.ByteCount;

        /// <summary>Signs a hash. Deterministic (RFC 6979 §3.2): the same key and hash always give the same signature.</summary>
        /// <param name="key">The private key.</param>
        /// <param name="hash">The SHA-256 hash of the message, 32 bytes.</param>
        /// <returns>The signature, 64 bytes.</returns>
        /// <exception cref="ArgumentNullException">Key or hash is null.</exception>
        /// <exception cref="ArgumentException">The hash is not 32 bytes long.</exception>
        /// <exception cref="InvalidOperationException">The key was cleared.</exception>
        public static byte[] Sign(P256PrivateKey key, byte[] hash)
        {
            Arguments.CheckNotNull(key, nameof(key));
            Arguments.CheckLength(hash, Sha256.Size, nameof(hash));

            byte[] scalar = key.ExportScalar();
            byte[] signature = SignCore(scalar, hash);
            FixedTime.Clear(scalar);

            return signature;
        }

        /// <summary>Verifies a signature (FIPS 186-5 §6.4.2) that may come from anybody.</summary>
        /// <param name="key">The public key.</param>
        /// <param name="hash">The SHA-256 hash of the message, 32 bytes.</param>
        /// <param name="signature">The signature; any other length than 64 bytes is refused.</param>
        /// <returns>True only when the key's owner signed this hash. Both s and n - s are accepted, as the standard has it.</returns>
        /// <exception cref="ArgumentNullException">Key, hash or signature is null.</exception>
        /// <exception cref="ArgumentException">The hash is not 32 bytes long.</exception>
        public static bool Verify(P256PublicKey key, byte[] hash, byte[] signature)
        {
            Arguments.CheckNotNull(key, nameof(key));
            Arguments.CheckLength(hash, Sha256.Size, nameof(hash));
            Arguments.CheckNotNull(signature, nameof(signature));

            return signature.Length == SignatureSize && VerifyCore(key, hash, signature);
        }

        private static byte[] SignCore(byte[] scalar, byte[] hash)
        {
            Modulus order = Modulus.Order();
            uint[] d = Limbs.FromBytes(scalar, 0);
            uint[] z = HashToScalar(order, hash);
            uint[] r = new uint[Limbs.Count];
            uint[] s = new uint[Limbs.Count];
            Rfc6979Nonces nonces = new Rfc6979Nonces(order, scalar, z);

            // RFC 6979 §3.2 h.3 wants the next nonce when r or s is 0. Nobody will ever see that happen.
            do
            {
                uint[] k = nonces.Next();
                uint[] blind = BlindOf(k);
                ComputeR(order, k, blind, r);
                ComputeS(order, k, blind, z, r, d, s);
                Limbs.Clear(k);
                Limbs.Clear(blind);
            }
            while (Limbs.IsZero(r) || Limbs.IsZero(s));

            nonces.Clear();
            Limbs.Clear(d);
            order.Clear();

            byte[] signature = new byte[SignatureSize];
            Limbs.ToBytes(r, signature, 0);
            Limbs.ToBytes(s, signature, SOffset);

            return signature;
        }

        private static uint[] BlindOf(uint[] k)
        {
            byte[] bytes = new byte[Limbs.ByteCount];
            Limbs.ToBytes(k, bytes, 0);
            uint[] blind = P256Blind.Of(bytes);
            FixedTime.Clear(bytes);

            return blind;
        }

        // r = x(k·G) mod n.
        private static void ComputeR(Modulus order, uint[] k, uint[] blind, uint[] r)
        {
            long[] x = P256Element.FromLimbs(blind);
            P256Point point = P256Comb.MultiplyBase(k, x);
            long[] y = new long[P256Element.Count];
            point.ToAffine(x, x, y);
            point.Clear(); // Z depends on k and is not public.
            order.Reduce(r, P256Element.FromMontgomery(x));
        }

        // s = (z + r·d)/k mod n, of which 1/k is blind/(blind·k).
        private static void ComputeS(Modulus order, uint[] k, uint[] blind, uint[] z, uint[] r, uint[] d, uint[] s)
        {
            uint[] factor = new uint[Limbs.Count];
            uint[] sum = new uint[Limbs.Count];

            // One factor in Montgomery form, the other not: the product is not.
            order.ToMontgomery(sum, d);
            order.Multiply(sum, sum, r);
            order.Add(sum, sum, z);
            order.ToMontgomery(factor, blind);
            order.Multiply(sum, factor, sum);
            order.Multiply(factor, factor, k);
            Modulus.InvertModuloOrder(factor, factor);
            order.ToMontgomery(factor, factor);
            order.Multiply(s, factor, sum);

            Limbs.Clear(factor);
            Limbs.Clear(sum);
        }

        private static bool VerifyCore(P256PublicKey key, byte[] hash, byte[] signature)
        {
            Modulus order = Modulus.Order();
            uint[] r = Limbs.FromBytes(signature, 0);
            uint[] s = Limbs.FromBytes(signature, SOffset);

            if (!IsScalar(order, r) || !IsScalar(order, s))
            {
                return false;
            }

            // u = z/s, v = r/s. One factor in Montgomery form, the other not: the products are not.
            uint[] inverseS = new uint[Limbs.Count];
            Modulus.InvertModuloOrder(inverseS, s);
            order.ToMontgomery(inverseS, inverseS);
            uint[] u = HashToScalar(order, hash);
            order.Multiply(u, u, inverseS);
            uint[] v = new uint[Limbs.Count];
            order.Multiply(v, r, inverseS);

            return P256PublicSum.HasX(u, v, key, r);
        }

        private static bool IsScalar(Modulus order, uint[] value)
        {
            return order.IsReduced(value) && !Limbs.IsZero(value);
        }

        // bits2int of RFC 6979 §2.3.2, then modulo n: a hash of 256 bits has no bits to drop.
        private static uint[] HashToScalar(Modulus order, byte[] hash)
        {
            uint[] z = Limbs.FromBytes(hash, 0);
            order.Reduce(z, z);

            return z;
        }
    }
}
