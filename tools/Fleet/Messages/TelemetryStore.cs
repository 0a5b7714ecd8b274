using System.Collections.Concurrent;
using System.Text.Json;

namespace DeviceFirmware.Fleet;

/// <summary>One telemetry message: when it came, UTC, and what it said.</summary>
public sealed record Telemetry(DateTime ReceivedAt, JsonElement Payload);

/// <summary>The last telemetry of each device, in memory: 100 messages each.</summary>
public sealed class TelemetryStore
{
    /// <summary>How many messages are kept of a device.</summary>
    public const int Kept = 100;

    private readonly ConcurrentDictionary<string, Queue<Telemetry>> _messages = new(StringComparer.Ordinal);

    /// <summary>Keeps one.</summary>
    public void Add(string deviceId, Telemetry telemetry)
    {
        Queue<Telemetry> queue = _messages.GetOrAdd(deviceId, _ => new Queue<Telemetry>());
        lock (queue)
        {
            queue.Enqueue(telemetry);
            if (queue.Count > Kept)
            {
                queue.Dequeue();
            }
        }
    }

    /// <summary>Forgets a device's: its next owner is not to read them.</summary>
    public void Forget(string deviceId)
    {
        _messages.TryRemove(deviceId, out _);
    }

    /// <summary>The kept ones, oldest first.</summary>
    public IReadOnlyList<Telemetry> Last(string deviceId)
    {
        if (!_messages.TryGetValue(deviceId, out Queue<Telemetry>? queue))
        {
            return [];
        }

        lock (queue)
        {
            return [.. queue];
        }
    }
}
