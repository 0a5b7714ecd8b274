using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DeviceFirmware.Connect;

namespace DeviceFirmware.Fleet;

/// <summary>Settings as people write them, a flat JSON object, and as a device reads them.</summary>
internal static class SettingsText
{
    /// <summary>Longest object, bytes.</summary>
    public const int MaximumBytes = 4096;

    /// <summary>The settings in that version, or why they cannot be any.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, long version, [NotNullWhen(true)] out SettingsDocument? settings, [NotNullWhen(false)] out string? problem)
    {
        settings = null;
        if (!StrictJson.TryParse(json, MaximumBytes, out JsonDocument? document, out problem))
        {
            return false;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problem = "settings are a JSON object";
                return false;
            }

            SettingsDocument read = new(version);
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                string name = StrictJson.TryName(member) ?? "";
                SettingValue? value = ValueOf(name, member.Value);
                problem = value is null ? $"'{name}': a value is a whole number of 32 bits, true, false or a text of at most {SettingsDocument.MaximumText} printable ASCII characters"
                    : read.Count == SettingsDocument.MaximumNames ? $"there are more than {SettingsDocument.MaximumNames} settings"
                    : !read.Add(value) ? $"'{name}' is there twice, or not 1 to {SettingsDocument.MaximumName} letters, digits and hyphens that begin with a letter"
                    : null;
                if (problem is not null)
                {
                    return false;
                }
            }

            problem = read.Encode().Length > SettingsDocument.MaximumSize ? $"the settings have more than {SettingsDocument.MaximumSize} bytes" : null;
            settings = problem is null ? read : null;
            return problem is null;
        }
    }

    private static SettingValue? ValueOf(string name, JsonElement value)
    {
        return value.ValueKind switch
        {
            JsonValueKind.True => SettingValue.OfFlag(name, true),
            JsonValueKind.False => SettingValue.OfFlag(name, false),
            JsonValueKind.Number when value.TryGetInt32(out int number) => SettingValue.OfNumber(name, number),
            JsonValueKind.String when StrictJson.TryText(value, out string text) && text.Length <= SettingsDocument.MaximumText && text.All(c => c is >= ' ' and <= '~') => SettingValue.OfText(name, text),
            _ => null,
        };
    }
}
