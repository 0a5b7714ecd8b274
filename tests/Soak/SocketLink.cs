using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Connect;
using DeviceFirmware.Memory;
using DeviceFirmware.Trust;
using MQTTnet;
using MQTTnet.Channel;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace DeviceFirmware.Soak;

/// <summary>
/// The board's link over real sockets, real TLS and a real MQTT client. As on the board, a handshake with a silent peer has no time-out: it
/// ends when somebody cuts the power, which is an exception here.
/// </summary>
/// <param name="clock">The board's time.</param>
/// <param name="port">The port to connect to whatever the board says; 0: the one that it says.</param>
/// <param name="acknowledged">Is told of each telemetry message that the broker has acknowledged.</param>
internal sealed class SocketLink(ScaledClock clock, int port, Action<byte[]> acknowledged) : IBrokerLink, IDisposable
{
    private const int MaximumWaiting = 32;

    private static readonly MqttClientFactory _factory = new();

    private BlockingCollection<BrokerMessage> _waiting = [];
    private IMqttClient? _client;
    private Socket? _socket;
    private volatile bool _isCut;

    /// <summary>When the handshake that runs began; -1 when none runs.</summary>
    public long HandshakeSince { get; private set; } = -1;

    public bool IsConnected => _client is { IsConnected: true };

    public int Dropped => 0;

    public BrokerConnectResult Connect(TlsParameters tls, string clientId, string willTopic, string willMessage, int keepAliveSeconds)
    {
        if (_client is not null || _socket is not null)
        {
            throw new InvalidOperationException("the last client was not closed: there is memory for one connection");
        }

        _waiting = [];
        try
        {
            SslStream stream = Handshake(tls);
            _client = _factory.CreateMqttClient();
            BlockingCollection<BrokerMessage> waiting = _waiting;
            _client.ApplicationMessageReceivedAsync += e =>
            {
                if (waiting.Count < MaximumWaiting)
                {
                    waiting.Add(new BrokerMessage(e.ApplicationMessage.Topic, e.ApplicationMessage.Payload.ToArray()));
                }

                return Task.CompletedTask;
            };
            MqttClientOptions options = new MqttClientOptionsBuilder().WithProtocolVersion(MqttProtocolVersion.V311).WithClientId(clientId).WithCleanSession()
                .WithTimeout(clock.Real(30_000)).WithKeepAlivePeriod(TimeSpan.FromSeconds(keepAliveSeconds)).WithEndPoint(new IPEndPoint(IPAddress.Loopback, tls.Port))
                .WithStreamProvider(new Connected(stream)).WithWillTopic(willTopic).WithWillPayload(willMessage)
                .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
            return _client.ConnectAsync(options).GetAwaiter().GetResult().ResultCode == MqttClientConnectResultCode.Success ? BrokerConnectResult.Connected : BrokerConnectResult.Refused;
        }
        catch (Exception) when (_isCut)
        {
            throw new PowerCutException();
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return BrokerConnectResult.TlsFailed;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or MQTTnet.Exceptions.MqttCommunicationException or InvalidOperationException)
        {
            return BrokerConnectResult.NetworkFailed;
        }
        finally
        {
            HandshakeSince = -1;
        }
    }

    public bool Publish(string topic, byte[] payload, bool atLeastOnce)
    {
        MqttApplicationMessage message = new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload)
            .WithQualityOfServiceLevel(atLeastOnce ? MqttQualityOfServiceLevel.AtLeastOnce : MqttQualityOfServiceLevel.AtMostOnce).Build();
        bool sent = Try(client => client.PublishAsync(message, Patience(10_000)).GetAwaiter().GetResult().IsSuccess);
        if (sent && atLeastOnce && topic.EndsWith("/telemetry", StringComparison.Ordinal))
        {
            acknowledged(payload);
        }

        return sent;
    }

    public bool Subscribe(string filter, int timeoutMilliseconds)
    {
        MqttClientSubscribeOptions options = new MqttClientSubscribeOptionsBuilder().WithTopicFilter(filter, MqttQualityOfServiceLevel.AtLeastOnce).Build();
        return Try(client => client.SubscribeAsync(options, Patience(timeoutMilliseconds)).GetAwaiter().GetResult()
            .Items.All(item => item.ResultCode <= MqttClientSubscribeResultCode.GrantedQoS2));
    }

    public BrokerMessage? Receive(int timeoutMilliseconds)
    {
        return _waiting.TryTake(out BrokerMessage? message, clock.Real(timeoutMilliseconds)) ? message : null;
    }

    public void Close()
    {
        _client?.Dispose();
        _client = null;
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>The power goes; whatever call runs ends with it.</summary>
    public void CutPower()
    {
        _isCut = true;
        _socket?.Dispose();
    }

    public void Dispose() => Close();

    private CancellationToken Patience(int milliseconds) => new CancellationTokenSource(clock.Real(milliseconds)).Token;

    private bool Try(Func<IMqttClient, bool> call)
    {
        try
        {
            return _client is { IsConnected: true } client && call(client);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException or InvalidOperationException or IOException
            or SocketException or MQTTnet.Exceptions.MqttCommunicationException)
        {
            return false;
        }
    }

    private SslStream Handshake(TlsParameters tls)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportECPrivateKey(tls.DevicePrivateKey, out _);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(tls.DeviceCertificate);
        X509Certificate2 own = bare.CopyWithPrivateKey(key);
        using X509Certificate2 root = X509CertificateLoader.LoadCertificate(tls.RootCertificate);
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(root);
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(IPAddress.Loopback, port == 0 ? tls.Port : port);
        SslStream stream = new(new NetworkStream(_socket, ownsSocket: true));
        HandshakeSince = clock.Uptime();
        stream.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = tls.Host,
            EnabledSslProtocols = SslProtocols.Tls12,
            CertificateChainPolicy = policy,
            ClientCertificateContext = SslStreamCertificateContext.Create(own, [X509CertificateLoader.LoadCertificate(Tests.Support.TestPki.Issuing)], offline: true),
        });
        return stream;
    }

    private sealed class Connected(Stream stream) : IMqttClientStreamProvider
    {
        public Task<Stream> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) => Task.FromResult(stream);
    }
}
