using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>What the board says to settings: {1: their version, 2: token, 3: reason, 4: version in force}.</summary>
    public sealed class SettingsAnswer
    {
        /// <summary>The application has taken them.</summary>
        public const string Accepted = "accepted";

        /// <summary>The application has not taken them; the reason is its own, or what the platform found.</summary>
        public const string Refused = "refused";

        /// <summary>The application ended while it was asked.</summary>
        public const string Ended = "ended";

        /// <summary>Another version of that number or above was judged before.</summary>
        public const string NotNewer = "not-newer";

        /// <summary>The version is more than 65,536 above the last.</summary>
        public const string TooHigh = "version-too-high";

        /// <summary>Not settings, or too many of them.</summary>
        public const string Malformed = "malformed";

        private const int MaximumReason = 96;

        /// <summary>An answer; a reason is cut at 96 characters, and one that is not printable ASCII is not told.</summary>
        public SettingsAnswer(long version, string token, string reason, long inForce)
        {
            Version = version;
            Token = token ?? throw new ArgumentNullException(nameof(token));
            Reason = Printable(reason ?? "");
            InForce = inForce;
        }

        /// <summary>The version that was judged; 0 when it could not be read.</summary>
        public long Version { get; }

        /// <summary>What became of it.</summary>
        public string Token { get; }

        /// <summary>The same for people.</summary>
        public string Reason { get; }

        /// <summary>The version in force; 0 for none.</summary>
        public long InForce { get; }

        /// <summary>At most 96 characters of printable ASCII: the text, or that it is none.</summary>
        public static string Printable(string text)
        {
            if (!Ascii.IsPrintable(text))
            {
                return "a reason that cannot be printed";
            }

            return text.Length > MaximumReason ? text.Substring(0, MaximumReason) : text;
        }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(4).Unsigned(1).Unsigned(Version).Unsigned(2).Text(Token).Unsigned(3).Text(Reason).Unsigned(4).Unsigned(InForce).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static SettingsAnswer Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(4);
            reader.Key(1);
            long version = reader.Unsigned(SettingsDocument.MaximumVersion);
            reader.Key(2);
            string token = reader.Text(1, 32);
            reader.Key(3);
            string reason = reader.Text(0, MaximumReason);
            reader.Key(4);
            long inForce = reader.Unsigned(SettingsDocument.MaximumVersion);
            return reader.IsComplete ? new SettingsAnswer(version, token, reason, inForce) : null;
        }
    }
}
