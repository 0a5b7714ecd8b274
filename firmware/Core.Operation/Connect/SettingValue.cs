using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>One setting: its name and a whole number, a text, or true or false.</summary>
    public sealed class SettingValue
    {
        private const int FlagKind = 0;
        private const int NumberKind = 1;
        private const int NegativeKind = 2;
        private const int TextKind = 3;

        private SettingValue(string name, int kind, int number, string text)
        {
            Name = name ?? throw new ArgumentNullException(nameof(name));
            Kind = kind;
            Number = number;
            Text = text;
        }

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>True for a whole number.</summary>
        public bool IsNumber => Kind == NumberKind || Kind == NegativeKind;

        /// <summary>True for true and false.</summary>
        public bool IsFlag => Kind == FlagKind;

        /// <summary>The number; 1 for true, 0 for false; 0 for a text.</summary>
        public int Number { get; }

        /// <summary>The text; null for everything else.</summary>
        public string Text { get; }

        private int Kind { get; }

        /// <summary>A whole number.</summary>
        public static SettingValue OfNumber(string name, int number)
        {
            return new SettingValue(name, number < 0 ? NegativeKind : NumberKind, number, null);
        }

        /// <summary>Printable ASCII, 64 characters at most; anything else is misuse.</summary>
        public static SettingValue OfText(string name, string text)
        {
            if (Ascii.GetBytes(text).Length > SettingsDocument.MaximumText)
            {
                throw new ArgumentOutOfRangeException(nameof(text));
            }

            return new SettingValue(name, TextKind, 0, text);
        }

        /// <summary>True or false.</summary>
        public static SettingValue OfFlag(string name, bool value)
        {
            return new SettingValue(name, FlagKind, value ? 1 : 0, null);
        }

        internal void Encode(CborWriter writer)
        {
            writer.Array(3).Text(Name).Unsigned(Kind);
            if (Kind == TextKind)
            {
                writer.Text(Text);
            }
            else
            {
                writer.Unsigned(Kind == NegativeKind ? -1L - Number : Number);
            }
        }

        /// <summary>Reads one; null when it is malformed.</summary>
        internal static SettingValue Decode(CborReader reader)
        {
            if (reader.Array(3) != 3)
            {
                return null;
            }

            string name = reader.Text(1, SettingsDocument.MaximumName);
            int kind = (int)reader.Unsigned(TextKind);
            if (kind == TextKind)
            {
                string text = reader.Text(0, SettingsDocument.MaximumText);
                return reader.Failed ? null : new SettingValue(name, TextKind, 0, text);
            }

            int number = (int)reader.Unsigned(kind == FlagKind ? 1 : int.MaxValue);
            return reader.Failed ? null : new SettingValue(name, kind, kind == NegativeKind ? -1 - number : number, null);
        }
    }
}
