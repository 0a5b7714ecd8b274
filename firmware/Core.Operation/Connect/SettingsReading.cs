using System;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// Settings while an application asks for them: notes what does not fit what it asked for, and what it did not ask for.
    /// </summary>
    public sealed class SettingsReading
    {
        private readonly SettingsDocument _document;
        private readonly bool[] _asked = new bool[SettingsDocument.MaximumNames];
        private string _problem = "";

        /// <summary>A reading of these.</summary>
        public SettingsReading(SettingsDocument document)
        {
            _document = document ?? throw new ArgumentNullException(nameof(document));
        }

        /// <summary>The first thing that does not fit; empty when all was asked for and fits.</summary>
        public string Problem
        {
            get
            {
                for (int i = 0; i < _document.Count && _problem.Length == 0; i++)
                {
                    if (!_asked[i])
                    {
                        _problem = _document[i].Name + ": no such setting";
                    }
                }

                return _problem;
            }
        }

        /// <summary>A whole number from minimum to maximum; unset when there is none that fits.</summary>
        public int Number(string name, int unset, int minimum, int maximum)
        {
            if (minimum > maximum)
            {
                throw new ArgumentOutOfRangeException(nameof(minimum));
            }

            SettingValue value = Ask(name);
            bool fits = !(value is null) && value.IsNumber && value.Number >= minimum && value.Number <= maximum;
            return fits ? value.Number : Unset(value, " to be a number from " + minimum.ToString() + " to " + maximum.ToString(), unset);
        }

        /// <summary>A text of at most so many characters; unset when there is none that fits.</summary>
        public string Text(string name, string unset, int maximumLength)
        {
            if (maximumLength < 0 || maximumLength > SettingsDocument.MaximumText)
            {
                throw new ArgumentOutOfRangeException(nameof(maximumLength));
            }

            SettingValue value = Ask(name);
            if (!(value is null) && !(value.Text is null) && value.Text.Length <= maximumLength)
            {
                return value.Text;
            }

            Unset(value, " to be a text of at most " + maximumLength.ToString() + " characters", 0);
            return unset;
        }

        /// <summary>True or false; unset when there is neither.</summary>
        public bool Flag(string name, bool unset)
        {
            SettingValue value = Ask(name);
            bool fits = !(value is null) && value.IsFlag;
            return fits ? value.Number == 1 : Unset(value, " to be true or false", unset ? 1 : 0) == 1;
        }

        private SettingValue Ask(string name)
        {
            if (!SettingsDocument.IsName(name))
            {
                throw new ArgumentException(nameof(name));
            }

            for (int i = 0; i < _document.Count; i++)
            {
                if (_document[i].Name == name)
                {
                    _asked[i] = true;
                    return _document[i];
                }
            }

            return null;
        }

        private int Unset(SettingValue value, string demand, int unset)
        {
            if (!(value is null) && _problem.Length == 0)
            {
                _problem = value.Name + ": has" + demand;
            }

            return unset;
        }
    }
}
