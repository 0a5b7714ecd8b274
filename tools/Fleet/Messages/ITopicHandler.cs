namespace DeviceFirmware.Fleet;

/// <summary>One message that the policy has let through: whose, on which topic, and its hostile content.</summary>
/// <param name="DeviceId">The certificate's id.</param>
/// <param name="Name">The topic without <c>devices/{id}/</c>.</param>
/// <param name="Payload">At most <see cref="FleetBroker.MaximumPacket"/> bytes.</param>
public sealed record DeviceMessage(string DeviceId, string Name, byte[] Payload);

/// <summary>What the fleet does with the messages of one topic. <see cref="FleetParts"/> has the list of all.</summary>
public interface ITopicHandler
{
    /// <summary>The topic without <c>devices/{id}/</c>, such as <c>telemetry</c> or <c>requests/chunk</c>.</summary>
    string Topic { get; }

    /// <summary>False when it neither writes to the database nor waits for who does.</summary>
    bool Stores => true;

    /// <summary>Handles one message. Null, or what is wrong with its content: it is then logged and counted, and must have changed nothing.</summary>
    Task<string?> ReceiveAsync(DeviceMessage message);
}
