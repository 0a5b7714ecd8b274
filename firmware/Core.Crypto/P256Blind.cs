namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// Numbers that hide a secret from an inversion, whose time follows what it inverts. A signature must be the same each time, so there is no random one: the blind is
    /// a hash of the secret scalar, which tells no more about it than any hash does. A blinded number is the product of both.
    /// </summary>
    internal static class P256Blind
    {
        /// <summary>The blind of a secret scalar of 32 bytes: from 1 to below 2^255, and so a number other than 0 modulo p and modulo n.</summary>
        internal static uint[] Of(byte[] scalar)
        {
            // Apart from every other hash of the scalar alone.
            byte[] labelled = new byte[scalar.Length + 1];
            labelled[0] = 0x42;
            System.Array.Copy(scalar, 0, labelled, 1, scalar.Length);
            byte[] hash = Sha256.Hash(labelled);
            uint[] blind = Limbs.FromBytes(hash, 0);
            blind[0] |= 1;
            blind[Limbs.Count - 1] &= 0x7FFFFFFF;
            FixedTime.Clear(labelled);
            FixedTime.Clear(hash);

            return blind;
        }
    }
}
