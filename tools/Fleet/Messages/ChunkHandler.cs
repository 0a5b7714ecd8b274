using DeviceFirmware.Update;

namespace DeviceFirmware.Fleet;

/// <summary>Sends the part of the offered image that a device asks for.</summary>
public sealed class ChunkHandler(Rollouts rollouts, DecisionLog log, Func<string, string, byte[], Task> send) : ITopicHandler
{
    private const int MaximumRequest = 2048;

    /// <inheritdoc/>
    public string Topic => "requests/chunk";

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (message.Payload.Length > MaximumRequest || ChunkRequest.Decode(message.Payload) is not { } request)
        {
            return "is not a chunk request";
        }

        Outcome<byte[]> chunk = rollouts.Chunk(message.DeviceId, request.FileHash, request.Offset, request.Length);
        if (chunk.Refusal is { } refusal)
        {
            log.Write(
                "denied",
                ("action", "chunk"),
                ("device", message.DeviceId),
                ("resource", "image:" + Convert.ToHexStringLower(request.FileHash)),
                ("token", refusal.Token),
                ("reason", refusal.Text));
            return null;
        }

        await send(message.DeviceId, "chunk", new ChunkReply(request.FileHash, request.Offset, chunk.Value!).Encode()).ConfigureAwait(false);
        return null;
    }
}
