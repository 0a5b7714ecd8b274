using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using DeviceFirmware.Tools;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Mosquitto behind the broker seam. Mosquitto decides by the lists that <see cref="DynamicSecurity"/> gives it, which say what the policy
/// documents say; the fleet hears what devices publish over its own connection and judges it again. Mosquitto lets a stranger with a good
/// certificate connect, without any right (2.0.11 asks nobody at connect): the fleet ends such a connection as soon as it sees it.
/// </summary>
public sealed class MosquittoBroker : IBroker
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, string> _live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DevicePolicies> _bound = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PolicyKind> _applied = new(StringComparer.Ordinal);
    private readonly Channel<MosquittoLine> _lines = Channel.CreateUnbounded<MosquittoLine>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly MosquittoOptions _options;
    private readonly DeviceRegistry _registry;
    private readonly PolicySet _policies;
    private readonly DeviceLimits _limits;
    private readonly DynamicSecurity _security;
    private readonly DecisionLog _log;
    private MosquittoProcess? _process;
    private IMqttClient? _own;
    private Task _reading = Task.CompletedTask;
    private string _subscribing = "";

    internal MosquittoBroker(MosquittoOptions options, DeviceRegistry registry, PolicySet policies, DeviceLimits limits, DecisionLog log)
    {
        _options = options;
        _registry = registry;
        _policies = policies;
        _limits = limits;
        _log = log;
        _security = new DynamicSecurity(policies);
        Port = options.Port == 0 ? MosquittoProcess.FreePort(options.Host) : options.Port;
    }

    /// <inheritdoc/>
    public Func<string, string, byte[], Task> Received { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <inheritdoc/>
    public Func<string, Task> Listening { get; set; } = _ => Task.CompletedTask;

    /// <inheritdoc/>
    public int Port { get; }

    /// <summary>Memory of Mosquitto's process, bytes.</summary>
    public long Memory => _process?.Memory ?? 0;

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        if (_security.Problem() is { } problem)
        {
            throw ToolFailure.Refused("policy-not-for-mosquitto", problem);
        }

        _process = new MosquittoProcess(_options, Port, _security.File(Devices()), line => _lines.Writer.TryWrite(MosquittoLine.Parse(line)));
        _reading = Task.Run(ReadAsync);
        _own = new MqttClientFactory().CreateMqttClient();
        _own.ApplicationMessageReceivedAsync += OnMessage;
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithEndPoint(new UnixDomainSocketEndPoint(_process.Socket))
            .WithAddressFamily(AddressFamily.Unix)
            .WithProtocolType(ProtocolType.Unspecified)
            .WithClientId(_security.OwnName)
            .WithCredentials(_security.OwnName, _security.OwnPassword)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(15))
            .WithTimeout(_patience)
            .Build();
        for (int i = 0; ; i++)
        {
            try
            {
                await _own.ConnectAsync(options).ConfigureAwait(false);
                break;
            }
            catch (Exception failure) when (i < 100 && !_process.HasEnded && failure is not ToolFailure)
            {
                await Task.Delay(100).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                throw ToolFailure.BadInput($"Mosquitto does not serve: {failure.Message}; port {Port} may be in use");
            }
        }

        MqttTopicFilter devices = new MqttTopicFilterBuilder().WithTopic("devices/#").WithNoLocal().WithAtLeastOnceQoS().Build();
        await _own.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter(devices).Build()).ConfigureAwait(false);
        _ = WatchAsync(_process);
    }

    /// <inheritdoc/>
    public int Connected => _live.Count;

    /// <inheritdoc/>
    public bool IsConnected(string deviceId)
    {
        return _live.ContainsKey(deviceId);
    }

    /// <inheritdoc/>
    public Task SendAsync(string deviceId, string name, byte[] payload)
    {
        return PublishAsync($"devices/{deviceId}/commands/{name}", payload);
    }

    /// <inheritdoc/>
    public Task ReviewAsync(string deviceId)
    {
        Device? device = _registry.Find(deviceId);
        PolicyKind kind = PolicyTable.Settled(device);
        if (_applied.TryGetValue(deviceId, out PolicyKind before) && before == kind)
        {
            return Task.CompletedTask;
        }

        _applied[deviceId] = kind;
        if (_live.TryGetValue(deviceId, out string? address))
        {
            Log("ended", "connect", deviceId, address, Decide(deviceId, new ClientRequest.Connect(deviceId, null, null)));
        }

        return ControlAsync(_security.Replace(deviceId, kind));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _own?.Dispose();
        _process?.Dispose();
        _lines.Writer.TryComplete();
        await _reading.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private IEnumerable<Device> Devices()
    {
        const int Page = 1000;
        string after = "";
        while (true)
        {
            IReadOnlyList<Device> page = _registry.List(after, Page, new DeviceFilter());
            foreach (Device device in page)
            {
                _applied[device.Id] = PolicyTable.Settled(device);
                yield return device;
            }

            if (page.Count < Page)
            {
                yield break;
            }

            after = page[^1].Id;
        }
    }

    private async Task WatchAsync(MosquittoProcess process)
    {
        await process.Ended.ConfigureAwait(false);
        if (!_stopping.IsCancellationRequested)
        {
            _log.Write("error", ("action", "mosquitto"), ("reason", "Mosquitto has ended; no device can connect until the fleet is started again"));
        }
    }

    private ClientPolicy Decide(string id, ClientRequest request)
    {
        return ClientPolicy.DecideNamed(id, _registry.Find(id), _bound.GetOrAdd(id, _policies.For), request);
    }

    private Task PublishAsync(string topic, byte[] payload)
    {
        MqttApplicationMessage message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        return _own!.PublishAsync(message, _stopping.Token);
    }

    private Task ControlAsync(JsonArray commands)
    {
        return PublishAsync(DynamicSecurity.ControlTopic, Encoding.UTF8.GetBytes(new JsonObject { ["commands"] = commands }.ToJsonString()));
    }

    // The topic names the device: the lists let nobody else publish there. Judged again all the same, by the registry of this moment.
    private async Task OnMessage(MqttApplicationMessageReceivedEventArgs args)
    {
        string topic = args.ApplicationMessage.Topic ?? "";
        string[] levels = topic.Split('/');
        string id = levels.Length > 1 ? levels[1] : "";
        try
        {
            ClientPolicy decision = Decide(id, new ClientRequest.Publish(topic));
            if (!decision.IsAllowed)
            {
                Log("denied", "publish", id, _live.GetValueOrDefault(id, "unknown"), decision);
                return;
            }

            if (_limits.Publish(id, (int)args.ApplicationMessage.Payload.Length, out bool first) is { } limit)
            {
                if (first)
                {
                    _log.Write("denied", ("action", "publish"), ("device", id), ("resource", decision.Resource), ("token", limit.Token), ("reason", limit.Text));
                }

                return;
            }

            await Received(id, topic, args.ApplicationMessage.Payload.ToArray()).ConfigureAwait(false);
        }
        catch (Exception failure) when (!_stopping.IsCancellationRequested)
        {
            _log.Write("error", ("action", "message"), ("device", id), ("reason", failure.GetType().Name + ": " + failure.Message));
        }
    }

    private async Task ReadAsync()
    {
        await foreach (MosquittoLine line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await OnLine(line).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                if (!_stopping.IsCancellationRequested)
                {
                    _log.Write("error", ("action", "mosquitto"), ("reason", failure.GetType().Name + ": " + failure.Message));
                }
            }
        }
    }

    private async Task OnLine(MosquittoLine line)
    {
        string address = _live.GetValueOrDefault(line.Client, "unknown");
        switch (line.Event)
        {
            case MosquittoEvent.Connected when line.Client != _security.OwnName:
                await OnConnected(line.Client, line.Text).ConfigureAwait(false);
                break;
            case MosquittoEvent.Ended when _live.TryRemove(line.Client, out _):
                _log.Write("disconnected", ("device", line.Client), ("address", address), ("how", line.Text == "disconnected." ? "clean" : "lost"));
                break;
            case MosquittoEvent.Denied:
                Log("denied", "publish", line.Client, address, Decide(line.Client, new ClientRequest.Publish(line.Text)));
                break;
            case MosquittoEvent.Subscribing:
                _subscribing = line.Client;
                break;
            case MosquittoEvent.Filter when _subscribing != _security.OwnName && Decide(_subscribing, new ClientRequest.Subscribe(line.Text)) is { IsAllowed: false } denied:
                Log("denied", "subscribe", _subscribing, _live.GetValueOrDefault(_subscribing, "unknown"), denied);
                break;
            case MosquittoEvent.Subscribed when DeviceId.IsValid(line.Client)
                && TopicPattern.TryParse(line.Text, isPolicyPattern: false, out TopicPattern? filter, out _)
                && TopicLanguage.Compile(filter).Contains($"devices/{line.Client}/commands/update"):
                await Listening(line.Client).ConfigureAwait(false);
                break;
            case MosquittoEvent.TlsRefused:
                _log.Write("denied", ("action", "tls"), ("token", "handshake-failed"), ("reason", line.Text));
                break;
        }
    }

    private async Task OnConnected(string id, string address)
    {
        ClientPolicy decision = Decide(id, new ClientRequest.Connect(id, null, null));
        Log(decision.IsAllowed ? "allowed" : "denied", "connect", id, address, decision);
        if (decision.IsAllowed)
        {
            _live[id] = address;
            _registry.Contacted(id, address);
            return;
        }

        await ControlAsync(_security.Replace(id, PolicyKind.None)).ConfigureAwait(false);
    }

    private void Log(string name, string action, string device, string address, ClientPolicy decision)
    {
        _log.Write(
            name,
            ("action", action),
            ("device", device.Length == 0 ? "-" : device),
            ("address", address),
            ("resource", decision.Resource),
            ("token", decision.Token),
            ("policy", decision.Document.Length == 0 ? null : decision.Document),
            ("statement", decision.Statement == 0 ? null : decision.Statement.ToString(CultureInfo.InvariantCulture)),
            ("reason", decision.Reason.Length == 0 ? null : decision.Reason));
    }
}
