using System.Globalization;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.HostTests.Trust;

/// <summary>
/// The wired board (connection, waits, clock, trust sets) in worlds drawn from a seed: servers that come, go and stay silent, a clock that is set
/// years astray, restarts, cuts inside the flash, sets ordered, ordered again and replayed. While the fleet serves the set in use or the one that is tried, the board is
/// back within minutes, and it never goes back to a lower one. Set DEVICEFIRMWARE_RUNS for more runs.
/// </summary>
[TestClass]
public sealed class TrustLifeModelTests
{
    private const int DefaultRuns = 12;
    private const int Rounds = 16;

    /// <summary>Every test prints its seed when it fails.</summary>
    [TestMethod]
    public void NoWeatherStrandsTheWiredBoard()
    {
        int runs = int.TryParse(Environment.GetEnvironmentVariable("DEVICEFIRMWARE_RUNS"), out int asked) ? asked : DefaultRuns;
        int confirmed = 0;
        int givenUp = 0;
        int cuts = 0;
        for (int seed = 1; seed <= runs; seed++)
        {
            World world = new(seed);
            for (int round = 0; round < Rounds; round++)
            {
                world.Round();
            }

            confirmed += world.Confirmed;
            givenUp += world.GivenUp;
            cuts += world.Cuts;
        }

        Assert.IsGreaterThan(runs, cuts, "the power is cut too rarely");
        Assert.IsGreaterThan(runs, confirmed, "the worlds confirm too little to judge anything");
        Assert.IsGreaterThan(0, givenUp, "nothing is given up");
    }

    private enum Server
    {
        On,
        Off,
        Silent,
    }

    private sealed class World : IBrokerLink
    {
        private const long Minute = 60_000;
        private const long Patience = 20 * Minute;
        private const long Begin = 1775044800;
        private const int Tick = 1000;

        private readonly int _seed;
        private readonly Random _random;
        private readonly Topics _topics = new(TestPki.DeviceId);
        private readonly Dictionary<long, Server> _servers = new() { [0] = Server.On };
        private readonly Queue<BrokerMessage> _toBoard = new();
        private TestBoard _board = TestBoard.Provisioned();
        private ConnectedBoard _life;
        private long _elapsed;
        private long _orders;
        private long _highest;
        private long _wanted;
        private bool _hasAnswered;
        private long _at;
        private TrustSet? _seen;
        private bool _had;

        internal World(int seed)
        {
            _seed = seed;
            _random = new Random(seed);
            _life = PowerOn();
        }

        internal int Confirmed { get; private set; }

        internal int GivenUp { get; private set; }

        internal int Cuts { get; private set; }

        public bool IsConnected { get; private set; }

        public int Dropped => 0;

        private TrustSets Sets => TrustSets.Load(_board.Store, TrustSet.OfAnchors(_board.Anchors, "server-0", 8883), TestKeys.Device.PublicKey.KeyHash());

        internal void Round()
        {
            Weather();
            for (long until = _elapsed + Patience; !_hasAnswered;)
            {
                Assert.IsLessThan(until, _elapsed, $"seed {_seed}: stranded; {string.Join(", ", _servers)}, in use {Sets.Active.Sequence}, tried {Sets.Staged?.Sequence}, clock off by {(_board.Clock.UtcNow() - Now()) / 86400} days");
                Turn();
            }

            Pass(2);
            Command();
            Pass(_random.Next(2) == 0 ? 5 : _random.Next(12_000));
        }

        public BrokerConnectResult Connect(TlsParameters tls, string clientId, string willTopic, string willMessage, int keepAliveSeconds)
        {
            _at = long.Parse(tls.Host.AsSpan("server-".Length), CultureInfo.InvariantCulture);
            if (_servers.GetValueOrDefault(_at) == Server.Off)
            {
                return BrokerConnectResult.NetworkFailed;
            }

            // Certificates of this year.
            IsConnected = Math.Abs(_board.Clock.UtcNow() - Now()) < 300 * 86400L;
            return IsConnected ? BrokerConnectResult.Connected : BrokerConnectResult.TlsFailed;
        }

        public bool Publish(string topic, byte[] payload, bool atLeastOnce)
        {
            if (!IsConnected || _servers[_at] != Server.On)
            {
                return IsConnected;
            }

            if (topic == _topics.HeartbeatRequest)
            {
                _toBoard.Enqueue(new BrokerMessage(_topics.HeartbeatReply, payload));
                _hasAnswered = true;
            }
            else if (topic == _topics.TimeRequest)
            {
                _toBoard.Enqueue(new BrokerMessage(_topics.TimeReply, TestOrders.Time(payload, Now())));
            }

            return true;
        }

        public bool Subscribe(string filter, int timeoutMilliseconds) => IsConnected;

        public BrokerMessage? Receive(int timeoutMilliseconds) => _toBoard.TryDequeue(out BrokerMessage? message) ? message : null;

        public void Close()
        {
            IsConnected = false;
            _toBoard.Clear();
        }

        private long Now() => Begin + 5000 + (_elapsed / 1000);

        /// <summary>Servers come and go; the set in use or the one that is tried is served.</summary>
        private void Weather()
        {
            TrustSets sets = Sets;
            foreach (long number in _servers.Keys)
            {
                _servers[number] = (Server)_random.Next(3);
            }

            long kept = sets.Staged is null || _random.Next(2) == 0 ? sets.Active.Sequence : sets.Staged.Sequence;
            _servers[kept] = Server.On;
            if (_random.Next(3) == 0)
            {
                // Ten years ahead, or as a clock that lost its battery.
                _board.Clock.SetUtc(_random.Next(2) == 0 ? Now() + (10 * 365 * 86400L) : 0);
            }

            if (_random.Next(3) == 0)
            {
                _board.Files.CutAt(_board.Files.Operations + 1 + _random.Next(12), _random.Next(-1, 900));
            }

            if (_random.Next(3) == 0)
            {
                _life = PowerOn();
            }

            // What it stands on may be gone.
            IsConnected = IsConnected && _servers[_at] != Server.Off;
            _hasAnswered = false;
        }

        /// <summary>Over a connection that works: a new set, the last one once more, an old one replayed; or nothing.</summary>
        private void Command()
        {
            long active = Sets.Active.Sequence;
            long number = _random.Next(4) switch
            {
                0 or 1 => _wanted = Math.Max(_wanted, active) + 1,
                2 => Math.Max(1, _wanted),
                _ => 1,
            };
            if (!IsConnected || _random.Next(4) == 0)
            {
                return;
            }

            _servers.TryAdd(number, (Server)_random.Next(3));
            TrustSet set = new(number, TestTrust.Root, TestTrust.OperationalCa, $"server-{number}", 8883, TestKeys.Time.PublicKey.Encode());
            _toBoard.Enqueue(new BrokerMessage(_topics.Order, TestTrust.Order(++_orders, set)));
        }

        private void Pass(int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                Turn();
            }
        }

        private void Turn()
        {
            TrustSet? staged = _seen;
            try
            {
                _life.Step();
            }
            catch (PowerCutException)
            {
                Cuts++;
                _life = PowerOn();
            }

            _board.Clock.Advance(Tick);
            _elapsed += Tick;
            if (_elapsed % (10 * Tick) == 0 || _hasAnswered != _had)
            {
                _had = _hasAnswered;
                TrustSets sets = Sets;
                Assert.IsGreaterThanOrEqualTo(_highest, sets.Active.Sequence, $"seed {_seed}: went back");
                Confirmed += sets.Active.Sequence > _highest ? 1 : 0;
                GivenUp += staged is not null && sets.Staged is null && sets.Active.Sequence == _highest ? 1 : 0;
                _highest = sets.Active.Sequence;
                _seen = sets.Staged;
            }

            // What it is tried under must be there or not, but known.
            if (_seen is not null)
            {
                _servers.TryAdd(_seen.Sequence, Server.On);
            }
        }

        private ConnectedBoard PowerOn()
        {
            Close();
            _board = _board.Restarted();
            BoardParts parts = new(_board.Console, _board.Files, new MemoryEntropy((uint)_random.Next()), new MemorySealer(), _board.Clock, new MemoryRadio(null), _board.Serial,
                _board.TrustStore, this, new MemoryApplication { IsHealthy = true }, _board.Anchors);
            RecordStore store = _board.Store;
            SecurityCounter counter = new(store, 0);
            SlotTable table = SlotTable.Load(store);
            BootSequence boot = BootSequence.Run(parts.Files, table, parts.Rules(counter.Value, table), parts.Board);
            IdentityMessage stored = IdentityRecord.Load(store);
            IdentityMessage identity = new(stored.Certificate, stored.Issuer, "server-0", 8883, 3600, "", "");
            IIdentityKey key = TestBoard.KeyOf(store);
            DeviceCertificate certificate = DeviceCertificate.Check(identity.Certificate, identity.Issuer, key.PublicKey, parts.Board.HardwareId,
                TestPki.DeviceId, _board.Anchors.Environment, _board.Anchors.FactoryRoot).Certificate;
            ConnectedBoard board = new(parts, identity, certificate, key, table, counter, boot);
            board.Begin();
            return board;
        }
    }
}
