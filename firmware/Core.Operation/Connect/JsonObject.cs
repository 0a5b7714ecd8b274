using System.Text;

namespace DeviceFirmware.Connect
{
    /// <summary>Writes one flat JSON object of strings and integers (RFC 8259); text outside printable ASCII becomes a question mark.</summary>
    public sealed class JsonObject
    {
        private readonly StringBuilder _text = new StringBuilder();

        /// <summary>Adds a string.</summary>
        public JsonObject Text(string name, string value)
        {
            Name(name);
            _text.Append("\"");
            for (int i = 0; i < value.Length; i++)
            {
                char c = value[i];
                if (c == '"' || c == '\\')
                {
                    _text.Append('\\');
                }

                _text.Append(c >= ' ' && c <= '~' ? c : '?');
            }

            _text.Append("\"");
            return this;
        }

        /// <summary>Adds an integer.</summary>
        public JsonObject Number(string name, long value)
        {
            Name(name);
            _text.Append(value.ToString());
            return this;
        }

        /// <summary>Adds members as they are, for example <c>"tempC":21.5</c>; the caller vouches for them.</summary>
        public JsonObject Members(string members)
        {
            if (members.Length > 0)
            {
                Separate();
                _text.Append(members);
            }

            return this;
        }

        /// <summary>The members without braces, for another object.</summary>
        public string MembersText()
        {
            return _text.ToString();
        }

        /// <summary>The whole object.</summary>
        public override string ToString()
        {
            return "{" + _text.ToString() + "}";
        }

        private void Name(string name)
        {
            Separate();
            _text.Append("\"");
            _text.Append(name);
            _text.Append("\":");
        }

        private void Separate()
        {
            if (_text.Length > 0)
            {
                _text.Append(",");
            }
        }
    }
}
