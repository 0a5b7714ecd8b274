using System.Collections.Concurrent;

namespace DeviceFirmware.Fleet;

/// <summary>How much one device may do in a minute.</summary>
/// <param name="Connects">Connections begun.</param>
/// <param name="Messages">Messages published.</param>
/// <param name="Bytes">Bytes of their payloads.</param>
public sealed record Limits(int Connects = 30, int Messages = 1200, long Bytes = 4 * 1024 * 1024);

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

    private Refusal? Spend(string deviceId, int connects, int messages, int bytes, out bool first)
    {
        Spent spent = _spent.GetOrAdd(deviceId, _ => new Spent());
        long minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (spent)
        {
            if (spent.Minute != minute)
            {
                spent.Minute = minute;
                spent.Connects = spent.Messages = 0;
                spent.Bytes = 0;
                spent.Told.Clear();
            }

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

        /// <summary>What the log has already: each once a minute, or a flood of messages were a flood of lines.</summary>
        public HashSet<string> Told { get; } = new(StringComparer.Ordinal);
    }
}
