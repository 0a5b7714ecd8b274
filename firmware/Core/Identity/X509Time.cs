using DeviceFirmware.Bytes;

namespace DeviceFirmware.Identity
{
    /// <summary>UTCTime and GeneralizedTime as RFC 5280 section 4.1.2.5 wants them, to and from seconds since 1970 (the platform's DateTime ends at year 3000).</summary>
    public static class X509Time
    {
        /// <summary>99991231235959Z: "has no well-defined expiration date" (RFC 5280 section 4.1.2.5).</summary>
        public const long NoEnd = 253402300799;

        /// <summary>Reads a time of 1970 or later; the reader fails on anything else.</summary>
        internal static long Read(DerReader reader)
        {
            int tag = reader.PeekTag();
            if (tag != Der.UtcTimeTag && tag != Der.GeneralizedTimeTag)
            {
                reader.Fail();
                return 0;
            }

            byte[] text = reader.Content(tag);
            if (text is null)
            {
                return 0;
            }

            int yearDigits = tag == Der.UtcTimeTag ? 2 : 4;
            if (text.Length != yearDigits + 11 || text[text.Length - 1] != 'Z')
            {
                reader.Fail();
                return 0;
            }

            int year = Number(text, 0, yearDigits);
            if (tag == Der.UtcTimeTag)
            {
                // RFC 5280 4.1.2.5.1: 50 to 99 is 19xx; through 2049 UTCTime is the only form.
                year += year >= 50 ? 1900 : 2000;
            }

            int month = Number(text, yearDigits, 2);
            int day = Number(text, yearDigits + 2, 2);
            int hour = Number(text, yearDigits + 4, 2);
            int minute = Number(text, yearDigits + 6, 2);
            int second = Number(text, yearDigits + 8, 2);
            bool form = tag == Der.UtcTimeTag || year >= 2050;
            if (!form || year < 1970 || month < 1 || month > 12 || day < 1 || day > DaysIn(year, month)
                || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
            {
                reader.Fail();
                return 0;
            }

            long days = DaysSince1970(year, month, day);
            return days * 86400 + hour * 3600 + minute * 60 + second;
        }

        /// <summary>ISO 8601 text in UTC, for example <c>2026-01-09T08:30:00Z</c>. Times before 1970 come out as 1970, after 9999 as 9999.</summary>
        public static string ToIso8601(long secondsSince1970)
        {
            long seconds = secondsSince1970 < 0 ? 0 : secondsSince1970 > NoEnd ? NoEnd : secondsSince1970;
            int days = (int)(seconds / 86400);
            long startOfDay = days * 86400L;
            int rest = (int)(seconds - startOfDay);
            int year = 1970;
            while (days >= DaysInYear(year))
            {
                days -= DaysInYear(year);
                year++;
            }

            int month = 1;
            while (days >= DaysIn(year, month))
            {
                days -= DaysIn(year, month);
                month++;
            }

            return Digits(year, 4) + "-" + Digits(month, 2) + "-" + Digits(days + 1, 2)
                + "T" + Digits(rest / 3600, 2) + ":" + Digits(rest / 60 % 60, 2) + ":" + Digits(rest % 60, 2) + "Z";
        }

        private static int Number(byte[] text, int offset, int digits)
        {
            int value = 0;
            for (int i = 0; i < digits; i++)
            {
                int digit = text[offset + i] - '0';
                if (digit < 0 || digit > 9)
                {
                    return -10000;
                }

                value = value * 10 + digit;
            }

            return value;
        }

        private static string Digits(int value, int count)
        {
            return value.ToString().PadLeft(count, '0');
        }

        private static long DaysSince1970(int year, int month, int day)
        {
            int before = year - 1;
            int leapDays = before / 4 - before / 100 + before / 400 - 477;
            long days = (year - 1970) * 365 + leapDays;
            for (int m = 1; m < month; m++)
            {
                days += DaysIn(year, m);
            }

            return days + day - 1;
        }

        private static int DaysInYear(int year)
        {
            return IsLeap(year) ? 366 : 365;
        }

        private static int DaysIn(int year, int month)
        {
            if (month == 2)
            {
                return IsLeap(year) ? 29 : 28;
            }

            return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
        }

        private static bool IsLeap(int year)
        {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        }
    }
}
