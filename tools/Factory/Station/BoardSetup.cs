namespace DeviceFirmware.Factory;

/// <summary>What a board is told about its world.</summary>
/// <param name="BrokerHost">Host name of the broker, as in its certificate.</param>
/// <param name="BrokerPort">TCP port.</param>
/// <param name="TelemetrySeconds">Seconds between telemetry messages.</param>
/// <param name="NetworkName">Wi-Fi SSID; empty for none.</param>
/// <param name="NetworkPassword">Wi-Fi password; empty for an open network. Never printed.</param>
public sealed record BoardSetup(string BrokerHost, int BrokerPort, int TelemetrySeconds, string NetworkName, string NetworkPassword)
{
    /// <inheritdoc/>
    public override string ToString() => $"{BrokerHost}:{BrokerPort}";
}
