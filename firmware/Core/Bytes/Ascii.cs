using System;

namespace DeviceFirmware.Bytes
{
    /// <summary>
    /// Text on wire and flash is printable ASCII (0x20 to 0x7E), so that a string never has a NUL, at which the platform would cut it off.
    /// </summary>
    public static class Ascii
    {
        /// <summary>The bytes of printable text. Throws when a character is outside 0x20 to 0x7E.</summary>
        public static byte[] GetBytes(string text)
        {
            if (text is null)
            {
                throw new ArgumentNullException(nameof(text));
            }

            var bytes = new byte[text.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                char c = text[i];
                if (c < ' ' || c > '~')
                {
                    throw new ArgumentException(nameof(text));
                }

                bytes[i] = (byte)c;
            }

            return bytes;
        }

        /// <summary>The text, or null when a byte is not printable ASCII.</summary>
        public static string GetString(byte[] bytes, int offset, int count)
        {
            var text = new char[count];
            for (int i = 0; i < count; i++)
            {
                byte b = bytes[offset + i];
                if (b < 0x20 || b > 0x7E)
                {
                    return null;
                }

                text[i] = (char)b;
            }

            return count == 0 ? "" : new string(text);
        }

        /// <summary>True when every character is printable; of an empty text too.</summary>
        public static bool IsPrintable(string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] < ' ' || text[i] > '~')
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>True for <c>a-z A-Z</c>.</summary>
        public static bool IsLetter(char c)
        {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        }

        /// <summary>True for <c>0-9</c>.</summary>
        public static bool IsDigit(char c)
        {
            return c >= '0' && c <= '9';
        }

        /// <summary>True for 1 to 32 characters of <c>a-z 0-9 -</c>: device ids, board types, environments.</summary>
        public static bool IsName(string text)
        {
            if (text is null || text.Length == 0 || text.Length > 32)
            {
                return false;
            }

            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
