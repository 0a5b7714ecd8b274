using System;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// Where an HTTP request ends (RFC 9112, 6.3): its head, and as many bytes as Content-Length says. One length field at most, digits only;
    /// no transfer coding, which a form of a browser never has.
    /// </summary>
    public static class SetupRequest
    {
        /// <summary>More bytes are needed to tell.</summary>
        public const int Incomplete = 0;

        /// <summary>It will never be a request that this page takes; the connection is to be closed.</summary>
        public const int Hopeless = -1;

        private const string LengthField = "content-length:";
        private const string CodingField = "transfer-encoding:";

        /// <summary>Length in bytes of the request that begins the buffer, head and body, at most <see cref="SetupPage.MaximumRequest"/>; or one of the two above.</summary>
        public static int Measure(byte[] buffer, int count)
        {
            if (buffer is null || count < 0 || count > buffer.Length)
            {
                throw new ArgumentNullException(nameof(buffer));
            }

            int body = -1;
            int start = 0;
            for (int i = 0; i + 1 < count; i++)
            {
                if (buffer[i] != 13 || buffer[i + 1] != 10)
                {
                    continue;
                }

                if (i == start)
                {
                    int total = i + 2 + (body < 0 ? 0 : body);
                    return total > SetupPage.MaximumRequest ? Hopeless : total > count ? Incomplete : total;
                }

                if (Starts(buffer, start, i, CodingField))
                {
                    return Hopeless;
                }

                if (Starts(buffer, start, i, LengthField))
                {
                    int said = Number(buffer, start + LengthField.Length, i);
                    if (said < 0 || body >= 0)
                    {
                        return Hopeless;
                    }

                    body = said;
                }

                start = i + 2;
                i++;
            }

            return count >= SetupPage.MaximumRequest ? Hopeless : Incomplete;
        }

        private static bool Starts(byte[] buffer, int at, int end, string field)
        {
            if (end - at < field.Length)
            {
                return false;
            }

            for (int i = 0; i < field.Length; i++)
            {
                int c = buffer[at + i];
                if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != field[i])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>-1 when it is no number, or more than a whole request.</summary>
        private static int Number(byte[] buffer, int at, int end)
        {
            while (at < end && (buffer[at] == (byte)' ' || buffer[at] == (byte)'\t'))
            {
                at++;
            }

            while (end > at && (buffer[end - 1] == (byte)' ' || buffer[end - 1] == (byte)'\t'))
            {
                end--;
            }

            int value = at == end ? -1 : 0;
            for (; at < end; at++)
            {
                if (buffer[at] < '0' || buffer[at] > '9')
                {
                    return -1;
                }

                value = (value * 10) + (buffer[at] - '0');
                if (value > SetupPage.MaximumRequest)
                {
                    return -1;
                }
            }

            return value;
        }
    }
}
