using System;
using DeviceFirmware.Identity;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// It is not earlier than the newest certificate that this board believes in. A clock below that floor (1970 after power-on) is set to
    /// it, so that the native stack's date check does not refuse every broker; a clock above it is left alone.
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

        /// <summary>Sets the system clock to the floor when it is below.</summary>
        public static void Apply(IClock clock, long floor)
        {
            if (clock is null)
            {
                throw new ArgumentNullException(nameof(clock));
            }

            if (clock.UtcNow() < floor)
            {
                clock.SetUtc(floor);
            }
        }
    }
}
