namespace DeviceFirmware.Tests.Crypto
{
    /// <summary>Byte arrays for tests, written the way the standards print them.</summary>
    internal static class Bytes
    {
        /// <summary>Hexadecimal digits of either case, two a byte.</summary>
        internal static byte[] FromHex(string digits)
        {
            byte[] bytes = new byte[digits.Length / 2];

            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)((Digit(digits[2 * i]) << 4) | Digit(digits[2 * i + 1]));
            }

            return bytes;
        }

        internal static byte[] FromAscii(string text)
        {
            byte[] bytes = new byte[text.Length];

            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)text[i];
            }

            return bytes;
        }

        internal static byte[] Repeat(byte value, int count)
        {
            byte[] bytes = new byte[count];

            for (int i = 0; i < count; i++)
            {
                bytes[i] = value;
            }

            return bytes;
        }

        /// <summary>first, first + 1, first + 2, ...</summary>
        internal static byte[] Count(byte first, int count)
        {
            byte[] bytes = new byte[count];

            for (int i = 0; i < count; i++)
            {
                bytes[i] = (byte)(first + i);
            }

            return bytes;
        }

        internal static byte[] Part(byte[] bytes, int offset, int count)
        {
            byte[] part = new byte[count];

            for (int i = 0; i < count; i++)
            {
                part[i] = bytes[offset + i];
            }

            return part;
        }

        internal static byte[] Copy(byte[] bytes)
        {
            return Part(bytes, 0, bytes.Length);
        }

        internal static byte[] Join(byte[] first, byte[] second)
        {
            byte[] joined = new byte[first.Length + second.Length];

            for (int i = 0; i < first.Length; i++)
            {
                joined[i] = first[i];
            }

            for (int i = 0; i < second.Length; i++)
            {
                joined[first.Length + i] = second[i];
            }

            return joined;
        }

        /// <summary>A copy with one bit of one byte turned over.</summary>
        internal static byte[] Flip(byte[] bytes, int index, byte bit)
        {
            byte[] flipped = Copy(bytes);
            flipped[index] = (byte)(flipped[index] ^ bit);

            return flipped;
        }

        private static int Digit(char digit)
        {
            if (digit >= '0' && digit <= '9')
            {
                return digit - '0';
            }

            return (digit | 0x20) - 'a' + 10;
        }
    }
}
