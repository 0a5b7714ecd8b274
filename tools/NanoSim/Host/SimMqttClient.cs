using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using MQTTnet;
using MQTTnet.Channel;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>What the MQTT client tells; every call comes on the client's one dispatch thread.</summary>
public interface ISimMqttEvents
{
    /// <summary>A message arrived.</summary>
    void OnMessage(string topic, byte[] payload, bool isDuplicate, int qualityOfService, bool isRetained);

    /// <summary>A message sent with acknowledgement was acknowledged, or given up.</summary>
    void OnPublished(ushort messageId, bool isPublished);

    /// <summary>A subscription was answered; 128 is a refusal.</summary>
    void OnSubscribed(ushort messageId, byte[] grantedLevels);

    /// <summary>The connection is gone.</summary>
    void OnClosed();
}

/// <summary>The last will of a connection.</summary>
/// <param name="Topic">Where.</param>
/// <param name="Message">What.</param>
/// <param name="QualityOfService">0 to 2.</param>
/// <param name="IsRetained">Whether the broker keeps it.</param>
public sealed record SimWill(string Topic, string Message, int QualityOfService, bool IsRetained);

/// <summary>
/// MQTT 3.1.1 over one TLS connection. Traps: sending only queues, one thread works the queue off; events come on a dispatch thread, and a
/// handler that blocks it blocks them all; a lost connection stays lost; the buffers of a connection, failed ones too, are free after
/// Close only, and the board has them once.
/// </summary>
public sealed class SimMqttClient(ISimMqttEvents events)
{
    private const int AnswerTimeoutSeconds = 30;
    private const int CloseMilliseconds = 200;

    private static int _connections;

    private readonly BlockingCollection<Action> _outgoing = [];
    private readonly BlockingCollection<Action> _dispatch = [];
    private IMqttClient? _client;
    private Stream? _stream;
    private int _lastId;
    private int _holdsConnection;
    private int _isClosing;

    /// <summary>True from the broker's acceptance until the connection is gone.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>
    /// Connects and returns the CONNACK return code of MQTT 3.1.1, 0 to 5. Throws OutOfMemoryException while another connection holds the
    /// TLS buffers, SimSocketException, SimTlsException, or TimeoutException when the broker ends the connection unanswered.
    /// </summary>
    public byte Connect(SimTlsParameters tls, string clientId, bool isCleanSession, int keepAliveSeconds, SimWill? will)
    {
        if (_holdsConnection == 0)
        {
            if (Interlocked.Increment(ref _connections) > 1)
            {
                Interlocked.Decrement(ref _connections);
                throw new OutOfMemoryException("the TLS buffers are taken: an earlier client was not closed");
            }

            _holdsConnection = 1;
        }

        _stream = SimTls.Connect(tls);
        _client = new MqttClientFactory().CreateMqttClient();
        _client.ApplicationMessageReceivedAsync += OnReceived;
        _client.DisconnectedAsync += OnDisconnected;
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V311)
            .WithClientId(clientId)
            .WithCleanSession(isCleanSession)
            .WithTimeout(TimeSpan.FromSeconds(AnswerTimeoutSeconds))
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(keepAliveSeconds))
            .WithEndPoint(new IPEndPoint(tls.Address, tls.Port))
            .WithStreamProvider(new Connected(_stream));
        if (will is not null)
        {
            options = options.WithWillTopic(will.Topic).WithWillPayload(will.Message).WithWillRetain(will.IsRetained)
                .WithWillQualityOfServiceLevel((MqttQualityOfServiceLevel)will.QualityOfService);
        }

        byte code;
        try
        {
            code = ReturnCode(_client.ConnectAsync(options.Build()).GetAwaiter().GetResult().ResultCode);
        }
        catch (Exception exception)
        {
            throw new TimeoutException("no answer from the broker: " + exception.Message);
        }

        if (code == 0)
        {
            IsConnected = true;
            SimThreads.Create(() => Work(_dispatch)).Start();
            SimThreads.Create(() => Work(_outgoing)).Start();
        }

        return code;
    }

    /// <summary>Queues a message; returns its id.</summary>
    public ushort Publish(string topic, byte[] payload, int qualityOfService, bool isRetained)
    {
        SimCpu.Pass();
        ushort id = NextId();
        byte[] copy = [.. payload];
        Enqueue(() =>
        {
            MqttApplicationMessage message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(copy).WithRetainFlag(isRetained)
                .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)qualityOfService).Build();
            bool isPublished = _client!.PublishAsync(message).GetAwaiter().GetResult().IsSuccess;
            if (qualityOfService != 0)
            {
                Dispatch(() => events.OnPublished(id, isPublished));
            }
        });
        return id;
    }

    /// <summary>Queues a subscription; returns its id.</summary>
    public ushort Subscribe(string[] filters, byte[] levels)
    {
        SimCpu.Pass();
        ushort id = NextId();
        Enqueue(() =>
        {
            MqttClientSubscribeOptionsBuilder options = new();
            for (int i = 0; i < filters.Length; i++)
            {
                options = options.WithTopicFilter(filters[i], (MqttQualityOfServiceLevel)levels[i]);
            }

            MqttClientSubscribeResult result = _client!.SubscribeAsync(options.Build()).GetAwaiter().GetResult();
            byte[] granted = [.. result.Items.Select(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2 ? (byte)128 : (byte)item.ResultCode)];
            Dispatch(() => events.OnSubscribed(id, granted));
        });
        return id;
    }

    /// <summary>Tells the broker that this is the end; the last will is not sent.</summary>
    public void Disconnect()
    {
        SimCpu.Pass();
        try
        {
            _client?.DisconnectAsync(new MqttClientDisconnectOptions()).Wait(TimeSpan.FromSeconds(1));
        }
        catch (AggregateException)
        {
            // The connection was gone already.
        }

        Lost();
    }

    /// <summary>Frees everything; the client cannot be used again.</summary>
    public void Close()
    {
        SimThreads.Sleep(CloseMilliseconds);
        IsConnected = false;
        _outgoing.CompleteAdding();
        _client?.Dispose();
        _stream?.Dispose();
        if (Interlocked.Exchange(ref _holdsConnection, 0) == 1)
        {
            Interlocked.Decrement(ref _connections);
        }
    }

    private static byte ReturnCode(MqttClientConnectResultCode code)
    {
        return code switch
        {
            MqttClientConnectResultCode.Success => 0,
            MqttClientConnectResultCode.UnsupportedProtocolVersion => 1,
            MqttClientConnectResultCode.ClientIdentifierNotValid => 2,
            MqttClientConnectResultCode.ServerUnavailable => 3,
            MqttClientConnectResultCode.BadUserNameOrPassword => 4,
            _ => 5,
        };
    }

    private ushort NextId() => (ushort)(Interlocked.Increment(ref _lastId) % ushort.MaxValue + 1);

    private void Enqueue(Action send)
    {
        try
        {
            _outgoing.Add(send);
        }
        catch (InvalidOperationException)
        {
            // Closed: the platform's queue swallows it too.
        }
    }

    private void Dispatch(Action call)
    {
        try
        {
            _dispatch.Add(call);
        }
        catch (InvalidOperationException)
        {
            // The dispatch thread has ended with the connection.
        }
    }

    private void Work(BlockingCollection<Action> queue)
    {
        foreach (Action action in queue.GetConsumingEnumerable())
        {
            SimCpu.Pass();
            try
            {
                action();
            }
            catch (Exception)
            {
                // A failed send, or a handler that threw: the platform closes the connection.
                Lost();
            }
        }
    }

    private Task OnReceived(MqttApplicationMessageReceivedEventArgs e)
    {
        MqttApplicationMessage message = e.ApplicationMessage;
        byte[] payload = message.Payload.ToArray();
        Dispatch(() => events.OnMessage(message.Topic, payload, message.Dup, (int)message.QualityOfServiceLevel, message.Retain));
        return Task.CompletedTask;
    }

    private Task OnDisconnected(MqttClientDisconnectedEventArgs e)
    {
        Lost();
        return Task.CompletedTask;
    }

    private void Lost()
    {
        if (IsConnected && Interlocked.Exchange(ref _isClosing, 1) == 0)
        {
            IsConnected = false;
            Dispatch(() =>
            {
                Close();
                events.OnClosed();
            });
            _dispatch.CompleteAdding();
        }
    }

    private sealed class Connected(Stream stream) : IMqttClientStreamProvider
    {
        public Task<Stream> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) => Task.FromResult(stream);
    }
}
