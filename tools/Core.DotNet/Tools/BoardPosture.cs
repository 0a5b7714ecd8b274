#nullable enable
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace DeviceFirmware.Tools
{
    /// <summary>
    /// What protects a board below the loader, as it was found: chip, CLR image, secure boot, flash encryption, debuggers. Every value is one of
    /// a fixed set or a short text; what could not be read is <c>unknown</c>. It is a record of a look, not a proof: the computer that looked and
    /// the cable could lie. The JSON form is in firmware/SPEC.md, "Posture"; both who looks and who records use this class.
    /// </summary>
    public sealed class BoardPosture
    {
        /// <summary>What could not be read.</summary>
        public const string Unknown = "unknown";

        /// <summary>Largest JSON form, bytes.</summary>
        public const int MaximumBytes = 4096;

        private const string FormatMember = "posture";
        private const int Format = 1;
        private const int MaximumText = 48;

        /// <summary>Members in their order, with the values each may have; null for a text of 1 to 48 printable ASCII characters.</summary>
        private static readonly (string Name, string[]? Values)[] _members =
        {
            ("hardwareId", null),
            ("chip", null),
            ("clrTarget", null),
            ("clrVersion", null),
            ("secureBoot", new[] { "off", "v1", "v2", Unknown }),
            ("flashEncryption", new[] { "off", "development", "release", Unknown }),
            ("jtag", new[] { "open", "off", Unknown }),
            ("debugger", new[] { "open", "silent", Unknown }),
            ("download", new[] { "open", "secure", "off", Unknown }),
        };

        private readonly Dictionary<string, string> _values;

        private BoardPosture(Dictionary<string, string> values)
        {
            _values = values;
        }

        /// <summary>A posture of which nothing is known yet.</summary>
        public static BoardPosture Nothing { get; } = new BoardPosture(_members.ToDictionary(member => member.Name, _ => Unknown));

        /// <summary>The chip's MAC address, 12 lower-case hexadecimal digits: the board's hardware id.</summary>
        public string HardwareId => _values["hardwareId"];

        /// <summary>The chip family, e.g. <c>ESP32-S3</c>.</summary>
        public string Chip => _values["chip"];

        /// <summary>Target name of the CLR image.</summary>
        public string ClrTarget => _values["clrTarget"];

        /// <summary>Version of the CLR image.</summary>
        public string ClrVersion => _values["clrVersion"];

        /// <summary><c>v2</c>: the ROM checks the second-stage loader against keys in eFuse (the ESP32's first revision of it is <c>v1</c>).</summary>
        public string SecureBoot => _values["secureBoot"];

        /// <summary><c>release</c>: on for good, and the download mode neither encrypts nor decrypts. <c>development</c>: on, but can be undone.</summary>
        public string FlashEncryption => _values["flashEncryption"];

        /// <summary>The chip's JTAG, pads and USB together.</summary>
        public string Jtag => _values["jtag"];

        /// <summary>The CLR's wire protocol: <c>open</c> when it answered, <c>silent</c> when it did not while the loader on the same CLR did.</summary>
        public string Debugger => _values["debugger"];

        /// <summary>The ROM's download mode over UART or USB.</summary>
        public string Download => _values["download"];

        /// <summary>Every member with its value, in the order of the JSON form.</summary>
        public IEnumerable<(string Name, string Value)> Members => _members.Select(member => (member.Name, _values[member.Name]));

        /// <summary>
        /// The same with one member changed. A value that is none of the member's becomes <c>unknown</c>: what others print is data.
        /// </summary>
        public BoardPosture With(string name, string value)
        {
            (string Name, string[]? Values) member = _members.Single(m => m.Name == name);
            return new BoardPosture(new Dictionary<string, string>(_values) { [name] = IsOf(member, value) ? value : Unknown });
        }

        /// <summary>
        /// What is missing for a board that leaves for production: secure boot v2, flash encryption in release mode, no JTAG, no debugger. Empty
        /// when nothing is. <c>unknown</c> is missing.
        /// </summary>
        public IReadOnlyList<string> BelowProduction()
        {
            (string Name, string Wanted)[] wanted = { ("secureBoot", "v2"), ("flashEncryption", "release"), ("jtag", "off"), ("debugger", "silent") };
            return wanted.Where(want => _values[want.Name] != want.Wanted)
                .Select(want => want.Name + " is " + _values[want.Name] + ", not " + want.Wanted).ToList();
        }

        /// <summary>The JSON form, one line without its end.</summary>
        public string Encode()
        {
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream))
            {
                writer.WriteStartObject();
                writer.WriteNumber(FormatMember, Format);
                foreach ((string name, string value) in Members)
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
            }

            return Encoding.UTF8.GetString(stream.ToArray());
        }

        /// <summary>
        /// Reads the JSON form: exactly the members of SPEC.md, each once. Otherwise null, and <paramref name="problem"/> says why.
        /// </summary>
        public static BoardPosture? Decode(ReadOnlyMemory<byte> json, out string problem)
        {
            problem = "is not JSON of at most " + MaximumBytes + " bytes";
            if (json.Length > MaximumBytes)
            {
                return null;
            }

            try
            {
                using JsonDocument document = JsonDocument.Parse(json);
                return Decode(document.RootElement, out problem);
            }
            catch (Exception failure) when (failure is JsonException || failure is InvalidOperationException)
            {
                // InvalidOperationException: a text that is no Unicode.
                return null;
            }
        }

        /// <summary>Reads a posture out of a larger document.</summary>
        public static BoardPosture? Decode(JsonElement element, out string problem)
        {
            problem = "is not an object";
            if (element.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var values = new Dictionary<string, string>();
            bool hasFormat = false;
            foreach (JsonProperty property in element.EnumerateObject())
            {
                (string Name, string[]? Values) member = _members.FirstOrDefault(m => m.Name == property.Name);
                if (property.Name == FormatMember && !hasFormat && property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out int format) && format == Format)
                {
                    hasFormat = true;
                }
                else if (member.Name is null || property.Value.ValueKind != JsonValueKind.String || !IsOf(member, property.Value.GetString()!)
                    || !values.TryAdd(member.Name, property.Value.GetString()!))
                {
                    problem = "has an unknown, repeated or malformed member '" + ToolFailure.OneLine(property.Name.Length > 40 ? property.Name[..40] : property.Name) + "'";
                    return null;
                }
            }

            if (!hasFormat || values.Count != _members.Length)
            {
                problem = "lacks '" + (hasFormat ? _members.First(member => !values.ContainsKey(member.Name)).Name : FormatMember) + "'";
                return null;
            }

            problem = "";
            return new BoardPosture(values);
        }

        private static bool IsOf((string Name, string[]? Values) member, string value)
        {
            return member.Values is null
                ? value.Length >= 1 && value.Length <= MaximumText && value.All(c => c >= ' ' && c <= '~')
                : member.Values.Contains(value);
        }
    }
}
