using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Identity
{
    /// <summary>
    /// When an operational certificate is to be renewed: within the twelfth of its life before two thirds of it, where the certificate's own
    /// SHA-256 says. So boards that were all made on one day do not all come on one day, no board needs a clock or a memory for it, and whoever
    /// has the certificate can tell when its board will come.
    /// </summary>
    public static class RenewalTime
    {
        private const int Spread = 12;

        /// <summary>Seconds since 1970: not before 7/12 of the life, not after 2/3 of it. A life below 12 s has no spread.</summary>
        /// <param name="notBefore">The certificate's first second.</param>
        /// <param name="notAfter">Its last one.</param>
        /// <param name="sha256">SHA-256 of the certificate, DER.</param>
        public static long Of(long notBefore, long notAfter, byte[] sha256)
        {
            if (sha256 is null || notAfter < notBefore)
            {
                throw new ArgumentException(nameof(notAfter));
            }

            // All unsigned: what a shift does to a negative number on the platform is of no concern here.
            ulong life = (ulong)(notAfter - notBefore);
            ulong earlier = (life / Spread * BigEndian.GetUInt32(sha256, 0)) >> 32;
            return notBefore + (long)((life / 3 * 2) - earlier);
        }
    }
}
