using System;

namespace DeviceFirmware.Bytes
{
    /// <summary>PEM text of one object (RFC 7468): 64 characters a line, line feeds.</summary>
    public static class Pem
    {
        /// <summary>The text as ASCII bytes. An empty object is misuse.</summary>
        public static byte[] Encode(string label, byte[] der)
        {
            if (label is null || der is null || der.Length == 0)
            {
                throw new ArgumentException(nameof(der));
            }

            string base64 = Convert.ToBase64String(der);
            string text = "-----BEGIN " + label + "-----\n";
            for (int i = 0; i < base64.Length; i += 64)
            {
                int count = base64.Length - i < 64 ? base64.Length - i : 64;
                text = text + base64.Substring(i, count) + "\n";
            }

            text = text + "-----END " + label + "-----\n";
            var bytes = new byte[text.Length];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)text[i];
            }

            return bytes;
        }

        /// <summary>The object's DER bytes, or null unless the text is exactly one object of that label, as <see cref="Encode"/> writes it (CR LF accepted).</summary>
        public static byte[] Decode(string label, byte[] text)
        {
            if (label is null || text is null)
            {
                throw new ArgumentNullException(nameof(text));
            }

            var kept = new byte[text.Length];
            int length = 0;
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] != (byte)'\r')
                {
                    kept[length++] = text[i];
                }
            }

            byte[] begin = Ascii.GetBytes("-----BEGIN " + label + "-----");
            byte[] end = Ascii.GetBytes("-----END " + label + "-----");
            int bodyStart = begin.Length + 1;
            int bodyEnd = length - end.Length - 1;
            if (bodyEnd <= bodyStart
                || !Matches(kept, 0, begin) || kept[begin.Length] != (byte)'\n'
                || !Matches(kept, bodyEnd, end) || kept[length - 1] != (byte)'\n')
            {
                return null;
            }

            var base64 = new char[bodyEnd - bodyStart];
            int digits = 0;
            for (int i = bodyStart; i < bodyEnd; i++)
            {
                if (kept[i] == (byte)'\n')
                {
                    continue;
                }

                base64[digits++] = (char)kept[i];
            }

            byte[] der = IsBase64(base64, digits) ? Convert.FromBase64String(new string(base64, 0, digits)) : null;

            // One text for each object: neither other line ends nor bits behind the last byte.
            return !(der is null) && ByteArray.AreEqual(Encode(label, der), ByteArray.Slice(kept, 0, length)) ? der : null;
        }

        private static bool IsBase64(char[] text, int count)
        {
            if (count == 0 || (count & 3) != 0)
            {
                return false;
            }

            for (int i = 0; i < count; i++)
            {
                char c = text[i];
                bool digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
                bool padding = c == '=' && (i == count - 1 || (i == count - 2 && text[count - 1] == '='));
                if (!digit && !padding)
                {
                    return false;
                }
            }

            return true;
        }

        private static bool Matches(byte[] data, int offset, byte[] expected)
        {
            for (int i = 0; i < expected.Length; i++)
            {
                if (data[offset + i] != expected[i])
                {
                    return false;
                }
            }

            return true;
        }
    }
}
