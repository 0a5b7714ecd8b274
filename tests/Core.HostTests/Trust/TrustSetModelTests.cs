using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Trust;

namespace DeviceFirmware.HostTests.Trust;

/// <summary>
/// A fleet that changes its mind at random, servers that come and go, power that is cut inside the flash: as long as one of the two sets is
/// served, the board connects, and it never goes back to a lower one.
/// </summary>
[TestClass]
public sealed class TrustSetModelTests
{
    private const int Runs = 400;
    private const int Rounds = 120;
    private const long Now = 1790000000;

    private static readonly TrustSet _builtIn = new(TrustSet.BuiltIn, [], [], "server-0", 1, []);
    private readonly byte[] _root;
    private readonly byte[] _operationalCa;
    private readonly byte[] _timeKey;

    /// <summary>One root and one CA for all sets: what is in them is judged elsewhere.</summary>
    public TrustSetModelTests()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest root = Authority(key, "CN=root", 1);
        CertificateRequest authority = Authority(key, "CN=operational", 0);
        DateTimeOffset from = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 rootCertificate = root.CreateSelfSigned(from, from.AddYears(20));
        _root = rootCertificate.RawData;
        _operationalCa = authority.Create(rootCertificate, from, from.AddYears(10), [1]).RawData;
        _timeKey = key.ExportSubjectPublicKeyInfo()[^65..];
    }

    /// <summary>Each run prints its seed when it fails.</summary>
    [TestMethod]
    public void NoOrderOfEventsStrandsABoard()
    {
        int confirmed = 0;
        int givenUp = 0;
        int cuts = 0;
        int retried = 0;
        int erasedLater = 0;
        for (int seed = 1; seed <= Runs; seed++)
        {
            World world = new(this, seed);
            for (int round = 0; round < Rounds; round++)
            {
                world.Round();
            }

            confirmed += world.Confirmed;
            givenUp += world.GivenUp;
            cuts += world.Cuts;
            retried += world.Retried;
            erasedLater += world.ErasedLater;
        }

        // The model is worth something only when all of it happened, and often.
        Assert.IsGreaterThan(Runs, confirmed);
        Assert.IsGreaterThan(Runs / 10, givenUp);
        Assert.IsGreaterThan(Runs, cuts);
        Assert.IsGreaterThan(Runs / 20, retried, "no set that was given up is tried again");
        Assert.IsGreaterThan(Runs / 20, erasedLater, "no cut leaves anything to erase");
    }

    private static CertificateRequest Authority(ECDsa key, string name, int pathLength)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }

    private byte[] Set(long sequence) => new TrustSet(sequence, _root, _operationalCa, $"server-{sequence}", 1, _timeKey).Encode();

    private sealed class World
    {
        // Two failed attempts can follow one another: the last of one power-on and the first of the next, or one before a server came back.
        private const int Impatience = 3;

        private readonly TrustSetModelTests _test;
        private readonly int _seed;
        private readonly Random _random;
        private readonly MemoryFiles _files = new();
        private TrustSets _board;
        private long _wanted;
        private long _highest;
        private bool _oldServed = true;
        private bool _newServed = true;
        private int _failures;
        private long _givenUp;

        internal World(TrustSetModelTests test, int seed)
        {
            _test = test;
            _seed = seed;
            _random = new Random(seed);
            _board = Load();
        }

        internal int Confirmed { get; private set; }

        internal int GivenUp { get; private set; }

        internal int Cuts { get; private set; }

        internal int Retried { get; private set; }

        internal int ErasedLater { get; private set; }

        internal void Round()
        {
            Switch();
            if (_random.Next(10) == 0)
            {
                _files.CutAt(_files.Operations + 1 + _random.Next(6), _random.Next(-1, 200));
            }

            try
            {
                Attempt();
            }
            catch (PowerCutException)
            {
                Cuts++;
            }

            while (_files.IsOff || _random.Next(15) == 0)
            {
                PowerOn();
            }

            Assert.IsGreaterThanOrEqualTo(_highest, _board.Active.Sequence, $"seed {_seed}: went back");
            _highest = _board.Active.Sequence;
        }

        /// <summary>As a start does it; a cut may come into that too. After it nothing is left of a set that was erased.</summary>
        private void PowerOn()
        {
            _files.PowerOn();
            _board = Load();
            _failures = 0;
            if (_random.Next(4) == 0)
            {
                _files.CutAt(_files.Operations + 1 + _random.Next(2), _random.Next(-1, 200));
            }

            int before = _files.Operations;
            try
            {
                _board.FinishErasing();
                ErasedLater += _files.Operations > before ? 1 : 0;
            }
            catch (PowerCutException)
            {
                Cuts++;
                return;
            }

            NothingIsLeft();
        }

        /// <summary>Without a set on trial each copy of the record alone has the set in use, and no other.</summary>
        private void NothingIsLeft()
        {
            for (int copy = 0; _board.Staged is null && copy < 2; copy++)
            {
                MemoryFiles one = _files.Copy();
                one.Delete($"{TrustSets.RecordName}.{1 - copy}");
                TrustSets alone = Load(one);
                Assert.IsTrue(new RecordStore(one).Read(TrustSets.RecordName) is null || (alone.Active.Sequence == _board.Active.Sequence && alone.Staged is null),
                    $"seed {_seed}: of set {alone.Active.Sequence} something is left beside {_board.Active.Sequence}");
            }
        }

        /// <summary>The fleet serves the old set, the new one, or both; never neither.</summary>
        private void Switch()
        {
            if (_random.Next(25) == 0)
            {
                (_oldServed, _newServed) = _random.Next(3) switch { 0 => (true, false), 1 => (false, true), _ => (true, true) };
                _failures = 0;
            }
        }

        private void Attempt()
        {
            _board.BeginConnection();
            long current = _board.Current.Sequence;
            bool served = _board.Staged is null || (_board.IsTrying ? _newServed : _oldServed);
            if (!served)
            {
                _failures++;
                Assert.IsLessThan(Impatience, _failures, $"seed {_seed}: stranded");
                return;
            }

            _failures = 0;
            long before = _board.Active.Sequence;
            long staged = _board.Staged?.Sequence ?? 0;
            if (_board.Answered())
            {
                bool confirmed = _board.Active.Sequence > before;
                Assert.AreEqual(current, _board.Active.Sequence, $"seed {_seed}: it is not the set of the connection that stays");
                Confirmed += confirmed ? 1 : 0;
                GivenUp += confirmed ? 0 : 1;
                _givenUp = confirmed ? 0 : staged;
                NothingIsLeft();
            }

            // Orders come over a connection only: a new set, the same once more, an old one replayed.
            switch (_random.Next(20))
            {
                case 0: _ = _board.Stage(_test.Set(_wanted = Math.Max(_wanted, _board.Active.Sequence) + 1), Now); break;
                case 1 when _wanted > 0:
                    long active = _board.Active.Sequence;
                    TrustSetVerdict again = _board.Stage(_test.Set(_wanted), Now);
                    Assert.AreEqual(_wanted > active ? TrustSetVerdict.Staged : TrustSetVerdict.InForce, again, $"seed {_seed}: the same set again");
                    Retried += _wanted == _givenUp && again == TrustSetVerdict.Staged ? 1 : 0;
                    break;
                case 2 when _wanted > 1:
                    long replayed = _random.NextInt64(1, _wanted);
                    TrustSetVerdict verdict = _board.Stage(_test.Set(replayed), Now);
                    TrustSetVerdict wanted = replayed > _board.Active.Sequence ? TrustSetVerdict.Staged : replayed == _board.Active.Sequence ? TrustSetVerdict.InForce : TrustSetVerdict.NotNewer;
                    Assert.AreEqual(wanted, verdict, $"seed {_seed}: a replayed set");
                    break;
            }
        }

        private TrustSets Load() => Load(_files);

        private static TrustSets Load(MemoryFiles files) => TrustSets.Load(new RecordStore(files), _builtIn, new byte[32]);
    }
}
