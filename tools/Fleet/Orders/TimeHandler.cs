using DeviceFirmware.Tools;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Fleet;

/// <summary>Signs the time for a device's nonce. Without a time key there is no answer, and boards obey no order with a window.</summary>
public sealed class TimeHandler(HeldKey? key, TimeProvider time, DecisionLog log, Func<string, string, byte[], Task> send) : ITopicHandler
{
    private const int MaximumRequest = 64;

    // A token signs one thing at a time.
    private readonly Lock _signing = new();

    /// <inheritdoc/>
    public string Topic => "requests/time";

    /// <inheritdoc/>
    public bool Stores => false;

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (message.Payload.Length > MaximumRequest || SignedTime.DecodeRequest(message.Payload) is not { } nonce)
        {
            return "is not a request for the time";
        }

        if (key is null)
        {
            log.Write("time", ("device", message.DeviceId), ("token", "no-time-key"));
            return null;
        }

        SignedTime answer = new(nonce, time.GetUtcNow().ToUnixTimeSeconds());
        byte[] signature;
        lock (_signing)
        {
            signature = key.SignHash(answer.Digest(key.KeyHash));
        }

        await send(message.DeviceId, "time", answer.Encode(key.KeyHash, signature)).ConfigureAwait(false);
        return null;
    }
}
