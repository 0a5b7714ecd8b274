namespace DeviceFirmware.Lab;

/// <summary>Reads <c>key=value</c> and <c>key="value with \" in it"</c> from a line that a program printed.</summary>
public static class Field
{
    /// <summary>The value, or an empty text when the line has no such key.</summary>
    public static string Of(string line, string key)
    {
        int start = 0;
        while ((start = line.IndexOf(key + "=", start, StringComparison.Ordinal)) > 0 && line[start - 1] != ' ')
        {
            start++;
        }

        if (start < 0)
        {
            return "";
        }

        start += key.Length + 1;
        if (start < line.Length && line[start] == '"')
        {
            int end = start + 1;
            while (end < line.Length && line[end] != '"')
            {
                end += line[end] == '\\' ? 2 : 1;
            }

            return line[(start + 1)..Math.Min(end, line.Length)].Replace("\\\"", "\"", StringComparison.Ordinal);
        }

        int space = line.IndexOf(' ', start);
        return space < 0 ? line[start..] : line[start..space];
    }
}
