using DeviceFirmware.Commands;

namespace DeviceFirmware.Fleet;

/// <summary>A device says what it did about an order.</summary>
public sealed class OrderAnswerHandler(Orders orders) : ITopicHandler
{
    private const int MaximumAnswer = 512;

    /// <inheritdoc/>
    public string Topic => "requests/order";

    /// <inheritdoc/>
    public Task<string?> ReceiveAsync(DeviceMessage message)
    {
        return Task.FromResult(message.Payload.Length <= MaximumAnswer && OrderAnswer.Decode(message.Payload) is { } answer
            ? orders.Answered(message.DeviceId, answer)
            : "is not an answer to an order");
    }
}
