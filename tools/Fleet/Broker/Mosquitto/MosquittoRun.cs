using System.Net.Sockets;
using System.Text.Json.Nodes;
using DeviceFirmware.Tools;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace DeviceFirmware.Fleet;

/// <summary>
/// One run of Mosquitto: the process, and the fleet's own connection to it. They end together: a Mosquitto to which the fleet cannot speak is one
/// at which nobody can be revoked.
/// </summary>
internal sealed class MosquittoRun : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly MosquittoProcess _process;
    private readonly IMqttClient _own = new MqttClientFactory().CreateMqttClient();

    private MosquittoRun(MosquittoProcess process)
    {
        _process = process;
    }

    /// <summary>Ends when it has ended, and all that it had to say has been said.</summary>
    internal Task Ended => _process.Ended;

    /// <summary>Number of the process.</summary>
    internal int Id => _process.Id;

    /// <summary>Memory of the process, bytes.</summary>
    internal long Memory => _process.Memory;

    /// <summary>Starts it with these rights, or fails with the reason.</summary>
    internal static async Task<MosquittoRun> StartAsync(
        MosquittoOptions options, int port, DynamicSecurity security, JsonObject rights, Action<string> line, Func<MqttApplicationMessageReceivedEventArgs, Task> message)
    {
        MosquittoRun run = new(new MosquittoProcess(options, port, rights, line));
        try
        {
            run._own.ApplicationMessageReceivedAsync += message;
            await run.ConnectAsync(security, port).ConfigureAwait(false);
            MqttTopicFilter devices = new MqttTopicFilterBuilder().WithTopic("devices/#").WithNoLocal().WithAtLeastOnceQoS().Build();
            await run._own.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(devices).Build()).ConfigureAwait(false);
            run._own.DisconnectedAsync += _ =>
            {
                run._process.End();
                return Task.CompletedTask;
            };
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Publishes as the fleet, QoS 1.</summary>
    internal Task PublishAsync(string topic, byte[] payload, CancellationToken stopping)
    {
        MqttApplicationMessage message = new MqttApplicationMessageBuilder()
            .WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        return _own.PublishAsync(message, stopping);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.End();
        _own.Dispose();
        _process.Dispose();
    }

    private async Task ConnectAsync(DynamicSecurity security, int port)
    {
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithEndPoint(new UnixDomainSocketEndPoint(_process.Socket))
            .WithAddressFamily(AddressFamily.Unix)
            .WithProtocolType(ProtocolType.Unspecified)
            .WithClientId(security.OwnName)
            .WithCredentials(security.OwnName, security.OwnPassword)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(15))
            .WithTimeout(_patience)
            .Build();
        for (int i = 0; ; i++)
        {
            try
            {
                await _own.ConnectAsync(options).ConfigureAwait(false);
                return;
            }
            catch (Exception) when (i < 100 && !_process.HasEnded)
            {
                await Task.Delay(100).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                throw ToolFailure.BadInput($"Mosquitto does not serve: {failure.Message}; port {port} may be in use");
            }
        }
    }
}
