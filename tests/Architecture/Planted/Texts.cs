using System.Text;

namespace Planted.Texts;

/// <summary>Text of what nobody has looked at.</summary>
internal static class Wrong
{
    internal static string OfCharacters(char[] characters) => new(characters);

    internal static string OfBytes(byte[] bytes) => Encoding.UTF8.GetString(bytes, 0, bytes.Length);

    internal static void Appended(StringBuilder text, byte b) => text.Append((char)b);

    internal static string OfOne(char c) => c.ToString();

    internal static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    internal static string Base64OfOther(byte[] bytes, byte[] other) => bytes.Length == 0 ? "" : Convert.ToBase64String(other);
}

/// <summary>Text of text, base 64 of at least one byte.</summary>
internal static class Right
{
    internal static void Appended(StringBuilder text) => text.Append("text");

    internal static string Base64(byte[] bytes)
    {
        if (bytes is null || bytes.Length == 0)
        {
            throw new ArgumentException("no bytes");
        }

        return Convert.ToBase64String(bytes);
    }
}
