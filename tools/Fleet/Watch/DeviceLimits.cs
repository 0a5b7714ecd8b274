using System.Collections.Concurrent;

namespace DeviceFirmware.Fleet;

/// <summary>How much one device may do in a minute.</summary>
/// <param name="Connects">Connections begun.</param>
/// <param name="Messages">Messages published.</param>
/// <param name="Bytes">Bytes of their payloads.</param>
/// <param name="Tokens">Tokens asked for.</param>
/// <param name="Requests">Requests of the API with a token.</param>
public sealed record Limits(int Connects = 30, int Messages = 1200, long Bytes = 4 * 1024 * 1024, int Tokens = 6, int Requests = 60);

/// <summary>
/// Counts what each device does in the minute that runs. Asked only for devices that have proved who they are, so that the table grows with
/// the registry and nobody spends another's share.
/// </summary>
public sealed class DeviceLimits(Limits limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Spent> _spent = new(StringComparer.Ordinal);

    /// <summary>May it begin another connection?</summary>
    public Refusal? Connect(string deviceId, out bool first)
    {
        return Spend(deviceId, 1, 0, 0, out first);
    }

    /// <summary>May it publish another message of so many bytes?</summary>
    public Refusal? Publish(string deviceId, int bytes, out bool first)
    {
        return Spend(deviceId, 0, 1, bytes, out first);
    }

    /// <summary>May it ask for another token?</summary>
    public Refusal? Token(string deviceId, out bool first)
    {
        return Count(deviceId, spent => ++spent.Tokens > limits.Tokens, new Refusal("too-many-tokens", $"a device asks for at most {limits.Tokens} tokens a minute", 429), out first);
    }

    /// <summary>May it make another request of the API?</summary>
    public Refusal? Request(string deviceId, out bool first)
    {
        return Count(deviceId, spent => ++spent.Requests > limits.Requests, new Refusal("too-many-requests", $"a device makes at most {limits.Requests} requests a minute", 429), out first);
    }

    private Refusal? Count(string deviceId, Func<Spent, bool> isOver, Refusal refusal, out bool first)
    {
        Spent spent = Of(deviceId);
        lock (spent)
        {
            Turn(spent);
            bool over = isOver(spent);
            first = over && spent.Told.Add(refusal.Token);
            return over ? refusal : null;
        }
    }

    private Spent Of(string deviceId) => _spent.GetOrAdd(deviceId, _ => new Spent());

    private void Turn(Spent spent)
    {
        long minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (spent.Minute != minute)
        {
            spent.Minute = minute;
            spent.Connects = spent.Messages = spent.Tokens = spent.Requests = 0;
            spent.Bytes = 0;
            spent.Told.Clear();
        }
    }

    private Refusal? Spend(string deviceId, int connects, int messages, int bytes, out bool first)
    {
        Spent spent = Of(deviceId);
        lock (spent)
        {
            Turn(spent);
            spent.Connects += connects;
            spent.Messages += messages;
            spent.Bytes += bytes;
            Refusal? refusal = connects > 0 && spent.Connects > limits.Connects
                ? new Refusal("too-many-connects", $"a device begins at most {limits.Connects} connections a minute")
                : messages > 0 && spent.Messages > limits.Messages
                ? new Refusal("too-many-messages", $"a device publishes at most {limits.Messages} messages a minute")
                : messages > 0 && spent.Bytes > limits.Bytes
                ? new Refusal("too-many-bytes", $"a device publishes at most {limits.Bytes} bytes a minute")
                : null;
            first = refusal is not null && spent.Told.Add(refusal.Token);
            return refusal;
        }
    }

    private sealed class Spent
    {
        public long Minute { get; set; }

        public int Connects { get; set; }

        public int Messages { get; set; }

        public long Bytes { get; set; }

        public int Tokens { get; set; }

        public int Requests { get; set; }

        /// <summary>What the log has already: each once a minute, or a flood of messages were a flood of lines.</summary>
        public HashSet<string> Told { get; } = new(StringComparer.Ordinal);
    }
}
