using System.Text.Json;

namespace DeviceFirmware.Fleet;

/// <summary>What the application measures: parsed strictly and kept in memory.</summary>
public sealed class TelemetryHandler(TelemetryStore telemetry, TimeProvider time) : ITopicHandler
{
    private readonly TelemetryNumbers _seen = new();

    /// <inheritdoc/>
    public string Topic => "telemetry";

    /// <inheritdoc/>
    public bool Stores => false;

    /// <inheritdoc/>
    public Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (TelemetryReport.TryParse(message.Payload, message.DeviceId, out JsonElement measured, out string? problem) && _seen.IsNew(message.DeviceId, measured))
        {
            telemetry.Add(message.DeviceId, new Telemetry(time.GetUtcNow().UtcDateTime, measured));
        }

        return Task.FromResult(problem);
    }
}
