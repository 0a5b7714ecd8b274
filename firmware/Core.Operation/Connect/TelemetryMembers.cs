using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// Members of the telemetry object as an application writes them, <c>"tempC":21.5,"door":"open"</c>: flat, bounded, and JSON (RFC 8259), so
    /// that no application can publish what the other end cannot read, or say another's deviceId.
    /// </summary>
    public static class TelemetryMembers
    {
        /// <summary>Characters, at most.</summary>
        public const int MaximumLength = 512;

        /// <summary>Members, at most.</summary>
        public const int MaximumCount = 16;

        private const int MaximumName = 24;

        /// <summary>True when they can stand in the object.</summary>
        public static bool AreValid(string members)
        {
            if (string.IsNullOrEmpty(members) || members.Length > MaximumLength)
            {
                return false;
            }

            var names = new string[MaximumCount];
            int position = 0;
            for (int count = 0; count < MaximumCount; count++)
            {
                int end = NameEnd(members, position);
                if (end < 0)
                {
                    return false;
                }

                string name = members.Substring(position + 1, end - position - 2);
                if (IsTaken(names, count, name))
                {
                    return false;
                }

                names[count] = name;
                position = end < members.Length && members[end] == ':' ? ValueEnd(members, end + 1) : -1;
                if (position < 0 || position == members.Length)
                {
                    return position > 0;
                }

                if (members[position++] != ',')
                {
                    return false;
                }
            }

            return false;
        }

        private static bool IsTaken(string[] names, int count, string name)
        {
            bool taken = name == "deviceId" || name == "boot" || name == "seq" || name == "ts";
            for (int i = 0; i < count && !taken; i++)
            {
                taken = names[i] == name;
            }

            return taken;
        }

        /// <summary>Behind the closing quotation mark of a name; -1 when there is none.</summary>
        private static int NameEnd(string text, int start)
        {
            int position = start + 1;
            if (start >= text.Length || text[start] != '"' || position >= text.Length || !Ascii.IsLetter(text[position]))
            {
                return -1;
            }

            while (position < text.Length && (Ascii.IsLetter(text[position]) || Ascii.IsDigit(text[position])))
            {
                position++;
            }

            return position - start - 1 <= MaximumName && position < text.Length && text[position] == '"' ? position + 1 : -1;
        }

        private static int ValueEnd(string text, int start)
        {
            if (start >= text.Length)
            {
                return -1;
            }

            char first = text[start];
            return first == '"' ? StringEnd(text, start + 1)
                : first == 't' ? WordEnd(text, start, "true")
                : first == 'f' ? WordEnd(text, start, "false")
                : first == 'n' ? WordEnd(text, start, "null")
                : NumberEnd(text, start);
        }

        private static int WordEnd(string text, int start, string word)
        {
            return text.Length - start >= word.Length && text.Substring(start, word.Length) == word ? start + word.Length : -1;
        }

        /// <summary>Printable ASCII; a backslash stands before a quotation mark or another backslash and nothing else.</summary>
        private static int StringEnd(string text, int start)
        {
            for (int i = start; i < text.Length; i++)
            {
                char c = text[i];
                if (c == '"')
                {
                    return i + 1;
                }

                if (c == '\\')
                {
                    i++;
                    c = i < text.Length ? text[i] : ' ';
                    if (c != '"' && c != '\\')
                    {
                        return -1;
                    }
                }

                if (c < ' ' || c > '~')
                {
                    return -1;
                }
            }

            return -1;
        }

        private static int NumberEnd(string text, int start)
        {
            int position = text[start] == '-' ? start + 1 : start;
            int whole = DigitsEnd(text, position);
            if (whole < 0 || (text[position] == '0' && whole > position + 1))
            {
                return -1;
            }

            position = whole;
            if (position < text.Length && text[position] == '.')
            {
                position = DigitsEnd(text, position + 1);
            }

            if (position > 0 && position < text.Length && (text[position] == 'e' || text[position] == 'E'))
            {
                position++;
                bool signed = position < text.Length && (text[position] == '+' || text[position] == '-');
                position = DigitsEnd(text, signed ? position + 1 : position);
            }

            return position;
        }

        /// <summary>Behind one or more digits; -1 when there is none.</summary>
        private static int DigitsEnd(string text, int start)
        {
            int position = start;
            while (position < text.Length && Ascii.IsDigit(text[position]))
            {
                position++;
            }

            return position > start ? position : -1;
        }
    }
}
