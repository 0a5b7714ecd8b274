using DeviceFirmware.Connect;

namespace DeviceFirmware.Fleet;

/// <summary>Answers a heartbeat with the same nonce.</summary>
public sealed class HeartbeatHandler(DecisionLog log, Func<string, string, byte[], Task> send) : ITopicHandler
{
    private const int MaximumRequest = 2048;

    /// <inheritdoc/>
    public string Topic => "requests/heartbeat";

    /// <inheritdoc/>
    public bool Stores => false;

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (message.Payload.Length > MaximumRequest || Heartbeat.Decode(message.Payload) is not { } heartbeat)
        {
            return "is not a heartbeat";
        }

        log.Write("heartbeat", ("device", message.DeviceId));
        await send(message.DeviceId, "heartbeat", heartbeat.Encode()).ConfigureAwait(false);
        return null;
    }
}
