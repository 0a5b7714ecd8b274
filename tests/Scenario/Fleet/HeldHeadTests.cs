using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Fleet;
using DeviceFirmware.Ledger;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Heads of the audit that devices hold: what they prove of a database, and what they do not.</summary>
[TestClass]
public sealed class HeldHeadTests
{
    [TestMethod]
    public void TheSameHeadUntilTheAuditGoesOnAndANewOneOnceASecond()
    {
        using Bench bench = new();
        byte[] first = bench.Heads.Give();
        Assert.AreSame(first, bench.Heads.Give());
        bench.Change("a");
        Assert.AreSame(first, bench.Heads.Give(), "not for each device that asks in this second");
        bench.Time.Now += TimeSpan.FromSeconds(1);
        byte[] second = bench.Heads.Give();
        Assert.IsTrue(bench.Read(second).Position.IsSameAs(bench.Registry.Trail.End()));
        bench.Time.Now += TimeSpan.FromDays(1);
        Assert.AreSame(second, bench.Heads.Give(), "nothing new");
    }

    [TestMethod]
    public void WhatTheAuditHasIsNoNews()
    {
        using Bench bench = new();
        byte[] head = bench.Heads.Give();
        bench.Change("a");
        Assert.AreEqual(HeadVerdict.NotEvaluated, bench.Heads.TakeBack("b", []));
        Assert.AreEqual(HeadVerdict.Kept, bench.Heads.TakeBack("b", head));
        Assert.AreEqual("", bench.Said);
        Assert.AreEqual(0, bench.Heads.Lost);
    }

    [TestMethod]
    public void ARestoreThatLostARevocationIsProvedByAnyDevice()
    {
        using Bench bench = new();
        bench.Backup();
        string old = bench.HeadFile();
        long end = bench.Registry.Trail.End().Sequence;
        bench.Change("a");
        bench.Change("c");
        byte[] earlier = bench.Registry.Trail.Head(bench.Audit);
        bench.Time.Now += TimeSpan.FromMinutes(1);
        bench.Change("d");
        byte[] newest = bench.Heads.Give();
        DateTime signed = bench.Time.Now.UtcDateTime;
        bench.Time.Now += TimeSpan.FromHours(1);
        using Restored restored = bench.Restore(old);
        Assert.AreEqual(DeviceState.Active, restored.Registry.Find("a")!.State, "no head that was shown told of it");
        Assert.AreEqual("no-evidence", restored.Status().Verdict);

        // By what devices brought, one after the other; the third knows more, the last less.
        Assert.AreEqual(HeadVerdict.Missing, restored.Heads.TakeBack("b", earlier));
        Assert.AreEqual(1, restored.Told);
        Assert.AreEqual(HeadVerdict.Missing, restored.Heads.TakeBack("c", earlier));
        Assert.AreEqual(1, restored.Told, "the same by another device");
        Assert.AreEqual(HeadVerdict.Missing, restored.Heads.TakeBack("d", newest));
        Assert.AreEqual(2, restored.Told);
        Assert.AreEqual(HeadVerdict.Missing, restored.Heads.TakeBack("a", earlier));
        Assert.AreEqual(2, restored.Told);

        RestoreStatus status = restored.Status();
        Assert.AreEqual(("behind", end + 3, 3L), (status.Verdict, status.LostUpTo, status.LostAtLeast));
        Assert.IsLessThan(TimeSpan.FromSeconds(1), signed - status.HeadTime!.Value);
        CollectionAssert.AreEqual(newest, status.Head);
        Assert.AreEqual(3, restored.Heads.Lost);
        AuditEntry told = restored.Registry.Audit(0, 1000, null)[^1];
        Assert.AreEqual((RestoreWatch.Kind, ""), (told.Kind, told.DeviceId), "it says nothing against the device that brought it");
        Assert.AreEqual(DeviceState.Active, restored.Registry.Find("d")!.State);

        // Another start knows what was told.
        HeldHeads again = restored.Open();
        Assert.AreEqual(3, again.Lost);
        again.TakeBack("b", newest);
        Assert.AreEqual(2, restored.Told);
    }

    [TestMethod]
    public void EntriesThatCameSinceDoNotStandForThoseThatAreLost()
    {
        using Bench bench = new();
        bench.Backup();
        string old = bench.HeadFile();
        long end = bench.Registry.Trail.End().Sequence;
        bench.Change("a");
        bench.Change("c");
        byte[] newest = bench.Heads.Give();
        bench.Time.Now += TimeSpan.FromHours(1);
        using Restored restored = bench.Restore(old);
        bench.Change("b", restored.Registry);
        bench.Change("c", restored.Registry);
        bench.Change("d", restored.Registry);
        Assert.IsGreaterThan(end + 2, restored.Registry.Trail.End().Sequence);
        Assert.AreEqual(HeadVerdict.Missing, restored.Heads.TakeBack("b", newest));
        Assert.AreEqual((end + 2, 2L), (restored.Status().LostUpTo, restored.Status().LostAtLeast));
    }

    [TestMethod]
    public void ADatabaseThatWasPutBackByHandIsToldToo()
    {
        using Bench bench = new();
        bench.Backup();
        long end = bench.Registry.Trail.End().Sequence;
        bench.Change("a");
        bench.Change("c");
        byte[] newest = bench.Heads.Give();
        using Restored put = bench.Restore(null);
        Assert.AreEqual("never-restored", put.Status().Verdict);
        Assert.AreEqual(HeadVerdict.Missing, put.Heads.TakeBack("b", newest));
        Assert.AreEqual(("behind", end + 2, 2L), (put.Status().Verdict, put.Status().LostUpTo, put.Status().LostAtLeast));
        Assert.AreEqual(HeadVerdict.Kept, put.Heads.TakeBack("b", put.Heads.Give()));
    }

    [TestMethod]
    public void WhatNoKeyOfTheDatabaseSignedSaysNothing()
    {
        using Bench bench = new();
        using Bench other = new();
        ChainPosition beyond = new(1000, new byte[32]);
        byte[] signed = bench.Audit.Sign(beyond, DateTime.UtcNow);
        byte[] changed = [.. signed];
        changed[^1] ^= 1;
        Refused(HeadVerdict.BadSignature, "head-signature", changed);
        Refused(HeadVerdict.OtherKey, "other-key", other.Audit.Sign(beyond, DateTime.UtcNow));
        Refused(HeadVerdict.Malformed, "malformed", [.. signed, 0]);
        Refused(HeadVerdict.Malformed, "malformed", [1, 2, 3]);
        Refused(HeadVerdict.Malformed, "malformed", RandomNumberGenerator.GetBytes(ChainHead.MaximumSize + 1));
        Refused(HeadVerdict.OtherChain, "other-chain", bench.SignOther("fleet/other", beyond));
        Assert.AreEqual("never-restored", new RestoreHistory(bench.Source).Status().Verdict);
        Assert.AreEqual(HeadVerdict.Missing, bench.Heads.TakeBack("b", signed), "and what one did sign does");

        void Refused(HeadVerdict verdict, string token, byte[] message)
        {
            Assert.AreEqual(verdict, bench.Heads.TakeBack("b", message));
            Assert.EndsWith($"head-refused device=b token={token}", bench.Said.TrimEnd());
        }
    }

    /// <summary>A registry with devices, its audit's key, and heads.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly StringWriter _said = new();

        public Bench()
        {
            string data = Path.Combine(_directory.Path, "data");
            Directory.CreateDirectory(data);
            Source = Records.Databases.Open(data);
            Registry = new DeviceRegistry(Source, Time, new DecisionLog(TextWriter.Null, Time));
            Audit = AuditKey.Open(data);
            foreach (string id in new[] { "a", "b", "c", "d" })
            {
                Records.Bring(Registry, id, DeviceState.Active, null);
            }

            Heads = new HeldHeads(Source, Registry.Trail, Audit, Time, new DecisionLog(_said, Time));
        }

        public SteppedTime Time { get; } = new();

        public DatabaseSource Source { get; }

        public DeviceRegistry Registry { get; }

        public AuditKey Audit { get; }

        public HeldHeads Heads { get; }

        public string Said => _said.ToString();

        public void Change(string id, DeviceRegistry? registry = null)
        {
            Assert.IsNull((registry ?? Registry).ChangeState(id, DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        }

        public ChainHead Read(byte[] head) => ChainHead.Read(head, Audit.PublicKey);

        public byte[] SignOther(string chain, ChainPosition position)
        {
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(Path.Combine(_directory.Path, "data", "audit.key.pem")));
            ChainHead head = new(chain, position, 1);
            byte[] hash = Audit.PublicKey.KeyHash();
            return head.Encode(hash, key.SignHash(head.Digest(hash), DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        }

        public void Backup() => Records.Databases.Backup(Path.Combine(_directory.Path, "data"), Path.Combine(_directory.Path, "backup.zip"));

        public string HeadFile()
        {
            string path = Path.Combine(_directory.Path, "old.head");
            File.WriteAllBytes(path, Registry.Trail.Head(Audit));
            return path;
        }

        /// <summary>The backup, restored against that head, or put back by hand; with a new audit key, as a backup has no private keys.</summary>
        public Restored Restore(string? head)
        {
            string target = Path.Combine(_directory.Path, "restored");
            Records.Databases.Restore(Path.Combine(_directory.Path, "backup.zip"), target);
            DatabaseSource source = Records.Databases.Open(target);
            source.Prepare();
            if (head is not null)
            {
                DeviceFirmware.Fleet.Restore.Run(source, Time, [AuditWalk.ReadHead(head, Audit.PublicKey)], null);
            }

            return new Restored(source, AuditKey.Open(target), Time);
        }

        public void Dispose()
        {
            Registry.Dispose();
            Audit.Dispose();
            _directory.Dispose();
        }
    }

    /// <summary>What came out of a backup, served.</summary>
    private sealed class Restored : IDisposable
    {
        private readonly DatabaseSource _source;
        private readonly AuditKey _key;
        private readonly SteppedTime _time;
        private readonly DecisionLog _log;
        private int _told;

        public Restored(DatabaseSource source, AuditKey key, SteppedTime time)
        {
            (_source, _key, _time, _log) = (source, key, time, new DecisionLog(TextWriter.Null, time));
            _log.Written += entry => _told += entry.Event == RestoreWatch.Kind ? 1 : 0;
            Registry = new DeviceRegistry(source, time, _log);
            Heads = Open();
        }

        public DeviceRegistry Registry { get; }

        public HeldHeads Heads { get; }

        public int Told => _told;

        public HeldHeads Open() => new(_source, Registry.Trail, _key, _time, _log);

        public RestoreStatus Status() => new RestoreHistory(_source).Status();

        public void Dispose()
        {
            Registry.Dispose();
            _key.Dispose();
        }
    }

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Now.Ticks;
    }
}
