using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// The three fields of the setup page, from the body of its POST: <c>application/x-www-form-urlencoded</c>, at most 512 bytes, each of
    /// setup, ssid and password exactly once, decoded to printable ASCII.
    /// </summary>
    public sealed class SetupForm
    {
        /// <summary>The longest body, bytes.</summary>
        public const int MaximumBody = 512;

        private readonly byte[][] _values = new byte[3][];

        private SetupForm()
        {
        }

        /// <summary>The setup password as it was typed. Its owner clears it.</summary>
        public byte[] Setup => _values[0];

        /// <summary>The SSID as it was typed.</summary>
        public string Name => Ascii.GetString(_values[1], 0, _values[1].Length);

        /// <summary>The passphrase as it was typed.</summary>
        public string Password => Ascii.GetString(_values[2], 0, _values[2].Length);

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static SetupForm Decode(byte[] body, int offset, int count)
        {
            if (body is null)
            {
                throw new ArgumentNullException(nameof(body));
            }

            if (count <= 0 || count > MaximumBody)
            {
                return null;
            }

            var form = new SetupForm();
            int end = offset + count;
            int at = offset;
            while (at <= end)
            {
                int next = at;
                while (next < end && body[next] != (byte)'&')
                {
                    next++;
                }

                if (!form.Take(body, at, next))
                {
                    return null;
                }

                at = next + 1;
            }

            return form._values[0] is null || form._values[1] is null || form._values[2] is null ? null : form;
        }

        private bool Take(byte[] body, int at, int end)
        {
            int equals = at;
            while (equals < end && body[equals] != (byte)'=')
            {
                equals++;
            }

            if (equals == end)
            {
                return false;
            }

            int field = FieldOf(Ascii.GetString(body, at, equals - at));
            if (field < 0 || !(_values[field] is null))
            {
                return false;
            }

            _values[field] = Unescape(body, equals + 1, end);
            return !(_values[field] is null);
        }

        private static int FieldOf(string name)
        {
            return name == "setup" ? 0 : name == "ssid" ? 1 : name == "password" ? 2 : -1;
        }

        /// <summary>Null when it is not escaped as it must be, or is not printable ASCII: a NUL would end a string on the platform.</summary>
        private static byte[] Unescape(byte[] body, int at, int end)
        {
            var text = new byte[end - at];
            int length = 0;
            while (at < end)
            {
                int value = body[at++];
                if (value == '%')
                {
                    int high = at < end ? Digit(body[at]) : -1;
                    int low = at + 1 < end ? Digit(body[at + 1]) : -1;
                    value = high < 0 || low < 0 ? -1 : (high * 16) + low;
                    at += 2;
                }
                else if (value == '+')
                {
                    value = ' ';
                }

                if (value < ' ' || value > '~')
                {
                    return null;
                }

                text[length++] = (byte)value;
            }

            return ByteArray.Slice(text, 0, length);
        }

        private static int Digit(byte c)
        {
            return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        }
    }
}
