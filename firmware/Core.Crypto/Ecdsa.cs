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
            P256Curve curve = new P256Curve();
            uint[] d = Limbs.FromBytes(scalar, 0);
            uint[] z = HashToScalar(curve, hash);
            uint[] r = new uint[Limbs.Count];
            uint[] s = new uint[Limbs.Count];
            Rfc6979Nonces nonces = new Rfc6979Nonces(curve.Order, scalar, z);

            // RFC 6979 §3.2 h.3 wants the next nonce when r or s is 0. Nobody will ever see that happen.
            do
            {
                uint[] k = nonces.Next();
                ComputeR(curve, k, r);
                ComputeS(curve.Order, k, z, r, d, s);
                Limbs.Clear(k);
            }
            while (Limbs.IsZero(r) || Limbs.IsZero(s));

            nonces.Clear();
            Limbs.Clear(d);
            curve.Clear();

            byte[] signature = new byte[SignatureSize];
            Limbs.ToBytes(r, signature, 0);
            Limbs.ToBytes(s, signature, SOffset);

            return signature;
        }

        // r = x(k·G) mod n.
        private static void ComputeR(P256Curve curve, uint[] k, uint[] r)
        {
            P256Point point = new P256Point();
            curve.Multiply(point, k, curve.Base);
            uint[] x = new uint[Limbs.Count];
            uint[] y = new uint[Limbs.Count];
            curve.ToAffine(point, x, y);
            point.Clear(); // Z depends on k and is not public.
            curve.Order.Reduce(r, x);
        }

        // s = (z + r·d)/k mod n.
        private static void ComputeS(Modulus order, uint[] k, uint[] z, uint[] r, uint[] d, uint[] s)
        {
            uint[] inverseK = new uint[Limbs.Count];
            uint[] sum = new uint[Limbs.Count];

            // One factor in Montgomery form, the other not: the product is not.
            order.ToMontgomery(sum, d);
            order.Multiply(sum, sum, r);
            order.Add(sum, sum, z);
            order.ToMontgomery(inverseK, k);
            order.Invert(inverseK, inverseK);
            order.Multiply(s, inverseK, sum);

            Limbs.Clear(inverseK);
            Limbs.Clear(sum);
        }

        private static bool VerifyCore(P256PublicKey key, byte[] hash, byte[] signature)
        {
            P256Curve curve = new P256Curve();
            Modulus order = curve.Order;
            uint[] r = Limbs.FromBytes(signature, 0);
            uint[] s = Limbs.FromBytes(signature, SOffset);

            if (!IsScalar(order, r) || !IsScalar(order, s))
            {
                return false;
            }

            // u = z/s, v = r/s. One factor in Montgomery form, the other not: the products are not.
            uint[] inverseS = new uint[Limbs.Count];
            order.ToMontgomery(inverseS, s);
            order.Invert(inverseS, inverseS);
            uint[] u = HashToScalar(curve, hash);
            order.Multiply(u, u, inverseS);
            uint[] v = new uint[Limbs.Count];
            order.Multiply(v, r, inverseS);

            P256Point point = new P256Point();
            curve.MultiplyPublic(point, u, curve.Base, v, key.ToPoint(curve));

            if (point.IsInfinity)
            {
                return false;
            }

            uint[] x = new uint[Limbs.Count];
            uint[] y = new uint[Limbs.Count];
            curve.ToAffine(point, x, y);
            order.Reduce(x, x);

            return Limbs.AreEqual(x, r);
        }

        private static bool IsScalar(Modulus order, uint[] value)
        {
            return order.IsReduced(value) && !Limbs.IsZero(value);
        }

        // bits2int of RFC 6979 §2.3.2, then modulo n: a hash of 256 bits has no bits to drop.
        private static uint[] HashToScalar(P256Curve curve, byte[] hash)
        {
            uint[] z = Limbs.FromBytes(hash, 0);
            curve.Order.Reduce(z, z);

            return z;
        }
    }
}
