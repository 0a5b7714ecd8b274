using System.Collections.Concurrent;
using System.Text.Json;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Which telemetry came before: boards send at least once. A message is named by its device, the number of the board's start and its own
/// number in it; the last 1024 names of a device are kept, in memory: after a restart of the fleet a message in flight may count twice.
/// </summary>
public sealed class TelemetryNumbers
{
    private const int Kept = 1024;

    private readonly ConcurrentDictionary<string, Numbers> _devices = new(StringComparer.Ordinal);

    /// <summary>True for a message that did not come before, and for one without numbers.</summary>
    public bool IsNew(string deviceId, JsonElement telemetry)
    {
        return !Number(telemetry, "boot", out uint boot) || !Number(telemetry, "seq", out uint seq)
            || _devices.GetOrAdd(deviceId, _ => new Numbers()).Add(((ulong)boot << 32) | seq);
    }

    private static bool Number(JsonElement telemetry, string name, out uint value)
    {
        value = 0;
        return telemetry.TryGetProperty(name, out JsonElement element) && element.ValueKind == JsonValueKind.Number && element.TryGetUInt32(out value);
    }

    private sealed class Numbers
    {
        private readonly HashSet<ulong> _known = [];
        private readonly Queue<ulong> _order = new();

        public bool Add(ulong number)
        {
            lock (_known)
            {
                if (!_known.Add(number))
                {
                    return false;
                }

                _order.Enqueue(number);
                if (_order.Count > Kept)
                {
                    _known.Remove(_order.Dequeue());
                }

                return true;
            }
        }
    }
}
