using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// Settings of an application as they travel and are stored: {0: 1, the format; 1: version; 2: [[name, kind, value], …]}, names strictly
    /// rising by their bytes. Kinds: 0 false or true as 0 or 1; 1 a whole number n from 0; 2 a whole number below 0, as -1 - n; 3 text.
    /// Hostile until an application has taken them.
    /// </summary>
    public sealed class SettingsDocument
    {
        /// <summary>Bytes of the longest message.</summary>
        public const int MaximumSize = 1024;

        /// <summary>The most settings at once.</summary>
        public const int MaximumNames = 16;

        /// <summary>Characters of the longest name.</summary>
        public const int MaximumName = 24;

        /// <summary>Characters of the longest text.</summary>
        public const int MaximumText = 64;

        /// <summary>The highest version: that of a uint32.</summary>
        public const long MaximumVersion = 0xFFFFFFFF;

        private const int Format = 1;

        private readonly SettingValue[] _values = new SettingValue[MaximumNames];

        /// <summary>No settings, in that version: 0 when nothing was ever set.</summary>
        public SettingsDocument(long version)
        {
            if (version < 0 || version > MaximumVersion)
            {
                throw new ArgumentOutOfRangeException(nameof(version));
            }

            Version = version;
        }

        /// <summary>Rises with each change.</summary>
        public long Version { get; }

        /// <summary>How many there are.</summary>
        public int Count { get; private set; }

        /// <summary>One of them, by its place.</summary>
        public SettingValue this[int index] => _values[index];

        /// <summary>1 to 24 letters, digits and hyphens that begin with a letter.</summary>
        public static bool IsName(string name)
        {
            if (name is null || name.Length == 0 || name.Length > MaximumName || !Ascii.IsLetter(name[0]))
            {
                return false;
            }

            for (int i = 1; i < name.Length; i++)
            {
                char c = name[i];
                if (!Ascii.IsLetter(c) && !Ascii.IsDigit(c) && c != '-')
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Adds a value in its place; false when the name is none or is there, or when there are too many.</summary>
        public bool Add(SettingValue value)
        {
            if (value is null)
            {
                throw new ArgumentNullException(nameof(value));
            }

            if (Count == MaximumNames || !IsName(value.Name) || !(Find(value.Name) is null))
            {
                return false;
            }

            int place = Count++;
            while (place > 0 && IsBefore(value.Name, _values[place - 1].Name))
            {
                _values[place] = _values[place - 1];
                place--;
            }

            _values[place] = value;
            return true;
        }

        /// <summary>The value of that name; null when it is not set.</summary>
        public SettingValue Find(string name)
        {
            for (int i = 0; i < Count; i++)
            {
                if (_values[i].Name == name)
                {
                    return _values[i];
                }
            }

            return null;
        }

        /// <summary>The message.</summary>
        public byte[] Encode()
        {
            CborWriter writer = new CborWriter().Map(3).Unsigned(0).Unsigned(Format).Unsigned(1).Unsigned(Version).Unsigned(2).Array(Count);
            for (int i = 0; i < Count; i++)
            {
                _values[i].Encode(writer);
            }

            return writer.ToArray();
        }

        /// <summary>Reads a message; null when it is too long or malformed.</summary>
        public static SettingsDocument Decode(byte[] message)
        {
            if (message is null)
            {
                throw new ArgumentNullException(nameof(message));
            }

            if (message.Length > MaximumSize)
            {
                return null;
            }

            var reader = new CborReader(message);
            reader.Map(3);
            reader.Key(0);
            reader.Key(Format);
            reader.Key(1);
            var document = new SettingsDocument(reader.Unsigned(MaximumVersion));
            reader.Key(2);
            int count = reader.Array(MaximumNames);
            for (int i = 0; i < count; i++)
            {
                SettingValue value = SettingValue.Decode(reader);
                bool rises = !(value is null) && (i == 0 || IsBefore(document._values[i - 1].Name, value.Name));
                if (!rises || !document.Add(value))
                {
                    return null;
                }
            }

            return reader.IsComplete ? document : null;
        }

        private static bool IsBefore(string one, string other)
        {
            int common = one.Length < other.Length ? one.Length : other.Length;
            for (int i = 0; i < common; i++)
            {
                if (one[i] != other[i])
                {
                    return one[i] < other[i];
                }
            }

            return one.Length < other.Length;
        }
    }
}
