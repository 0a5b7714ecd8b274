namespace DeviceFirmware.Fleet;

/// <summary>A device says yes to a claim.</summary>
public sealed class ClaimAnswerHandler(Claims claims) : ITopicHandler
{
    /// <inheritdoc/>
    public string Topic => "requests/claim";

    /// <inheritdoc/>
    public Task<string?> ReceiveAsync(DeviceMessage message)
    {
        return Task.FromResult(claims.Answered(message.DeviceId, message.Payload));
    }
}
