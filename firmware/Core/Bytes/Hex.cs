using System;

namespace DeviceFirmware.Bytes
{
    /// <summary>Lower-case hexadecimal text.</summary>
    public static class Hex
    {
        /// <summary>Two characters a byte.</summary>
        public static string Encode(byte[] data)
        {
            if (data is null)
            {
                throw new ArgumentNullException(nameof(data));
            }

            var text = new char[data.Length * 2];
            for (int i = 0; i < data.Length; i++)
            {
                text[2 * i] = Digit(data[i] >> 4);
                text[2 * i + 1] = Digit(data[i] & 15);
            }

            return new string(text);
        }

        /// <summary>The bytes, or null unless the text is an even number of lower-case hexadecimal digits.</summary>
        public static byte[] Decode(string text)
        {
            if (text is null || (text.Length & 1) != 0)
            {
                return null;
            }

            var data = new byte[text.Length / 2];
            for (int i = 0; i < data.Length; i++)
            {
                int high = Value(text[2 * i]);
                int low = Value(text[2 * i + 1]);
                if (high < 0 || low < 0)
                {
                    return null;
                }

                data[i] = (byte)((high << 4) | low);
            }

            return data;
        }

        private static char Digit(int value)
        {
            return (char)(value < 10 ? '0' + value : 'a' + value - 10);
        }

        private static int Value(char digit)
        {
            if (digit >= '0' && digit <= '9')
            {
                return digit - '0';
            }

            return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
        }
    }
}
