using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace DeviceFirmware.Fleet;

/// <summary>JSON from others: bounded, valid UTF-8, no repeated or unknown member, no comments, shallow.</summary>
public static class StrictJson
{
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonDocumentOptions _options = new()
    {
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 8,
        AllowDuplicateProperties = true, // refused by TryMembers, which can say where
    };

    /// <summary>Parses at most <paramref name="maximumBytes"/>; the caller disposes the document.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> utf8,
        int maximumBytes,
        [NotNullWhen(true)] out JsonDocument? document,
        [NotNullWhen(false)] out string? problem)
    {
        document = null;
        if (utf8.Length > maximumBytes)
        {
            problem = $"document: has {utf8.Length} bytes, at most {maximumBytes} are read";
            return false;
        }

        try
        {
            // The decoder refuses ill-formed UTF-8, which the JSON reader would only meet when a string is used.
            document = JsonDocument.Parse(_utf8.GetString(utf8.Span), _options);
            problem = null;
            return true;
        }
        catch (ArgumentException)
        {
            problem = "document: is not UTF-8";
            return false;
        }
        catch (JsonException failure)
        {
            problem = $"line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}: is not JSON";
            return false;
        }
    }

    /// <summary>The members of an object: all of <paramref name="required"/>, any of <paramref name="optional"/>, nothing else, none twice.</summary>
    public static bool TryMembers(
        JsonElement element,
        IReadOnlyCollection<string> required,
        IReadOnlyCollection<string> optional,
        out Dictionary<string, JsonElement> members,
        [NotNullWhen(false)] out string? problem)
    {
        members = [];
        if (element.ValueKind != JsonValueKind.Object)
        {
            problem = "must be an object";
            return false;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            string? name = TryName(property);
            if (name is null || (!required.Contains(name) && !optional.Contains(name)))
            {
                problem = $"unknown member '{Shorten(name ?? "?")}'";
                return false;
            }

            if (!members.TryAdd(name, property.Value))
            {
                problem = $"member '{name}' stands there twice";
                return false;
            }
        }

        foreach (string name in required)
        {
            if (!members.ContainsKey(name))
            {
                problem = $"member '{name}' is missing";
                return false;
            }
        }

        problem = null;
        return true;
    }

    /// <summary>The value of a string; false for another type and for a lone surrogate.</summary>
    public static bool TryText(JsonElement element, out string text)
    {
        text = "";
        if (element.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A time in UTC, ISO 8601 with a Z: <c>2026-11-22T10:00:00Z</c>, a fraction of up to seven digits allowed.</summary>
    public static bool TryTime(string text, out DateTime time)
    {
        return DateTime.TryParseExact(
            text,
            ["yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
            out time);
    }

    /// <summary>The member's name, or null when it is no text.</summary>
    public static string? TryName(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A hostile text made short for a message.</summary>
    public static string Shorten(string text)
    {
        return text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
    }
}
