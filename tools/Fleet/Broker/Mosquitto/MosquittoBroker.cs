using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using DeviceFirmware.Tools;
using MQTTnet;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Mosquitto behind the broker seam. Mosquitto decides by the lists that <see cref="DynamicSecurity"/> gives it, which say what the policy
/// documents say; the fleet hears what devices publish over its own connection and judges it again. Mosquitto lets a stranger with a good
/// certificate connect, without any right (2.0.11 asks nobody at connect): the fleet ends such a connection as soon as it sees it.
/// </summary>
public sealed class MosquittoBroker : IBroker
{
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, string> _live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DevicePolicies> _bound = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Standing> _applied = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _missed = new(StringComparer.Ordinal);
    private readonly Channel<MosquittoLine> _lines = Channel.CreateUnbounded<MosquittoLine>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly MosquittoOptions _options;
    private readonly DeviceRegistry _registry;
    private readonly PolicySet _policies;
    private readonly DeviceLimits _limits;
    private readonly DynamicSecurity _security;
    private readonly DecisionLog _log;
    private volatile MosquittoRun? _run;
    private Task _reading = Task.CompletedTask;
    private Task _keeping = Task.CompletedTask;
    private string _subscribing = "";

    internal MosquittoBroker(MosquittoOptions options, DeviceRegistry registry, PolicySet policies, DeviceLimits limits, DecisionLog log)
    {
        _registry = registry;
        _policies = policies;
        _limits = limits;
        _log = log;
        _security = new DynamicSecurity(policies);
        Port = options.Port == 0 ? MosquittoProcess.FreePort(options.Host) : options.Port;
        NextPort = options.NextCertificate is null ? 0 : options.NextPort == 0 ? MosquittoProcess.FreePort(options.Host) : options.NextPort;
        _options = options with { NextPort = NextPort };
    }

    /// <inheritdoc/>
    public Func<string, string, byte[], Task> Received { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <inheritdoc/>
    public Func<string, Task> Listening { get; set; } = _ => Task.CompletedTask;

    /// <inheritdoc/>
    public int Port { get; }

    /// <inheritdoc/>
    public int NextPort { get; }

    /// <summary>Memory of Mosquitto's process, bytes.</summary>
    public long Memory => _run?.Memory ?? 0;

    /// <summary>Number of Mosquitto's process.</summary>
    internal int ProcessId => _run?.Id ?? 0;

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        if (_security.Problem() is { } problem)
        {
            throw ToolFailure.Refused("policy-not-for-mosquitto", problem);
        }

        _reading = Task.Run(ReadAsync);
        _run = await OpenAsync().ConfigureAwait(false);
        _keeping = Task.Run(KeepAsync);
    }

    /// <inheritdoc/>
    public int Connected => _live.Count;

    /// <inheritdoc/>
    public bool IsConnected(string deviceId)
    {
        return _live.ContainsKey(deviceId);
    }

    /// <inheritdoc/>
    public bool TellsCertificatesApart => false;

    /// <inheritdoc/>
    /// <remarks>Mosquitto knows a device by its common name alone.</remarks>
    public bool IsInitial(string deviceId)
    {
        return false;
    }

    /// <inheritdoc/>
    public Task SendAsync(string deviceId, string name, byte[] payload)
    {
        return (_run ?? throw new InvalidOperationException("not started")).PublishAsync($"devices/{deviceId}/commands/{name}", payload, _stopping.Token);
    }

    /// <inheritdoc/>
    public async Task ReviewAsync(string deviceId)
    {
        Standing? given = null;
        while (true)
        {
            Device? device = _registry.Find(deviceId);
            Standing standing = StandingOf(device);

            // Whoever gave something looks again: of two at once, the one that came with what was before may have been the last.
            if (given is null ? _applied.TryGetValue(deviceId, out Standing before) && before == standing : given == standing)
            {
                return;
            }

            _applied[deviceId] = standing;
            if (_live.TryGetValue(deviceId, out string? address))
            {
                Log("ended", "connect", deviceId, address, Decide(deviceId, new ClientRequest.Connect(deviceId, null, null)));
            }

            await ApplyAsync(deviceId, device).ConfigureAwait(false);
            given = standing;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _run?.Dispose();
        await _keeping.ConfigureAwait(false);
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
                _applied[device.Id] = StandingOf(device);
                yield return device;
            }

            if (page.Count < Page)
            {
                yield break;
            }

            after = page[^1].Id;
        }
    }

    private Task<MosquittoRun> OpenAsync()
    {
        return MosquittoRun.StartAsync(_options, Port, _security, _security.File(Devices()), line => _lines.Writer.TryWrite(MosquittoLine.Parse(line)), OnMessage);
    }

    // A Mosquitto that ends is started again, with the rights that the registry gives at that moment.
    private async Task KeepAsync()
    {
        while (true)
        {
            await _run!.Ended.ConfigureAwait(false);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            _log.Write("error", ("action", "mosquitto"), ("reason", "Mosquitto has ended, or no longer speaks to the fleet; it is started again"));
            _lines.Writer.TryWrite(new MosquittoLine(MosquittoEvent.RunEnded, "", ""));
            _run.Dispose();
            TimeSpan wait = TimeSpan.FromMilliseconds(250);
            while (!_stopping.IsCancellationRequested && !await TryOpenAsync().ConfigureAwait(false))
            {
                await Task.Delay(wait, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 < _longestWait ? wait * 2 : _longestWait;
            }
        }
    }

    private async Task<bool> TryOpenAsync()
    {
        try
        {
            _run = await OpenAsync().ConfigureAwait(false);

            // What changed after its file was made, before it could be told.
            foreach (string id in _missed.Keys)
            {
                await ApplyAsync(id, _registry.Find(id)).ConfigureAwait(false);
            }

            _log.Write("mosquitto-started", ("port", Port.ToString(CultureInfo.InvariantCulture)));
            if (_stopping.IsCancellationRequested)
            {
                _run.Dispose();
            }

            return true;
        }
        catch (Exception failure) when (failure is ToolFailure or IOException or System.Data.Common.DbException)
        {
            _log.Write("error", ("action", "mosquitto"), ("reason", failure.Message));
            return false;
        }
    }

    // While Mosquitto is away nobody is connected, and the next one begins with what the registry says. A change in between is noted first: whoever
    // opens the next run works off the notes after it is there, so none is lost between the two.
    private async Task ApplyAsync(string deviceId, Device? device)
    {
        _missed[deviceId] = 0;
        for (MosquittoRun? run = _run; run is not null; run = ReferenceEquals(run, _run) ? null : _run)
        {
            try
            {
                await ControlAsync(run, DynamicSecurity.Take(deviceId)).ConfigureAwait(false);
                await ControlAsync(run, _security.Give(deviceId, device)).ConfigureAwait(false);
                _missed.TryRemove(deviceId, out _);
                return;
            }
            catch (Exception failure) when (failure is MQTTnet.Exceptions.MqttCommunicationException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
            {
                // It is ending. Whether another is there already is looked up above.
            }
        }
    }

    private ClientPolicy Decide(string id, ClientRequest request)
    {
        Device? device = _registry.Find(id);
        if (device is null)
        {
            return ClientPolicy.DecideNamed(id, null, _policies.For(new PolicySubject("")), request);
        }

        if (!_bound.TryGetValue(id, out DevicePolicies? bound) || !bound.Subject.Is(device))
        {
            _bound[id] = bound = _policies.For(PolicySubject.Of(device));
        }

        return ClientPolicy.DecideNamed(id, device, bound, request);
    }

    private Task ControlAsync(MosquittoRun run, JsonArray commands)
    {
        return run.PublishAsync(DynamicSecurity.ControlTopic, Encoding.UTF8.GetBytes(new JsonObject { ["commands"] = commands }.ToJsonString()), _stopping.Token);
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
                && TopicLanguage.Compile(filter).Contains($"devices/{line.Client}/commands/order"):
                await Listening(line.Client).ConfigureAwait(false);
                break;
            case MosquittoEvent.Dropped:
                string who = line.Client == _security.OwnName ? "the fleet" : line.Client;
                _log.Write("error", ("action", "mosquitto"), ("reason", $"more than {MosquittoProcess.MaximumWaiting} messages wait for {who}: later ones are lost"));
                break;
            case MosquittoEvent.RunEnded:
                foreach ((string id, string from) in _live)
                {
                    _live.TryRemove(id, out _);
                    _log.Write("disconnected", ("device", id), ("address", from), ("how", "lost"));
                }

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

        await ApplyAsync(id, null).ConfigureAwait(false);
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

    private Standing StandingOf(Device? device)
    {
        PolicyKind kind = PolicyTable.Settled(device);
        return kind == PolicyKind.None ? default
            : _policies.NamesOwner ? new Standing(kind, string.Intern($"{device!.Tenant}/{device.Product}"))
            : new Standing(kind, kind == PolicyKind.Operational ? string.Intern(device!.Tenant) : "");
    }

    /// <summary>
    /// What a connection lives under: another document, or another tenant at work, is another connection, since Mosquitto sees no certificate that
    /// has ended with its tenant. Where documents name tenant and product, another of these is one too. Owners are few, devices are many.
    /// </summary>
    private readonly record struct Standing(PolicyKind Kind, string Owner);
}
