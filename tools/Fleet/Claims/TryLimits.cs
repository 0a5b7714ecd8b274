namespace DeviceFirmware.Fleet;

/// <summary>
/// How often one caller may be wrong. Counted by caller and by nothing else: whoever knows a serial number spends their own tries, never the
/// owner's. Callers are keys of the API, so the table is as large as their number.
/// </summary>
public sealed class TryLimits(TimeProvider time)
{
    /// <summary>Wrong tries within <see cref="Within"/>.</summary>
    public const int Most = 5;

    /// <summary>For how long a wrong try counts.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, Queue<DateTimeOffset>> _wrong = new(StringComparer.Ordinal);

    /// <summary>True when the caller has to wait.</summary>
    public bool IsSpent(string caller)
    {
        lock (_wrong)
        {
            if (!_wrong.TryGetValue(caller, out Queue<DateTimeOffset>? tries))
            {
                return false;
            }

            while (tries.Count > 0 && time.GetUtcNow() - tries.Peek() > Within)
            {
                tries.Dequeue();
            }

            return tries.Count >= Most;
        }
    }

    /// <summary>The caller was wrong.</summary>
    public void Wrong(string caller)
    {
        lock (_wrong)
        {
            if (!_wrong.TryGetValue(caller, out Queue<DateTimeOffset>? tries))
            {
                _wrong[caller] = tries = new Queue<DateTimeOffset>();
            }

            tries.Enqueue(time.GetUtcNow());
        }
    }
}
