using System.Collections.Concurrent;
using System.Globalization;

namespace DeviceFirmware.Fleet;

/// <summary>
/// What devices say on their own topics. The topic's id has been judged by <see cref="ClientPolicy"/>; the content is hostile until a
/// handler has parsed it. What does not parse is logged, counted, and changes nothing.
/// </summary>
public sealed class DeviceMessages(IEnumerable<ITopicHandler> handlers, DeviceRegistry registry, DecisionLog log)
{
    private readonly Dictionary<string, ITopicHandler> _handlers = handlers.ToDictionary(handler => handler.Topic, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _malformed = new(StringComparer.Ordinal);

    /// <summary>How many messages of this device did not parse, since the start.</summary>
    public long Malformed(string deviceId)
    {
        return _malformed.GetValueOrDefault(deviceId);
    }

    /// <summary>Handles one message that the policy has let through.</summary>
    public async Task ReceiveAsync(string deviceId, string topic, byte[] payload)
    {
        string prefix = $"devices/{deviceId}/";
        if (!topic.StartsWith(prefix, StringComparison.Ordinal))
        {
            return; // a policy may allow other topics; nothing of the fleet is there
        }

        string name = topic[prefix.Length..];
        if (_handlers.TryGetValue(name, out ITopicHandler? handler) && handler.Stores)
        {
            await registry.Calm.ConfigureAwait(false);
        }

        string? problem = handler is not null
            ? await handler.ReceiveAsync(new DeviceMessage(deviceId, name, payload)).ConfigureAwait(false)
            : "no such request";
        if (problem is not null)
        {
            long count = _malformed.AddOrUpdate(deviceId, 1, (_, before) => before + 1);
            log.Write(
                "malformed",
                ("device", deviceId),
                ("topic", topic),
                ("bytes", payload.Length.ToString(CultureInfo.InvariantCulture)),
                ("count", count.ToString(CultureInfo.InvariantCulture)),
                ("reason", problem));
        }
    }
}
