using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>Handling of secret bytes.</summary>
    public static class FixedTime
    {
        /// <summary>
        /// Compares two byte arrays in a time that depends on their lengths only.
        /// </summary>
        /// <param name="a">One array. Its length is not secret.</param>
        /// <param name="b">The other array. Its length is not secret.</param>
        /// <returns>True when both have the same length and the same bytes.</returns>
        /// <exception cref="ArgumentNullException">An array is null.</exception>
        public static bool AreEqual(byte[] a, byte[] b)
        {
            Arguments.CheckNotNull(a, nameof(a));
            Arguments.CheckNotNull(b, nameof(b));

            return a.Length == b.Length && AreEqualCore(a, b);
        }

        /// <summary>
        /// Overwrites all bytes with zero. A copy that the garbage collector left behind when it moved the array is out of reach:
        /// nothing on this platform can clear that one.
        /// </summary>
        /// <param name="buffer">The array to clear.</param>
        /// <exception cref="ArgumentNullException">The array is null.</exception>
        public static void Clear(byte[] buffer)
        {
            Arguments.CheckNotNull(buffer, nameof(buffer));

            Array.Clear(buffer, 0, buffer.Length);
        }

        private static bool AreEqualCore(byte[] a, byte[] b)
        {
            uint difference = 0;

            for (int i = 0; i < a.Length; i++)
            {
                difference |= (uint)a[i] ^ b[i];
            }

            return difference == 0;
        }
    }
}
