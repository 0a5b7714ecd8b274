using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The embedded MQTT broker. It decides nothing: each connect, publish and subscribe goes through <see cref="ClientPolicy"/> with the
/// registry's present record, is logged, and then does or does not happen. Nothing is retained and no session outlives its connection.
/// </summary>
public sealed class FleetBroker : IBroker
{
    /// <summary>Largest MQTT packet taken from a client, bytes.</summary>
    public const int MaximumPacket = 64 * 1024;

    // No device id has a '$': no client can have this sender.
    private const string OwnSender = "$fleet";
    private const int MaximumSubscriptions = 16;
    private static readonly TimeSpan _goodbye = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, LiveClient> _live = new(StringComparer.Ordinal);
    private readonly CertificateChain _chain;
    private readonly DeviceRegistry _registry;
    private readonly PolicySet _policies;
    private readonly DeviceLimits _limits;
    private readonly DecisionLog _log;
    private readonly TlsListener[] _listeners;
    private readonly MqttServer _server;
    private readonly Timer _looking;

    /// <summary>A broker that listens once started.</summary>
    public FleetBroker(
        IReadOnlyList<BrokerEnd> ends, CertificateChain chain, DeviceRegistry registry, PolicySet policies, DeviceLimits limits, DecisionLog log)
    {
        _chain = chain;
        _registry = registry;
        _policies = policies;
        _limits = limits;
        _log = log;
        _listeners = [.. ends.Select(end => new TlsListener(end.Where, end.Certificate, chain, log))];
        MqttServerFactory factory = new();
        MqttServerOptions options = factory.CreateServerOptionsBuilder()
            .WithDefaultCommunicationTimeout(TimeSpan.FromSeconds(10))
            .WithMaxPendingMessagesPerClient(256)
            .WithPersistentSessions(false)
            .Build();
        _server = factory.CreateMqttServer(options, _listeners);
        _server.ValidatingConnectionAsync += Guarded<ValidatingConnectionEventArgs>(
            OnConnecting, args => args.ReasonCode = MqttConnectReasonCode.UnspecifiedError);
        _server.ClientConnectedAsync += args => ReviewAsync(args.ClientId);
        _server.ClientDisconnectedAsync += OnDisconnected;
        _server.InterceptingInboundPacketAsync += OnPacket;
        _server.InterceptingPublishAsync += Guarded<InterceptingPublishEventArgs>(OnPublish, args => args.ProcessPublish = false);
        _server.InterceptingSubscriptionAsync += Guarded<InterceptingSubscriptionEventArgs>(OnSubscribe, args => args.ProcessSubscription = false);
        _server.ClientSubscribedTopicAsync += OnSubscribed;
        _server.ClientUnsubscribedTopicAsync += OnUnsubscribed;
        _looking = new Timer(_ => EndExpired());
    }

    /// <summary>A device has published: id, topic, payload. The replies are sent by <see cref="SendAsync"/>.</summary>
    public Func<string, string, byte[], Task> Received { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>A device listens to its commands from now on.</summary>
    public Func<string, Task> Listening { get; set; } = _ => Task.CompletedTask;

    /// <summary>The port that is listened on, once started.</summary>
    public int Port => _listeners[0].Port;

    /// <inheritdoc/>
    public int NextPort => _listeners.Length > 1 ? _listeners[1].Port : 0;

    /// <summary>How many devices hold a connection.</summary>
    public int Connected => _live.Count;

    /// <summary>Begins to serve.</summary>
    public async Task StartAsync()
    {
        await _server.StartAsync().ConfigureAwait(false);
        _looking.Change(_look, _look);
    }

    /// <summary>True while the device holds a connection.</summary>
    public bool IsConnected(string deviceId)
    {
        return _live.ContainsKey(deviceId);
    }

    /// <inheritdoc/>
    public bool TellsCertificatesApart => true;

    /// <inheritdoc/>
    public bool IsInitial(string deviceId)
    {
        return _live.TryGetValue(deviceId, out LiveClient? client) && client.IsInitial;
    }

    /// <summary>Sends to <c>devices/{id}/commands/{name}</c>. Nobody else can: the policy denies it to every client.</summary>
    public Task SendAsync(string deviceId, string name, byte[] payload)
    {
        MqttApplicationMessage message = new MqttApplicationMessageBuilder()
            .WithTopic($"devices/{deviceId}/commands/{name}")
            .WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        return _server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = OwnSender });
    }

    /// <summary>Decides a live connection anew, after the registry has changed, and ends it when it may no longer be.</summary>
    public async Task ReviewAsync(string deviceId)
    {
        if (!_live.TryGetValue(deviceId, out LiveClient? client))
        {
            return;
        }

        ClientPolicy decision = client.Decide(_registry, new ClientRequest.Connect(deviceId, null, null));
        bool isSameOwners = !_policies.NamesOwner || (_registry.Find(deviceId) is { } device && client.LetInAs.Is(device));
        if (decision.IsAllowed && decision.Document == client.Document && isSameOwners)
        {
            return;
        }

        // A connection lives under one document, and one owner where documents name it: what it holds as before, its subscriptions, ends with it.
        Log("ended", "connect", deviceId, client.Address, decision);
        try
        {
            MqttServerClientDisconnectOptions options = new() { ReasonCode = MqttDisconnectReasonCode.NotAuthorized, ReasonString = decision.Token };
            await _server.DisconnectClientAsync(deviceId, options).WaitAsync(_goodbye).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
        {
            // Gone already, or does not read. The socket is closed either way.
        }

        client.Channel.Cut();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _looking.DisposeAsync().ConfigureAwait(false);
        await _server.StopAsync(new MqttServerStopOptions()).ConfigureAwait(false);
        _server.Dispose();
    }

    // TLS judges a certificate once, when the connection is made. One timer for all; what it looks at is a time in memory.
    private void EndExpired()
    {
        foreach ((string id, LiveClient client) in _live)
        {
            if (_chain.Ended(client.NotAfter) is { } refusal && client.TryEnd())
            {
                _log.Write("ended", ("action", "connect"), ("device", id), ("address", client.Address), ("resource", "device:" + id), ("token", refusal.Token), ("reason", refusal.Text));
                client.Channel.Cut();
            }
        }
    }

    // A fault of ours refuses; it must never let something through.
    private Func<T, Task> Guarded<T>(Func<T, Task> handler, Action<T> refuse)
    {
        return async args =>
        {
            try
            {
                await handler(args).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                refuse(args);
                _log.Write("error", ("action", typeof(T).Name), ("reason", failure.GetType().Name + ": " + failure.Message));
            }
        };
    }

    private async Task OnConnecting(ValidatingConnectionEventArgs args)
    {
        await _registry.Calm.ConfigureAwait(false);
        DeviceChannel channel = (DeviceChannel)args.ChannelAdapter;
        ClientCertificate? certificate = args.ClientCertificate is { } presented ? ClientCertificate.Read(presented) : null;
        string id = certificate?.Id ?? "";
        LiveClient client = new(channel, certificate, _policies);
        string? will = channel.Connect is { WillFlag: true } connect ? connect.WillTopic ?? "" : null;
        ClientPolicy decision = client.Decide(_registry, new ClientRequest.Connect(args.ClientId ?? "", args.UserName, will));
        Log(decision.IsAllowed ? "allowed" : "denied", "connect", id, client.Address, decision);
        if (!decision.IsAllowed)
        {
            args.ReasonCode = MqttConnectReasonCode.NotAuthorized;
            return;
        }

        if (_limits.Connect(id, out bool first) is { } limit)
        {
            args.ReasonCode = MqttConnectReasonCode.QuotaExceeded;
            LogLimit(first, "connect", id, client.Address, decision.Resource, limit);
            return;
        }

        // The same id means a registered certificate of the same device: who takes over is the device itself.
        _registry.Contacted(id, client.Address);
        client.IsInitial = !_registry.Shown(id, certificate?.Fingerprint ?? "");
        client.Document = client.Decide(_registry, new ClientRequest.Connect(id, null, null)).Document;
        client.LetInAs = client.Bound.Subject;
        _live[id] = client;
    }

    private Task OnDisconnected(ClientDisconnectedEventArgs args)
    {
        if (_live.TryGetValue(args.ClientId, out LiveClient? client) && Equals(client.Channel.RemoteEndPoint, args.RemoteEndPoint))
        {
            _live.TryRemove(new(args.ClientId, client));
        }

        string how = args.DisconnectType switch
        {
            MqttClientDisconnectType.Clean => "clean",
            MqttClientDisconnectType.Takeover => "takeover",
            _ => "lost",
        };
        _log.Write("disconnected", ("device", args.ClientId), ("address", TlsListener.AddressOf(args.RemoteEndPoint)), ("how", how));
        return Task.CompletedTask;
    }

    // MQTTnet answers $share/ itself and asks nobody; the refusal is logged here all the same.
    private Task OnPacket(InterceptingPacketEventArgs args)
    {
        if (args.Packet is MqttSubscribePacket subscribe && _live.TryGetValue(args.ClientId, out LiveClient? client))
        {
            foreach (MqttTopicFilter filter in subscribe.TopicFilters.Where(filter => filter.Topic.StartsWith("$share/", StringComparison.Ordinal)))
            {
                if (_limits.Publish(args.ClientId, filter.Topic.Length, out bool first) is { } limit)
                {
                    LogLimit(first, "subscribe", args.ClientId, client.Address, "topicfilter:" + filter.Topic, limit);
                    break;
                }

                Log("denied", "subscribe", args.ClientId, client.Address, client.Decide(_registry, new ClientRequest.Subscribe(filter.Topic)));
            }
        }

        return Task.CompletedTask;
    }

    private async Task OnPublish(InterceptingPublishEventArgs args)
    {
        args.ApplicationMessage.Retain = false; // a device cannot make the broker keep anything
        if (args.ClientId == OwnSender)
        {
            return;
        }

        string topic = args.ApplicationMessage.Topic ?? "";
        if (!_live.TryGetValue(args.ClientId, out LiveClient? client))
        {
            args.ProcessPublish = false;
            return;
        }

        // Before the decision: what is denied costs its share too, or a flood of it were a flood of lines.
        if (_limits.Publish(args.ClientId, (int)args.ApplicationMessage.Payload.Length, out bool first) is { } limit)
        {
            args.ProcessPublish = false;
            args.Response.ReasonCode = MqttPubAckReasonCode.QuotaExceeded;
            LogLimit(first, "publish", args.ClientId, client.Address, "topic:" + topic, limit);
            return;
        }

        ClientPolicy decision = client.Decide(_registry, new ClientRequest.Publish(topic));
        if (!decision.IsAllowed)
        {
            args.ProcessPublish = false;
            args.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            Log("denied", "publish", args.ClientId, client.Address, decision);
            if (decision.Verdict == ClientVerdict.CertificateEnded)
            {
                // Not acknowledged, it waits on the board until that has come by its IDevID and has another certificate.
                client.Channel.Cut();
            }

            return;
        }

        await Received(args.ClientId, topic, args.ApplicationMessage.Payload.ToArray()).ConfigureAwait(false);
    }

    private Task OnSubscribe(InterceptingSubscriptionEventArgs args)
    {
        string filter = args.TopicFilter.Topic ?? "";
        if (!_live.TryGetValue(args.ClientId, out LiveClient? client))
        {
            args.Response.ReasonCode = MqttSubscribeReasonCode.UnspecifiedError;
            return Task.CompletedTask;
        }

        // MQTT 3.1.1 knows one code of failure, 0x80.
        bool hasReasons = client.Channel.PacketFormatterAdapter.ProtocolVersion == MqttProtocolVersion.V500;
        if (_limits.Publish(args.ClientId, filter.Length, out bool first) is { } limit)
        {
            args.Response.ReasonCode = hasReasons ? MqttSubscribeReasonCode.QuotaExceeded : MqttSubscribeReasonCode.UnspecifiedError;
            LogLimit(first, "subscribe", args.ClientId, client.Address, "topicfilter:" + filter, limit);
            return Task.CompletedTask;
        }

        ClientPolicy decision = client.Decide(_registry, new ClientRequest.Subscribe(filter));
        Log(decision.IsAllowed ? "allowed" : "denied", "subscribe", args.ClientId, client.Address, decision);
        if (!decision.IsAllowed)
        {
            args.Response.ReasonCode = hasReasons ? MqttSubscribeReasonCode.NotAuthorized : MqttSubscribeReasonCode.UnspecifiedError;
        }
        else if (!client.TryNote(filter, MaximumSubscriptions))
        {
            args.Response.ReasonCode = hasReasons ? MqttSubscribeReasonCode.QuotaExceeded : MqttSubscribeReasonCode.UnspecifiedError;
            _log.Write(
                "denied",
                ("action", "subscribe"),
                ("device", args.ClientId),
                ("address", client.Address),
                ("resource", decision.Resource),
                ("token", "too-many-subscriptions"),
                ("reason", $"a connection has at most {MaximumSubscriptions} subscriptions"));
        }

        return Task.CompletedTask;
    }

    private async Task OnSubscribed(ClientSubscribedTopicEventArgs args)
    {
        // The allow covers at most the device's own commands; the offer goes to the one topic, so only a filter that takes it in counts.
        if (TopicPattern.TryParse(args.TopicFilter.Topic, isPolicyPattern: false, out TopicPattern? filter, out _)
            && TopicLanguage.Compile(filter).Contains($"devices/{args.ClientId}/commands/order"))
        {
            await Listening(args.ClientId).ConfigureAwait(false);
        }
    }

    // Once a minute and device: a flood of messages is not to be a flood of lines.
    private void LogLimit(bool first, string action, string device, string address, string resource, Refusal limit)
    {
        if (first)
        {
            _log.Write(
                "denied", ("action", action), ("device", device), ("address", address), ("resource", resource), ("token", limit.Token), ("reason", limit.Text));
        }
    }

    private Task OnUnsubscribed(ClientUnsubscribedTopicEventArgs args)
    {
        if (_live.TryGetValue(args.ClientId, out LiveClient? client))
        {
            client.Forget(args.TopicFilter);
        }

        return Task.CompletedTask;
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
