using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// Checks of what the calling programmer passes. Misuse throws; what an attacker can send never comes here.
    /// </summary>
    internal static class Arguments
    {
        internal static void CheckNotNull(object value, string name)
        {
            if (value is null)
            {
                throw new ArgumentNullException(name);
            }
        }

        /// <summary>Throws unless the buffer exists and is exactly <paramref name="length"/> bytes long.</summary>
        internal static void CheckLength(byte[] buffer, int length, string name)
        {
            CheckNotNull(buffer, name);

            if (buffer.Length != length)
            {
                throw new ArgumentException("Wrong length.", name);
            }
        }

        /// <summary>Throws unless the buffer exists and is at least <paramref name="length"/> bytes long.</summary>
        internal static void CheckMinimumLength(byte[] buffer, int length, string name)
        {
            CheckNotNull(buffer, name);

            if (buffer.Length < length)
            {
                throw new ArgumentException("Too short.", name);
            }
        }

        /// <summary>Throws unless offset and count name bytes that lie inside the buffer.</summary>
        internal static void CheckRange(byte[] buffer, int offset, int count, string name)
        {
            CheckNotNull(buffer, name);

            // Subtracting from the length cannot overflow; adding offset and count could.
            if (offset < 0 || count < 0 || offset > buffer.Length - count)
            {
                throw new ArgumentOutOfRangeException(name);
            }
        }
    }
}
