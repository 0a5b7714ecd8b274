using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using MQTTnet;
using MQTTnet.Protocol;

namespace DeviceFirmware.Soak;

/// <summary>
/// A board's life over hours of its time, real sockets to a real Mosquitto, and a network that does its worst in between. The fleet here only
/// answers heartbeats and writes down what arrives.
/// </summary>
internal sealed class SoakRun(int speed, int seed, TextWriter output) : IDisposable
{
    private const int MeasureEvery = 20_000;
    private const int HandshakePatience = 120_000;
    private const int FairEnd = 300_000;

    private readonly ScaledClock _clock = new(speed);
    private readonly Mosquitto _broker = new();
    private readonly ConcurrentDictionary<string, int> _arrived = new();
    private readonly HashSet<string> _acknowledged = [];
    private readonly IMqttClient _fleet = new MqttClientFactory().CreateMqttClient();
    private TestBoard _flash = TestBoard.Provisioned();
    private long _measured;
    private long _measureAt;

    public int Connections { get; private set; }

    public int PowerCuts { get; private set; }

    public int Confirmations { get; private set; }

    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    public IEnumerable<string> LostAcknowledged => _acknowledged.Where(message => !_arrived.ContainsKey(message));

    public int Repeated => _arrived.Values.Sum(count => count - 1);

    /// <summary>Managed heap after a collection, bytes, at the end of each eighth of the run.</summary>
    public List<long> Heap { get; } = [];

    public async Task RunAsync(double hours)
    {
        await FleetAsync();
        using FaultyProxy proxy = new(_broker.Port, _clock, seed);
        long end = _clock.Uptime() + (long)(hours * 3_600_000);
        long eighth = (end - _clock.Uptime()) / 8;
        long next = _clock.Uptime() + eighth;
        while (_clock.Uptime() < end + FairEnd)
        {
            using SocketLink link = new(_clock, proxy.Port, payload => _acknowledged.Add(Encoding.UTF8.GetString(payload)));
            using Timer power = new(_ => Watch(link), null, _clock.Real(10_000), _clock.Real(10_000));
            try
            {
                ConnectedBoard board = Start(link, out MemoryApplication application);
                while (_clock.Uptime() < end + FairEnd)
                {
                    Measure(application);
                    bool was = link.IsConnected;
                    board.Step();
                    Connections += !was && link.IsConnected ? 1 : 0;
                    proxy.IsFair = _clock.Uptime() >= end;
                    if (_clock.Uptime() >= next && Heap.Count < 8)
                    {
                        next += eighth;
                        Heap.Add(GC.GetTotalMemory(true));
                        output.WriteLine($"{(_clock.Uptime() - (end - (8 * eighth))) / 3_600_000.0,6:F2} h  connections {Connections}, power cuts {PowerCuts}, measured {_measured}, acknowledged {_acknowledged.Count}, arrived {_arrived.Count}, repeated {Repeated}, heap {Heap[^1]:N0}");
                    }

                    if (!link.IsConnected)
                    {
                        _clock.Sleep(10);
                    }
                }
            }
            catch (PowerCutException)
            {
                PowerCuts++;
            }
        }

        output.WriteLine("connections through the proxy: " + string.Join(", ", proxy.Fates));
        await Task.Delay(500); // what was acknowledged last is on its way to the judge
    }

    public void Dispose()
    {
        _fleet.Dispose();
        _broker.Dispose();
    }

    private void Watch(SocketLink link)
    {
        long since = link.HandshakeSince;
        if (since >= 0 && _clock.Uptime() - since > HandshakePatience)
        {
            link.CutPower();
        }
    }

    private void Measure(MemoryApplication application)
    {
        if (_clock.Uptime() >= _measureAt)
        {
            _measureAt = _clock.Uptime() + MeasureEvery;
            application.Measurement = "\"n\":" + ++_measured;
        }
    }

    /// <summary>Power comes back: the same flash, everything else new.</summary>
    private ConnectedBoard Start(SocketLink link, out MemoryApplication application)
    {
        _flash = _flash.Restarted();
        application = new MemoryApplication { IsHealthy = true };
        TrustAnchors anchors = new(TestPki.Environment, [TestKeys.Ota.PublicKey.Encode(), TestKeys.OtaNext.PublicKey.Encode()], TestPki.FactoryRoot, _broker.Root);
        BoardParts parts = new(new QuietBoard(), _flash.Files, new MemoryEntropy((uint)(seed + PowerCuts)), new MemorySealer(), new BoardClock(_clock), new MemoryRadio(null), _flash.Serial, _flash.TrustStore, link, application, anchors);
        RecordStore store = _flash.Store;
        SecurityCounter counter = new(store, 0);
        SlotTable table = SlotTable.Load(store);
        BootSequence boot = BootSequence.Run(parts.Files, table, parts.Rules(counter.Value, table), parts.Board);
        IdentityMessage stored = IdentityRecord.Load(store);
        IdentityMessage identity = new(stored.Certificate, stored.Issuer, "localhost", 8883, stored.TelemetrySeconds, "", "");
        IIdentityKey key = TestBoard.KeyOf(store);
        DeviceCertificate certificate = DeviceCertificate.Check(identity.Certificate, identity.Issuer, key.PublicKey, parts.Board.HardwareId,
            TestPki.DeviceId, anchors.Environment, anchors.FactoryRoot).Certificate;
        ConnectedBoard board = new(parts, identity, certificate, key, table, counter, boot);
        board.Begin();
        return board;
    }

    private async Task FleetAsync()
    {
        Topics topics = new(TestPki.DeviceId);
        _fleet.ApplicationMessageReceivedAsync += async e =>
        {
            byte[] payload = e.ApplicationMessage.Payload.ToArray();
            if (e.ApplicationMessage.Topic == topics.Telemetry)
            {
                _arrived.AddOrUpdate(Encoding.UTF8.GetString(payload), 1, (_, count) => count + 1);
            }
            else if (e.ApplicationMessage.Topic == topics.HeartbeatRequest)
            {
                Confirmations++;
                await _fleet.PublishAsync(new MqttApplicationMessageBuilder().WithTopic(topics.HeartbeatReply).WithPayload(payload)
                    .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
            }
        };
        await _fleet.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", _broker.PlainPort).WithClientId("fleet").Build());
        await _fleet.SubscribeAsync(topics.Telemetry, MqttQualityOfServiceLevel.AtLeastOnce);
        await _fleet.SubscribeAsync(topics.HeartbeatRequest, MqttQualityOfServiceLevel.AtLeastOnce);
    }

    /// <summary>Uptime begins with each power-on.</summary>
    private sealed class BoardClock(ScaledClock clock) : IClock
    {
        private readonly long _start = clock.Uptime();

        public long Uptime() => clock.Uptime() - _start;

        public long UtcNow() => clock.UtcNow();

        public void SetUtc(long secondsSince1970) => clock.SetUtc(secondsSince1970);

        public void Sleep(int milliseconds) => clock.Sleep(milliseconds);
    }

    /// <summary>A board whose console nobody reads: a day of lines would look like a leak.</summary>
    private sealed class QuietBoard : IBoard
    {
        public string HardwareId => TestPki.HardwareId;

        public string BoardType => "virtual-board";

        public byte PayloadKind => 2;

        public int SlotSize => 98304;

        public int TelemetrySize => 4096;

        public bool HasDebugger => false;

        public int FreeHeap() => 0;

        public int LargestFreeBlock() => 0;

        public void Log(string line)
        {
        }

        public void Restart() => throw new BoardRestartedException();
    }
}
