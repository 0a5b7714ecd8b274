using System.Globalization;
using System.Text;

namespace DeviceFirmware.Fleet;

/// <summary>One decision: its number, rising from 1, its time (UTC), what it was, and its fields in order.</summary>
public sealed record LogEntry(long Number, DateTime At, string Event, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>The value of a field; empty when there is none.</summary>
    public string Field(string key)
    {
        return Fields.FirstOrDefault(field => field.Key == key).Value ?? "";
    }
}

/// <summary>
/// Every decision as one line, <c>TIME EVENT key=value …</c>, and the last 10,000 in memory for the API. Values come from others: what is
/// not plain is quoted and escaped, so that no value can begin a line or imitate a key. Never a secret: callers pass none.
/// </summary>
public sealed class DecisionLog(TextWriter output, TimeProvider time)
{
    /// <summary>How many decisions are kept for the API.</summary>
    public const int Capacity = 10_000;

    private const int MaximumValue = 256;

    private readonly Queue<LogEntry> _entries = new();
    private readonly Lock _lock = new();
    private long _number;

    /// <summary>A decision was written. Whoever listens is quick and does not throw.</summary>
    public event Action<LogEntry>? Written;

    /// <summary>Writes one decision. A field whose value is null is left out.</summary>
    public void Write(string name, params ReadOnlySpan<(string Key, string? Value)> fields)
    {
        List<KeyValuePair<string, string>> kept = [];
        foreach ((string key, string? value) in fields)
        {
            if (value is not null)
            {
                kept.Add(new(key, value.Length <= MaximumValue ? value : string.Concat(value.AsSpan(0, MaximumValue), "…")));
            }
        }

        DateTime now = time.GetUtcNow().UtcDateTime;
        LogEntry entry;
        lock (_lock)
        {
            entry = new LogEntry(++_number, now, name, kept);
            _entries.Enqueue(entry);
            if (_entries.Count > Capacity)
            {
                _entries.Dequeue();
            }

            output.WriteLine(Line(now, name, kept));
            output.Flush();
        }

        Written?.Invoke(entry);
    }

    /// <summary>The decisions after a number, oldest first, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<LogEntry> After(long number, int limit)
    {
        lock (_lock)
        {
            return [.. _entries.SkipWhile(entry => entry.Number <= number).Take(limit)];
        }
    }

    private static string Line(DateTime now, string name, List<KeyValuePair<string, string>> fields)
    {
        StringBuilder line = new();
        line.Append(now.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)).Append(' ').Append(name);
        foreach ((string key, string value) in fields)
        {
            line.Append(' ').Append(key).Append('=');
            if (value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || "-_.:/+#$*@".Contains(c)) && key != "reason")
            {
                line.Append(value);
                continue;
            }

            line.Append('"');
            foreach (char c in value)
            {
                line.Append(c switch
                {
                    '"' => "\\\"",
                    '\\' => @"\\",
                    >= ' ' and <= '~' => c.ToString(),
                    _ => $"\\u{(int)c:x4}",
                });
            }

            line.Append('"');
        }

        return line.ToString();
    }
}
