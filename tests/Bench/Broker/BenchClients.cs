using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace DeviceFirmware.Bench;

/// <summary>The devices of a run, connected to one broker.</summary>
internal sealed class BenchClients(MeasuredBroker broker) : IDisposable
{
    private readonly List<Client> _clients = [];

    public IReadOnlyList<Client> All => _clients;

    /// <summary>Connects devices, so many at a time; each keeps its connection. The times go from the first packet to CONNACK.</summary>
    public async Task<TimeSpan> ConnectAsync(IReadOnlyList<(string Id, X509Certificate2 Certificate)> devices, int atOnce, Percentiles times)
    {
        Client[] added = [.. devices.Select(device => new Client(device.Id, device.Certificate))];
        _clients.AddRange(added);
        int next = -1;
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i < added.Length; i = Interlocked.Increment(ref next))
            {
                long start = Stopwatch.GetTimestamp();
                MqttClientConnectResultCode code = await added[i].ConnectAsync(broker);
                times.Add(Stopwatch.GetElapsedTime(start));
                if (code != MqttClientConnectResultCode.Success)
                {
                    throw new InvalidOperationException($"{broker.Name} answers {code}");
                }
            }
        })));
        return watch.Elapsed;
    }

    /// <summary>
    /// QoS 1 from some devices, end to end: until the last message has been heard by the fleet, or, on a broker without one, by a client that
    /// subscribes to all. Each device has so many on their way at once.
    /// </summary>
    public async Task<TimeSpan> PublishAsync(int devices, int messages, int atOnce, Percentiles acknowledged, X509Certificate2 sinkCertificate)
    {
        using Sink? sink = broker.Api is null ? await Sink.ConnectAsync(broker, sinkCertificate) : null;
        Client[] senders = [.. _clients.Take(devices)];
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(senders.Select(sender => Task.Run(async () =>
        {
            int next = 0;
            await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
            {
                for (int n = Interlocked.Increment(ref next); n <= messages; n = Interlocked.Increment(ref next))
                {
                    long start = Stopwatch.GetTimestamp();
                    MqttClientPublishResult result = await sender.PublishAsync(n);
                    acknowledged.Add(Stopwatch.GetElapsedTime(start));
                    if ((int)result.ReasonCode >= 0x80)
                    {
                        throw new InvalidOperationException($"{broker.Name} answers {result.ReasonCode}");
                    }
                }
            }));
        })));
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        if (sink is not null)
        {
            await sink.HeardAsync(devices * messages, patience.Token);
            return watch.Elapsed;
        }

        foreach (Client sender in senders)
        {
            while (await broker.HeardAsync(sender.Id) < messages)
            {
                await Task.Delay(5, patience.Token);
            }
        }

        return watch.Elapsed;
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private static MqttClientOptions Options(MeasuredBroker broker, string id, X509Certificate2 certificate)
    {
        return new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", broker.Port)
            .WithClientId(id)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithKeepAlivePeriod(TimeSpan.FromMinutes(10))
            .WithTimeout(TimeSpan.FromSeconds(60))
            .WithTlsOptions(tls => tls.UseTls().WithClientCertificates([certificate])
                .WithCertificateValidationHandler(args => broker.IsItsCertificate(args.Certificate)))
            .Build();
    }

    /// <summary>One device.</summary>
    internal sealed class Client(string id, X509Certificate2 certificate) : IDisposable
    {
        private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Id => id;

        public bool IsConnected => _client.IsConnected;

        /// <summary>Ends when the broker ends the connection.</summary>
        public Task Ended => _ended.Task;

        public async Task<MqttClientConnectResultCode> ConnectAsync(MeasuredBroker broker)
        {
            _client.DisconnectedAsync += _ =>
            {
                _ended.TrySetResult();
                return Task.CompletedTask;
            };
            return (await _client.ConnectAsync(Options(broker, id, certificate))).ResultCode;
        }

        public Task<MqttClientPublishResult> PublishAsync(int n)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $$"""{"deviceId":"{{id}}","tempC":21.5,"ts":"2026-11-23T00:00:00Z","boot":1,"seq":{{n}},"n":{{n}}}""");
            return _client.PublishAsync(new MqttApplicationMessageBuilder()
                .WithTopic($"devices/{id}/telemetry").WithPayload(Encoding.ASCII.GetBytes(text)).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        }

        public void Dispose() => _client.Dispose();
    }

    /// <summary>What the fleet is to its broker: a client that hears every device.</summary>
    private sealed class Sink : IDisposable
    {
        private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
        private int _heard;

        public static async Task<Sink> ConnectAsync(MeasuredBroker broker, X509Certificate2 certificate)
        {
            Sink sink = new();
            sink._client.ApplicationMessageReceivedAsync += _ =>
            {
                Interlocked.Increment(ref sink._heard);
                return Task.CompletedTask;
            };
            // A name of its own: a broker may still be clearing up after the one before.
            await sink._client.ConnectAsync(Options(broker, $"sink-{Guid.NewGuid():N}", certificate));
            await sink._client.SubscribeAsync("devices/#", MqttQualityOfServiceLevel.AtLeastOnce);
            return sink;
        }

        public async Task HeardAsync(int count, CancellationToken patience)
        {
            while (Volatile.Read(ref _heard) < count)
            {
                await Task.Delay(5, patience);
            }
        }

        public void Dispose() => _client.Dispose();
    }
}
