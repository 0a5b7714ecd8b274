namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// The secret numbers k of deterministic ECDSA (RFC 6979 §3.2). Its steps a to h are HMAC_DRBG, instantiated with the private key as
    /// entropy and the hash as nonce (§3.3), each k being one request; so this is that generator and a range check.
    /// </summary>
    internal sealed class Rfc6979Nonces
    {
        private readonly Modulus _order;
        private readonly HmacDrbg _drbg;
        private bool _isFirst;

        /// <param name="order">Arithmetic modulo n.</param>
        /// <param name="scalar">int2octets(x): the private key, 32 bytes.</param>
        /// <param name="reducedHash">The hash modulo n, of which bits2octets makes 32 bytes.</param>
        internal Rfc6979Nonces(Modulus order, byte[] scalar, uint[] reducedHash)
        {
            byte[] hashOctets = new byte[Limbs.ByteCount];
            Limbs.ToBytes(reducedHash, hashOctets, 0);
            _order = order;
            _drbg = new HmacDrbg(scalar, hashOctets, null);
            _isFirst = true;
        }

        /// <summary>The next k with 0 &lt; k &lt; n. The caller clears it.</summary>
        internal uint[] Next()
        {
            byte[] candidate = new byte[Limbs.ByteCount];
            uint[] k;

            // What is refused here says nothing about what is taken. Step h.3 is taken before another candidate, not behind each one:
            // there is hardly ever another.
            do
            {
                if (!_isFirst)
                {
                    _drbg.Advance();
                }

                _isFirst = false;
                _drbg.Output(candidate, 0, candidate.Length);
                k = Limbs.FromBytes(candidate, 0);
            }
            while (!_order.IsReduced(k) || Limbs.IsZero(k));

            FixedTime.Clear(candidate);

            return k;
        }

        internal void Clear()
        {
            _drbg.Clear();
        }
    }
}
