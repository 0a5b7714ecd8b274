using System;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// It is not earlier than the newest certificate that this board believes in: the part of <see cref="BoardTime"/>'s floor that needs no
    /// record.
    /// </summary>
    public static class TimeFloor
    {
        /// <summary>Seconds since 1970: start of validity of the fleet root or of the board's own certificate, the later one.</summary>
        public static long Of(byte[] fleetRoot, DeviceCertificate certificate)
        {
            if (fleetRoot is null || certificate is null)
            {
                throw new ArgumentNullException(nameof(certificate));
            }

            Certificate root = fleetRoot.Length == 0 ? null : Certificate.Decode(fleetRoot);
            return !(root is null) && root.NotBefore > certificate.NotBefore ? root.NotBefore : certificate.NotBefore;
        }
    }
}
