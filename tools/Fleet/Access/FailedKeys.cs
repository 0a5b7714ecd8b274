namespace DeviceFirmware.Fleet;

/// <summary>
/// Counts, in the minute that runs, the API keys that did not hold: by address and by the public part of the key. Beyond the limit a request is
/// refused unread, so that nobody makes the server look up keys all day. A key that has held from an address is read all the same, until it fails
/// there: a noisy neighbour behind the same address, or one who knows a key's public part, locks nobody out.
/// </summary>
public sealed class FailedKeys(TimeProvider time)
{
    /// <summary>Failures of one address, or of one key's public part, in a minute.</summary>
    public const int Limit = 20;

    /// <summary>Most addresses, keys and pairs that are remembered; what comes when they are full shares one count.</summary>
    public const int Remembered = 10_000;

    private const string Others = "*";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _order = new();
    private readonly Dictionary<string, LinkedListNode<string>> _held = new(StringComparer.Ordinal);
    private long _minute;
    private long _refused;

    /// <summary>Requests that were refused unread, since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>
    /// The refusal of a request that shall not be read; null when it shall. <paramref name="first"/>: of this address and this minute, so that a
    /// flood is one line of the log; <paramref name="firstOfAll"/>: of this minute.
    /// </summary>
    public Refusal? Judge(string address, string? keyId, out bool first, out bool firstOfAll)
    {
        lock (_lock)
        {
            Turn();
            first = firstOfAll = false;
            if (keyId is not null && _held.ContainsKey(Pair(address, keyId)))
            {
                return null;
            }

            if (Count("address " + address) < Limit && (keyId is null || Count("key " + keyId) < Limit))
            {
                return null;
            }

            _refused++;
            firstOfAll = _told.Count == 0;
            first = _told.Count < Remembered && _told.Add(address);
            return new Refusal("too-many-failures", $"more than {Limit} keys that do not hold within a minute: wait a minute", 429);
        }
    }

    /// <summary>A key did not hold.</summary>
    public void Failed(string address, string? keyId)
    {
        lock (_lock)
        {
            Turn();
            Add("address " + address);
            if (keyId is not null)
            {
                Add("key " + keyId);
                Forget(Pair(address, keyId));
            }
        }
    }

    /// <summary>A key held.</summary>
    public void Held(string address, string keyId)
    {
        lock (_lock)
        {
            string pair = Pair(address, keyId);
            Forget(pair);
            _held[pair] = _order.AddLast(pair);
            if (_held.Count > Remembered)
            {
                Forget(_order.First!.Value);
            }
        }
    }

    private static string Pair(string address, string keyId) => address + " " + keyId;

    private void Turn()
    {
        long minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (minute != _minute)
        {
            _minute = minute;
            _failures.Clear();
            _told.Clear();
        }
    }

    private int Count(string name)
    {
        return _failures.TryGetValue(name, out int count) ? count : _failures.Count < Remembered ? 0 : _failures.GetValueOrDefault(Others);
    }

    private void Add(string name)
    {
        string counted = _failures.ContainsKey(name) || _failures.Count < Remembered ? name : Others;
        _failures[counted] = _failures.GetValueOrDefault(counted) + 1;
    }

    private void Forget(string pair)
    {
        if (_held.Remove(pair, out LinkedListNode<string>? node))
        {
            _order.Remove(node);
        }
    }
}
