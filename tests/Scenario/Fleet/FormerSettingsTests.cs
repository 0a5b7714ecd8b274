using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Connect;
using DeviceFirmware.Fleet;
using DeviceFirmware.Trust;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What a tenant has set, when the device becomes another's: gone from the database, and under way off the board.</summary>
[TestClass]
public sealed class FormerSettingsTests
{
    private static readonly byte[] _secret = Encoding.UTF8.GetBytes("""{"network":"north's","password":"pear"}""");

    [TestMethod]
    public void EachChangeOfTheTenantEndsThemAndTheNumberRises()
    {
        using Bench bench = new();
        Assert.AreEqual(1, bench.Set(_secret));
        Assert.IsNull(bench.Desk.AnsweredAsync("a", new SettingsAnswer(1, SettingsAnswer.Refused, "password: pear is too short", 0)).Result);
        Assert.AreEqual(2, bench.Set(_secret));
        bench.Registry.Store("a", told => told with { LastEvent = "settings", LastVerdict = "refused", LastReason = "password: pear is too short" });

        Assert.IsNull(bench.Registry.ChangeState("a", DeviceState.Quarantined, Actor.Owner, "Ms Miller owes").Refusal);
        Assert.IsNull(bench.Registry.Release("a", Actor.Operator, "Ms Miller has paid").Refusal);
        Assert.IsNull(bench.Registry.Assign("a", "south", Actor.Operator).Refusal);
        bench.IsEmpty(3);
        Device device = bench.Registry.Find("a")!;
        Assert.AreEqual((DeviceState.Claimed, "another tenant"), (device.State, device.StateReason));
        Assert.AreEqual(("", "", ""), (device.LastEvent, device.LastVerdict, device.LastReason), "it may be of what was set");

        // The board answers what north had sent; that changes nothing any more.
        Assert.IsNull(bench.Desk.AnsweredAsync("a", new SettingsAnswer(2, SettingsAnswer.Accepted, "", 2)).Result);
        bench.IsEmpty(3);
        Assert.AreEqual(4, bench.Set(_secret));
        Assert.IsNull(bench.Registry.Assign("a", "south", Actor.Operator).Refusal);
        Assert.AreEqual(4, bench.Desk.Find("a")!.Version, "the same tenant");
        Assert.IsNull(bench.Desk.AnsweredAsync("a", new SettingsAnswer(4, SettingsAnswer.Refused, "password: pear is too short", 0)).Result);

        Assert.IsNull(bench.Registry.ChangeState("a", DeviceState.Shipped, Actor.Owner, "given up").Refusal);
        bench.IsEmpty(5);
        Assert.AreEqual(6, bench.Set(_secret), "by who runs the fleet");
        bench.Claim("west");
        Assert.AreEqual("west", bench.Registry.Find("a")!.Tenant);
        bench.IsEmpty(7);
        Assert.IsNull(bench.Registry.Assign("a", "north", Actor.Operator).Refusal);
        bench.IsEmpty(7);
        Assert.IsNull(bench.Registry.ChangeState("a", DeviceState.Quarantined, Actor.Operator, "odd").Refusal);
        Assert.AreEqual(8, bench.Set(_secret));
        Assert.IsNull(bench.Registry.Release("a", Actor.Operator, "well").Refusal);
        Assert.AreEqual(8, bench.Desk.Find("a")!.Version, "a quarantine is no other tenant");
        Assert.IsNull(bench.Desk.Find("b"), "nothing was ever set");
        Assert.IsNull(bench.Registry.Assign("b", "south", Actor.Operator).Refusal);
        Assert.IsNull(bench.Desk.Find("b"));
    }

    [TestMethod]
    public void WhatTheFormerTenantSetsMeanwhileIsNotSet()
    {
        using Bench bench = new();
        Device before = bench.Registry.Find("a")!;
        Assert.IsNull(bench.Registry.Assign("a", "south", Actor.Operator).Refusal);
        Assert.AreEqual("unknown-device", bench.Desk.SetAsync(before, _secret, Actor.Operator).Result.Refusal!.Token);
        Assert.IsNull(bench.Desk.Find("a"));
        Assert.IsEmpty(bench.Sent);
    }

    [TestMethod]
    public void ABoardThatIsAheadIsFollowed()
    {
        using Bench bench = new();
        Assert.AreEqual(1, bench.Set(_secret));
        Assert.IsNull(bench.Registry.Assign("a", "south", Actor.Operator).Refusal);
        Assert.IsNull(bench.Desk.AnsweredAsync("a", new SettingsAnswer(2, SettingsAnswer.NotNewer, "the last was 41", 41)).Result);
        Assert.AreEqual((42L, 0), (SettingsDocument.Decode(bench.Sent[^1])!.Version, SettingsDocument.Decode(bench.Sent[^1])!.Count));

        // And one that has no number left keeps what it has; nobody is shown it.
        Assert.AreEqual(43, bench.Set(_secret));
        Assert.IsNull(bench.Desk.AnsweredAsync("a", new SettingsAnswer(43, SettingsAnswer.Accepted, "", SettingsDocument.MaximumVersion)).Result);
        Assert.IsNull(bench.Registry.Assign("a", "north", Actor.Operator).Refusal);
        Assert.AreEqual((43L, "{}"), (bench.Desk.Find("a")!.Version, bench.Desk.Find("a")!.Members));
        Assert.IsNotNull(bench.Desk.Find("a")!.AnsweredAt, "nothing to wait for");
    }

    /// <summary>Two devices of north, one of them with a key, and the desk.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly HostKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        private readonly ClaimStore _claims;

        public Bench()
        {
            DatabaseSource source = Records.Databases.Open(_directory.Path);
            Registry = Records.Open(source);
            _claims = new ClaimStore(source);
            Desk = new DeviceSettingsDesk(Registry, new SettingsStore(source), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System), (_, _, bytes) =>
            {
                Sent.Add(bytes);
                return Task.CompletedTask;
            });
            foreach (string id in new[] { "a", "b" })
            {
                Dictionary<string, string> record = Records.Record(id);
                record["publicKeyHash"] = id == "a" ? Convert.ToHexStringLower(_key.PublicKey.KeyHash()) : record["publicKeyHash"];
                Assert.IsNull(Records.Import(Registry, record).Refusal);
                Assert.IsNull(Registry.ChangeState(id, DeviceState.Shipped, Actor.Factory, "a test").Refusal);
                Assert.IsNull(Registry.ChangeState(id, DeviceState.Claimed, Actor.Owner, "a test").Refusal);
                Assert.IsNull(Registry.Assign(id, "north", Actor.Operator).Refusal);
            }
        }

        public DeviceRegistry Registry { get; }

        public DeviceSettingsDesk Desk { get; }

        public List<byte[]> Sent { get; } = [];

        public long Set(byte[] json) => Desk.SetAsync(Registry.Find("a")!, json, Actor.Operator).Result.Value!.Version;

        /// <summary>Nothing is set any more, the device is to be told so, and what is sent holds nothing of what was.</summary>
        public void IsEmpty(long version)
        {
            DeviceSettings left = Desk.Find("a")!;
            Assert.AreEqual((version, "{}", "", ""), (left.Version, left.Members, left.Token, left.Reason));
            Assert.IsNull(left.AnsweredAt);
            Sent.Clear();
            Desk.ListeningAsync("a").Wait();
            SettingsDocument sent = SettingsDocument.Decode(Sent.Single())!;
            Assert.AreEqual((version, 0), (sent.Version, sent.Count));
        }

        public void Claim(string tenant)
        {
            DateTime now = DateTime.UtcNow;
            ClaimRequest request = new(tenant, RandomNumberGenerator.GetBytes(ClaimRequest.CodeSize), RandomNumberGenerator.GetBytes(ClaimRequest.NonceSize));
            Assert.IsTrue(_claims.Add(
                new Claim
                {
                    Code = Convert.ToHexStringLower(request.Code),
                    DeviceId = "a",
                    Tenant = tenant,
                    Identity = "key:test",
                    Address = "-",
                    Nonce = Convert.ToHexStringLower(request.Nonce),
                    OpenedAt = now,
                    ExpiresAt = now + DeviceFirmware.Fleet.Claim.Duration,
                },
                now));
            ClaimCheck check = ProvenClaim.Check(ClaimAnswer.Sign(request, _key), Registry.Find("a")!, _claims.Find, now);
            Assert.IsNull(Registry.Bind(check.Proven!).Refusal);
        }

        public void Dispose()
        {
            Registry.Dispose();
            _directory.Dispose();
        }
    }
}
