using System;

namespace DeviceFirmware.Image
{
    /// <summary>An image's version as MCUboot has it: major (0 to 255), minor (0 to 255), revision (0 to 65535), build (32 bits). Ordered with the build number.</summary>
    public sealed class ImageVersion
    {
        /// <summary>A version of these parts.</summary>
        public ImageVersion(byte major, byte minor, int revision, uint build)
        {
            if (revision < 0 || revision > 0xFFFF)
            {
                throw new ArgumentOutOfRangeException(nameof(revision));
            }

            Major = major;
            Minor = minor;
            Revision = revision;
            Build = build;
        }

        /// <summary>Major, 0 to 255.</summary>
        public byte Major { get; }

        /// <summary>Minor, 0 to 255.</summary>
        public byte Minor { get; }

        /// <summary>Revision, 0 to 65535.</summary>
        public int Revision { get; }

        /// <summary>Build number.</summary>
        public uint Build { get; }

        /// <summary>
        /// Reads <c>major.minor.revision</c> with an optional <c>+build</c>, decimal, without leading zeros. Null when the text is anything else.
        /// </summary>
        public static ImageVersion Parse(string text)
        {
            if (text is null || text.Length > 32)
            {
                return null;
            }

            int plus = text.IndexOf('+');
            string numbers = plus < 0 ? text : text.Substring(0, plus);
            string[] parts = numbers.Split(new char[] { '.' });
            if (parts.Length != 3)
            {
                return null;
            }

            long major = Number(parts[0], 0xFF);
            long minor = Number(parts[1], 0xFF);
            long revision = Number(parts[2], 0xFFFF);
            long build = plus < 0 ? 0 : Number(text.Substring(plus + 1), 0xFFFFFFFF);
            return major < 0 || minor < 0 || revision < 0 || build < 0
                ? null
                : new ImageVersion((byte)major, (byte)minor, (int)revision, (uint)build);
        }

        /// <summary>Below 0 when this one is older than the other, 0 when equal, above 0 when newer.</summary>
        public int CompareTo(ImageVersion other)
        {
            if (other is null)
            {
                throw new ArgumentNullException(nameof(other));
            }

            if (Major != other.Major)
            {
                return Major < other.Major ? -1 : 1;
            }

            if (Minor != other.Minor)
            {
                return Minor < other.Minor ? -1 : 1;
            }

            if (Revision != other.Revision)
            {
                return Revision < other.Revision ? -1 : 1;
            }

            if (Build != other.Build)
            {
                return Build < other.Build ? -1 : 1;
            }

            return 0;
        }

        /// <summary><c>major.minor.revision+build</c>.</summary>
        public override string ToString()
        {
            return Major.ToString() + "." + Minor.ToString() + "." + Revision.ToString() + "+" + Build.ToString();
        }

        private static long Number(string text, long maximum)
        {
            if (text.Length == 0 || text.Length > 10 || (text.Length > 1 && text[0] == '0'))
            {
                return -1;
            }

            long value = 0;
            for (int i = 0; i < text.Length; i++)
            {
                char c = text[i];
                if (c < '0' || c > '9')
                {
                    return -1;
                }

                int digit = c - '0';
                value = value * 10 + digit;
            }

            return value > maximum ? -1 : value;
        }
    }
}
