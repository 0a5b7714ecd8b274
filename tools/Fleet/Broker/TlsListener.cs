using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The only way into the broker: TCP, then TLS 1.2 or 1.3 with a client certificate that <see cref="CertificateChain"/> accepts. In place
/// of MQTTnet's own listener, because that one has no handshake limit, no packet limit, and tells nobody whom it refused and why.
/// </summary>
internal sealed class TlsListener(IPEndPoint endPoint, X509Certificate2 serverCertificate, CertificateChain chain, DecisionLog log)
    : IMqttServerAdapter
{
    /// <summary>Most connections whose handshake has not ended.</summary>
    internal const int MaximumPending = 1_000;

    /// <summary>Most connections of one subject: one at work, one that takes over, and some that a bad network has left behind.</summary>
    internal const int MaximumOfOne = 8;

    private const int MaximumConnections = 5_000;
    private static readonly TimeSpan _handshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _computing = new(Math.Max(4, 2 * Environment.ProcessorCount));
    private readonly PendingHandshakes _pending = new(MaximumPending);
    private readonly OpenConnections _served = new(MaximumConnections, MaximumOfOne);
    private readonly SslStreamCertificateContext _serverContext = SslStreamCertificateContext.Create(serverCertificate, null, offline: true);
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;
    private MqttServerOptions? _options;
    private IMqttNetLogger? _logger;

    /// <inheritdoc/>
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    /// <summary>The port that is listened on, once started.</summary>
    public int Port => ((IPEndPoint)_socket!.LocalEndPoint!).Port;

    /// <summary>The address of an end point without its port.</summary>
    public static string AddressOf(EndPoint? endPoint)
    {
        return endPoint is IPEndPoint ip ? (ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address).ToString() : "unknown";
    }

    /// <inheritdoc/>
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        _options = options;
        _logger = logger;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _socket.Bind(endPoint);
        _socket.Listen(512);
        _accepting = Task.Run(AcceptAsync);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket?.Dispose();
        await _accepting.ConfigureAwait(false);
        foreach (Socket client in _open.Keys)
        {
            client.Dispose();
        }

        // What a connection still does when it ends, its will for example, belongs before the end of the server.
        for (int i = 0; i < 300 && !_open.IsEmpty; i++)
        {
            await Task.Delay(10).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket?.Dispose();
        _stopping.Dispose();
        _computing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket client = await _socket!.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                log.Write("error", ("action", "accept"), ("reason", failure.SocketErrorCode.ToString()));
                await Task.Delay(100).ConfigureAwait(false);
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        string address = "unknown";
        string? subject = null;
        try
        {
            address = AddressOf(client.RemoteEndPoint);
            _open.TryAdd(client, 0);
            client.NoDelay = true;
            client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            using HandshakeStream network = new(client, _computing);
            using SslStream? tls = await HandshakeAsync(network, address).ConfigureAwait(false);
            if (tls?.RemoteCertificate is not X509Certificate2 certificate)
            {
                return;
            }

            if (_served.Enter(certificate.Subject) is { } refusal)
            {
                Deny(address, refusal, certificate.Subject);
                return;
            }

            subject = certificate.Subject;
            using PacketLimitStream limited = new(tls, FleetBroker.MaximumPacket);
            using MqttChannelAdapter adapter = new(
                new MqttTcpChannel(limited, client.LocalEndPoint, client.RemoteEndPoint, certificate),
                new MqttPacketFormatterAdapter(new MqttBufferWriter(_options!.WriterBufferSize, _options.WriterBufferSizeMax)),
                _logger!);
            using DeviceChannel channel = new(adapter, client.Dispose);
            await (ClientHandler?.Invoke(channel) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The sockets have been closed under it.
        }
        catch (Exception failure)
        {
            // A connection that fails ends alone.
            log.Write("error", ("action", "connection"), ("address", address), ("reason", failure.GetType().Name));
        }
        finally
        {
            client.Dispose();
            _open.TryRemove(client, out _);
            if (subject is not null)
            {
                _served.Leave(subject);
            }
        }
    }

    private async Task<SslStream?> HandshakeAsync(HandshakeStream network, string address)
    {
        Refusal? refusal = null;
        string? subject = null;
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = _serverContext,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = chain.CreatePolicy(), // no downloads and no system trust while .NET builds its own chain
            AllowTlsResume = false, // a resumed session would not ask for the certificate again
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                subject = (certificate as X509Certificate2)?.Subject;
                refusal = chain.Judge(certificate as X509Certificate2);
                return refusal is null;
            },
        };
        SslStream tls = new(network, leaveInnerStreamOpen: false);
        using PendingHandshakes.Place place = _pending.Enter(address);
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, place.Crowded);
        timeout.CancelAfter(_handshakeTimeout);
        try
        {
            await tls.AuthenticateAsServerAsync(options, timeout.Token).ConfigureAwait(false);
            return tls;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or OperationCanceledException or SocketException)
        {
            if (!_stopping.IsCancellationRequested)
            {
                refusal ??= place.Crowded.IsCancellationRequested
                    ? new Refusal("handshake-crowded-out", $"{MaximumPending} handshakes are open at once, most of them from this address")
                    : failure is OperationCanceledException
                    ? new Refusal("handshake-timeout", $"no TLS handshake within {_handshakeTimeout.TotalSeconds} s")
                    : new Refusal("handshake-failed", (failure.InnerException ?? failure).Message);
                Deny(address, refusal, subject);
            }

            await tls.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        finally
        {
            network.End();
        }
    }

    private void Deny(string address, Refusal refusal, string? subject)
    {
        log.Write("denied", ("action", "tls"), ("address", address), ("subject", subject), ("token", refusal.Token), ("reason", refusal.Text));
    }
}
