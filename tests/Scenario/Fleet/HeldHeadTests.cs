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
        Assert.AreEqual(0, bench.Registry.Losses.Open);
        Assert.IsNull(bench.Registry.Losses.NewRight());
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
        Assert.AreEqual(3, restored.Registry.Losses.Open);
        AuditEntry told = restored.Registry.Audit(0, 1000, null)[^1];
        Assert.AreEqual((RestoreWatch.Kind, ""), (told.Kind, told.DeviceId), "it says nothing against the device that brought it");
        Assert.AreEqual(DeviceState.Active, restored.Registry.Find("d")!.State);

        // Another start knows what was told.
        HeldHeads again = restored.Open();
        Assert.AreEqual(3, restored.Registry.Losses.Open);
        again.TakeBack("b", newest);
        Assert.AreEqual(2, restored.Told);
    }

    [TestMethod]
    public void BetweenProofAndAcceptanceNobodyGetsANewRight()
    {
        using Bench bench = new();
        Records.Bring(bench.Registry, "shipped", DeviceState.Shipped, null);
        foreach (string id in new[] { "a", "b", "c" })
        {
            Assert.IsNull(bench.Registry.Assign(id, "north", Actor.Operator).Refusal);
        }

        Assert.IsNull(bench.Registry.AddLocal(Local("a", 1)).Refusal);
        Assert.IsNull(bench.Registry.ChangeState("b", DeviceState.Quarantined, Actor.Operator, "odd").Refusal);
        bench.Backup();
        string old = bench.HeadFile();
        bench.Change("d");
        byte[] newest = bench.Heads.Give();
        bench.Time.Now += TimeSpan.FromHours(1);
        using Restored restored = bench.Restore(old);
        DeviceRegistry registry = restored.Registry;
        Assert.AreEqual("nothing-lost", registry.Losses.Accept(Name(newest), "before anybody knows", Actor.Operator).Refusal!.Token);
        Assert.IsNull(registry.AddLocal(Local("c", 1)).Refusal);
        Assert.IsNull(registry.EndLocal("c", Local("c", 1).Sha256, "its key was copied", Actor.Operator).Refusal);
        Assert.AreEqual(HeadVerdict.Missing, restored.Heads.TakeBack("a", newest));

        Outcome<Device> released = registry.Release("b", Actor.Operator, "well");
        Assert.AreEqual((RestoreWatch.Kind, 409), (released.Refusal!.Token, released.Refusal.Status));
        Assert.Contains("fleet restore accept", released.Refusal.Text);
        Assert.AreEqual(RestoreWatch.Kind, registry.ChangeState("b", DeviceState.Active, Actor.Operator, "well").Refusal!.Token);
        BulkChange bulk = new() { Filter = new DeviceFilter { State = DeviceState.Quarantined }, Kind = BulkKind.Release, Reason = "well" };
        Assert.AreEqual(1, registry.Change(bulk, Actor.Operator).Value!.Refused[RestoreWatch.Kind]);
        Assert.AreEqual(RestoreWatch.Kind, registry.ChangeState("shipped", DeviceState.Claimed, Actor.Owner, "mine").Refusal!.Token);
        Assert.AreEqual(RestoreWatch.Kind, registry.Assign("a", "south", Actor.Owner).Refusal!.Token);
        Assert.AreEqual(RestoreWatch.Kind, registry.AddLocal(Local("c", 2)).Refusal!.Token, "its only one was ended");
        Assert.AreEqual(RestoreWatch.Kind, registry.MayEnrol("c")!.Token);

        // What takes away goes on, and what was there; a certificate that has run out was not ended by anybody.
        Assert.IsNull(registry.MayEnrol("a"));
        Assert.IsNull(registry.AddLocal(Local("a", 2)).Refusal);
        bench.Time.Now += TimeSpan.FromDays(40);
        Assert.IsNull(registry.MayEnrol("a"));
        Assert.IsNull(registry.ChangeState("shipped", DeviceState.Quarantined, Actor.Operator, "odd").Refusal);
        Assert.IsNull(registry.Assign("c", "", Actor.Operator).Refusal);
        Assert.IsNull(registry.ChangeState("c", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        Assert.IsNull(registry.ChangeState("b", DeviceState.Retired, Actor.Operator, "broken").Refusal);

        Assert.AreEqual("bad-reason", registry.Losses.Accept(Name(newest), "", Actor.Operator).Refusal!.Token);
        Assert.AreEqual("bad-reason", registry.Losses.Accept(Name(newest), "a\nb", Actor.Operator).Refusal!.Token);
        Assert.AreEqual("bad-reason", registry.Losses.Accept(Name(newest), new string('x', 257), Actor.Operator).Refusal!.Token);
        Assert.AreEqual("head-differs", registry.Losses.Accept(Name(restored.Heads.Give()), "another", Actor.Operator).Refusal!.Token);
        Assert.IsGreaterThan(0L, registry.Losses.Open);
        Assert.IsNull(registry.Losses.Accept(Name(newest), "d is revoked again", Actor.Operator).Refusal);
        Assert.AreEqual(("accepted", 0L), (restored.Status().Verdict, registry.Losses.Open));
        AuditEntry entry = registry.Audit(0, 1000, null)[^1];
        Assert.AreEqual(("loss-accepted", Actor.Operator, ""), (entry.Kind, entry.Actor, entry.DeviceId));
        Assert.EndsWith("d is revoked again", entry.Reason!);
        Assert.Contains(Name(newest), entry.Reason!);
        Assert.IsNull(registry.Release("shipped", Actor.Operator, "well").Refusal);
        Assert.IsNull(registry.ChangeState("shipped", DeviceState.Claimed, Actor.Owner, "mine").Refusal);
        Assert.IsNull(registry.Assign("a", "south", Actor.Owner).Refusal);
    }

    [TestMethod]
    public void AnAcceptanceIsOfOneLossAndOfNoLaterProof()
    {
        using Bench bench = new();
        bench.Backup();
        string old = bench.HeadFile();
        bench.Change("a");
        byte[] earlier = bench.Heads.Give();
        bench.Time.Now += TimeSpan.FromMinutes(1);
        bench.Change("c");
        byte[] newest = bench.Heads.Give();
        bench.Time.Now += TimeSpan.FromHours(1);
        using Restored restored = bench.Restore(old);
        restored.Heads.TakeBack("b", earlier);
        Assert.AreEqual("head-differs", restored.Registry.Losses.Accept(Name(newest), "nobody has shown it", Actor.Operator).Refusal!.Token);
        Assert.IsNull(restored.Registry.Losses.Accept(Name(earlier), "a", Actor.Operator).Refusal);
        Assert.AreEqual("nothing-lost", restored.Registry.Losses.Accept(Name(earlier), "a", Actor.Operator).Refusal!.Token);

        // The same again is no news, at this start and the next; more is.
        restored.Heads.TakeBack("d", earlier);
        Assert.AreEqual(("accepted", 1), (restored.Status().Verdict, restored.Told));
        HeldHeads again = restored.Open();
        Assert.IsNull(restored.Registry.Losses.NewRight());
        again.TakeBack("d", earlier);
        Assert.AreEqual(1, restored.Told);
        again.TakeBack("d", newest);
        Assert.AreEqual(("behind", 2), (restored.Status().Verdict, restored.Told));
        Assert.IsNotNull(restored.Registry.Losses.NewRight());
        Assert.AreEqual("head-differs", restored.Registry.Losses.Accept(Name(earlier), "a", Actor.Operator).Refusal!.Token);
        Assert.AreEqual(Name(newest), restored.Status().HeadSha256);
        Assert.IsNull(restored.Status().AcceptedAt);
        Assert.IsNull(restored.Registry.Losses.Accept(Name(newest), "a and c", Actor.Operator).Refusal);
        restored.Heads.TakeBack("b", earlier);
        Assert.IsNull(restored.Registry.Losses.NewRight(), "less than what was accepted");
    }

    private static string Name(byte[] head) => Convert.ToHexStringLower(SHA256.HashData(head));

    private static DeviceCertificate Local(string id, int number)
    {
        return new DeviceCertificate
        {
            Sha256 = Records.Hash($"operational certificate {number} of {id}"),
            DeviceId = id,
            PublicKeyHash = Records.Hash($"operational key {number} of {id}"),
            Kind = CertificateKind.Ldevid,
            RegisteredAt = new DateTime(2026, 11, 23, 10, 0, 0, DateTimeKind.Utc),
            NotAfter = new DateTime(2026, 12, 23, 10, 0, 0, DateTimeKind.Utc),
            Tenant = "north",
        };
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

            Heads = new HeldHeads(Source, Registry, Audit, Time, new DecisionLog(_said, Time));
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
            Heads = Open();
        }

        public DeviceRegistry Registry { get; private set; } = null!;

        public HeldHeads Heads { get; }

        public int Told => _told;

        public HeldHeads Open()
        {
            Registry = new DeviceRegistry(_source, _time, _log);
            return new HeldHeads(_source, Registry, _key, _time, _log);
        }

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
