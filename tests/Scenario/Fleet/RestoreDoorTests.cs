using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Fleet;
using DeviceFirmware.Tools;
using DeviceFirmware.Trust;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>A restored database: what was used up or taken away since the backup stays so.</summary>
[TestClass]
public sealed class RestoreDoorTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AClaimThatWasUsedSinceIsNotUsedAgain(bool withEntries)
    {
        using Bench bench = new();
        ClaimRequest request = new("north", RandomNumberGenerator.GetBytes(ClaimRequest.CodeSize), RandomNumberGenerator.GetBytes(ClaimRequest.NonceSize));
        byte[] answer = ClaimAnswer.Sign(request, bench.Key);
        bench.Open(request);
        bench.Backup();
        string head = bench.Head();
        Assert.IsNull(bench.Registry.Bind(bench.Check(bench.Registry, bench.Claims, answer).Proven!).Refusal);
        if (withEntries)
        {
            head = bench.Head();
        }

        bench.Restore(head, withEntries);
        using DeviceRegistry restored = bench.OpenRestored(out ClaimStore claims);
        Assert.AreEqual(withEntries ? (DeviceState.Active, "north") : (DeviceState.Shipped, ""), (restored.Find("board-a")!.State, restored.Find("board-a")!.Tenant));
        Assert.AreEqual("claim-cancelled", bench.Check(restored, claims, answer).Token);
    }

    [TestMethod]
    public void WhatWasTakenAwaySinceStaysAway()
    {
        using Bench bench = new();
        Records.Bring(bench.Registry, "moved", DeviceState.Active, null);
        Records.Bring(bench.Registry, "given-up", DeviceState.Active, null);
        Records.Bring(bench.Registry, "erased", DeviceState.Active, null);
        Records.Bring(bench.Registry, "copied", DeviceState.Active, null);
        foreach (string id in new[] { "moved", "given-up", "erased", "copied" })
        {
            Assert.IsNull(bench.Registry.Assign(id, "north", Actor.Operator).Refusal);
        }

        Owners owners = new(bench.Source, bench.Registry, TimeProvider.System);
        foreach (string id in new[] { "moved", "given-up", "erased", "copied" })
        {
            Assert.IsNull(bench.Registry.AddLocal(Local(id)).Refusal);
        }

        foreach (string id in new[] { "moved", "given-up", "copied" })
        {
            bench.Set(id);
        }

        string reference = owners.Set(bench.Registry.Find("erased")!, "Ada Lovelace", "ada@example.org", Actor.Operator).Value!.Reference;
        string key = bench.Keys.Create("lost", ApiRoles.Operator, "north").Value!.Key.Id;
        bench.Backup();
        Assert.IsNull(bench.Registry.Assign("moved", "south", Actor.Operator).Refusal);
        Assert.IsNull(bench.Registry.ChangeState("given-up", DeviceState.Shipped, Actor.Owner, "given up").Refusal);
        Assert.IsNull(bench.Registry.EndLocal("copied", Fingerprint("copied"), "its key was copied", Actor.Operator).Refusal);
        Assert.IsNull(owners.Erase(reference, null, Actor.Operator).Refusal);
        Assert.IsNull(bench.Keys.Revoke(key).Refusal);
        bench.Restore(bench.Head(), withEntries: true);

        using DeviceRegistry restored = bench.OpenRestored(out _);
        Assert.AreEqual("", restored.Find("moved")!.Tenant, "whose it is now, the audit does not say; north's it is no more");
        Assert.AreEqual((DeviceState.Shipped, ""), (restored.Find("given-up")!.State, restored.Find("given-up")!.Tenant));
        Assert.IsNotNull(restored.Local("moved", Fingerprint("moved"))!.EndedAt, "it speaks for north");
        Assert.IsNotNull(restored.Local("given-up", Fingerprint("given-up"))!.EndedAt);
        Assert.IsNull(restored.Local("erased", Fingerprint("erased"))!.EndedAt);
        Assert.IsNotNull(restored.Local("copied", Fingerprint("copied"))!.EndedAt, "ended alone");
        using DatabaseSource source = Records.Databases.Open(bench.Target);
        SettingsStore settings = new(source);
        Assert.AreEqual((8L, "{}"), (settings.Find("moved")!.Version, settings.Find("moved")!.Members), "north's");
        Assert.AreEqual((8L, "{}"), (settings.Find("given-up")!.Version, settings.Find("given-up")!.Members));
        Assert.AreEqual(7, settings.Find("copied")!.Version);
        Assert.AreEqual("unknown-owner", new Owners(source, restored, TimeProvider.System).Export(reference, null).Refusal?.Token);
        Assert.IsNull(restored.Find("erased")!.Owner);
        Assert.IsTrue(restored.Audit(0, 100, "erased").All(entry => entry.Reason is null or ""));
        Assert.IsTrue(new ApiKeys(source, TimeProvider.System).List().All(row => row.RevokedAt is not null));
    }

    [TestMethod]
    public void WhatWasRevokedOrQuarantinedSinceStaysSo()
    {
        using Bench bench = new();
        Records.Bring(bench.Registry, "a", DeviceState.Active, null);
        Records.Bring(bench.Registry, "b", DeviceState.Active, null);
        foreach (string id in new[] { "a", "b" })
        {
            Assert.IsNull(bench.Registry.Assign(id, "north", Actor.Operator).Refusal);
            Assert.IsNull(bench.Registry.AddLocal(Local(id)).Refusal);
        }

        bench.Backup();
        Assert.IsNull(bench.Registry.ChangeState("a", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        Assert.IsNull(bench.Registry.ChangeState("b", DeviceState.Quarantined, Actor.Operator, "odd").Refusal);
        Assert.AreEqual("older-than-head", bench.Refused(bench.Head()));
        bench.Restore(bench.Head(), withEntries: true);
        using DeviceRegistry restored = bench.OpenRestored(out _);
        Assert.AreEqual(DeviceState.Revoked, restored.Find("a")!.State);
        Assert.AreEqual((DeviceState.Quarantined, DeviceState.Active), (restored.Find("b")!.State, restored.Find("b")!.StateBefore));
        Assert.IsNotNull(restored.Local("a", Fingerprint("a"))!.EndedAt, "revoked with its device");
        Assert.IsNull(restored.Local("b", Fingerprint("b"))!.EndedAt, "a quarantine is reversible");
        Assert.AreEqual("restored", restored.Audit(0, 1000, null)[^1].Kind);
    }

    [TestMethod]
    public void WhatIsNotInTheAuditRefuses()
    {
        using Bench bench = new();
        bench.Backup();
        Records.Bring(bench.Registry, "late", DeviceState.Manufactured, null);
        Assert.AreEqual("cannot-do-again", bench.Refused(bench.Head(), withEntries: true));
    }

    [TestMethod]
    public void EntriesOfAnotherHistoryRefuse()
    {
        using Bench bench = new();
        using Bench other = new();
        bench.Backup();
        bench.Restore(bench.Head(), withEntries: false);
        string twin;
        using (DeviceRegistry forked = bench.OpenRestored(out _))
        {
            // From the same beginning, and without the revocation.
            Assert.IsNull(forked.ChangeState("board-a", DeviceState.Quarantined, Actor.Operator, "odd").Refusal);
            twin = bench.Entries(forked);
        }

        Directory.Delete(bench.Target, recursive: true);
        Assert.IsNull(bench.Registry.ChangeState("board-a", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        Assert.IsNull(other.Registry.ChangeState("board-a", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        Assert.AreEqual("audit-fork", bench.Refused(bench.Head(), other.Entries()));
        Assert.AreEqual("audit-fork", bench.Refused(bench.Head(), twin));
    }

    private static string Fingerprint(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("operational certificate of " + id)));

    private static DeviceCertificate Local(string id) => new()
    {
        Sha256 = Fingerprint(id),
        DeviceId = id,
        PublicKeyHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes("operational key of " + id))),
        Kind = CertificateKind.Ldevid,
        RegisteredAt = DateTime.UtcNow,
        NotAfter = DateTime.UtcNow.AddDays(30),
        Tenant = "north",
    };

    /// <summary>A registry with one shipped device whose key is here, and what is made of it.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly AuditKey _audit;

        public Bench()
        {
            Directory.CreateDirectory(Data);
            Source = Records.Databases.Open(Data);
            Registry = Records.Open(Source);
            Claims = new ClaimStore(Source);
            Keys = new ApiKeys(Source, TimeProvider.System);
            _audit = AuditKey.Open(Data);
            Dictionary<string, string> record = Records.Record("board-a");
            record["publicKeyHash"] = Convert.ToHexStringLower(Key.PublicKey.KeyHash());
            Assert.IsNull(Records.Import(Registry, record).Refusal);
            Assert.IsNull(Registry.ChangeState("board-a", DeviceState.Shipped, Actor.Factory, "a test").Refusal);
        }

        public HostKey Key { get; } = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

        public DatabaseSource Source { get; }

        public DeviceRegistry Registry { get; }

        public ClaimStore Claims { get; }

        public ApiKeys Keys { get; }

        public string Target => Path.Combine(_directory.Path, "restored");

        private string Data => Path.Combine(_directory.Path, "data");

        private string Zip => Path.Combine(_directory.Path, "backup.zip");

        public void Open(ClaimRequest request)
        {
            DateTime now = DateTime.UtcNow;
            Assert.IsTrue(Claims.Add(
                new Claim
                {
                    Code = Convert.ToHexStringLower(request.Code),
                    DeviceId = "board-a",
                    Tenant = request.Tenant,
                    Identity = "key:" + Keys.Create("the owner", ApiRoles.Operator, request.Tenant).Value!.Key.Id,
                    Address = "-",
                    Nonce = Convert.ToHexStringLower(request.Nonce),
                    OpenedAt = now,
                    ExpiresAt = now + Claim.Duration,
                },
                now));
        }

        public ClaimCheck Check(DeviceRegistry registry, ClaimStore claims, byte[] answer) =>
            ProvenClaim.Check(answer, registry.Find("board-a")!, claims.Find, DateTime.UtcNow);

        public void Set(string id)
        {
            DateTime now = DateTime.UtcNow;
            new SettingsStore(Source).Change(id, _ => new DeviceSettings { DeviceId = id, Version = 7, Members = """{"pin":4}""", SetAt = now, AnsweredAt = now }, null, now);
        }

        public void Backup() => Records.Databases.Backup(Data, Zip);

        public string Head()
        {
            string path = Path.Combine(_directory.Path, Guid.NewGuid().ToString("N"));
            File.WriteAllBytes(path, Registry.Trail.Head(_audit));
            return path;
        }

        public string Entries(DeviceRegistry? of = null)
        {
            string entries = Path.Combine(_directory.Path, Guid.NewGuid().ToString("N"));
            using FileStream file = File.Create(entries);
            AuditFile.WriteAsync(file, (of ?? Registry).Trail.Entries(0)).Wait();
            return entries;
        }

        public void Restore(string head, bool withEntries) => Restore(head, withEntries ? Entries() : null);

        public string Refused(string head, bool withEntries = false) => Refused(head, withEntries ? Entries() : null);

        public string Refused(string head, string? entries)
        {
            string token = Assert.ThrowsExactly<ToolFailure>(() => Restore(head, entries)).Message.Split(": ")[1];
            Directory.Delete(Target, recursive: true);
            return token;
        }

        private void Restore(string head, string? entries)
        {
            Records.Databases.Restore(Zip, Target);
            using DatabaseSource source = Records.Databases.Open(Target);
            source.Prepare();
            DeviceFirmware.Fleet.Restore.Run(source, TimeProvider.System, [AuditWalk.ReadHead(head, _audit.PublicKey)], entries);
        }

        public DeviceRegistry OpenRestored(out ClaimStore claims)
        {
            DatabaseSource source = Records.Databases.Open(Target);
            claims = new ClaimStore(source);
            return Records.Open(source);
        }

        public void Dispose()
        {
            Registry.Dispose();
            _audit.Dispose();
            _directory.Dispose();
        }
    }
}
