using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>All 49 pairs of states: who may make each transition, in the registry itself and not only in the table.</summary>
[TestClass]
public sealed class TransitionTests
{
    // Rows from, columns to: F factory, O operator, W owner, D device, L fleet, - nobody.
    private static readonly string[] _expected =
    [
        //                manufactured shipped claimed active quarantined revoked retired
        "manufactured     -            FO      -       -      -           FO      FO",
        "shipped          -            -       W       -      OL          O       -",
        "claimed          -            W       -       D      OWL         OW      OWD",
        "active           -            W       -       -      OWL         OW      OWD",
        "quarantined      -            O       O       O      -           OW      OWD",
        "revoked          -            -       -       -      -           -       O",
        "retired          -            -       -       -      -           -       -",
    ];

    /// <summary>The pairs as data.</summary>
    private static IEnumerable<(DeviceState From, DeviceState To, string Who)> Pairs()
    {
        DeviceState[] states = Enum.GetValues<DeviceState>();
        foreach (string row in _expected)
        {
            string[] cells = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            DeviceState from = Enum.Parse<DeviceState>(cells[0], ignoreCase: true);
            for (int i = 0; i < states.Length; i++)
            {
                yield return (from, states[i], cells[i + 1]);
            }
        }
    }

    /// <summary>In one registry: what took the time was making forty-nine of them.</summary>
    [TestMethod]
    public void EveryPairForEveryActor()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        int pairs = 0;
        foreach ((DeviceState from, DeviceState to, string who) in Pairs())
        {
            pairs++;
            foreach (Actor actor in Enum.GetValues<Actor>())
            {
                string what = $"{from} to {to} by {actor}";
                string id = $"{DeviceRegistry.Word(from)}-{DeviceRegistry.Word(to)}-{(int)actor}";
                Records.Bring(registry, id, from, to);
                int before = registry.Audit(0, 100, id).Count;
                Outcome<Device> outcome = registry.ChangeState(id, to, actor, "a test");
                bool expected = who.Contains("FOWDL"[(int)actor]);
                Assert.AreEqual(expected, outcome.Refusal is null, $"{what}: {outcome.Refusal}");
                Assert.AreEqual(expected ? to : from, registry.Find(id)!.State, what);

                IReadOnlyList<AuditEntry> audit = registry.Audit(0, 100, id);
                Assert.HasCount(expected ? before + 1 : before, audit, what);
                if (expected)
                {
                    AuditEntry last = audit[^1];
                    Assert.AreEqual((from, to, actor, "a test"), (last.From!.Value, last.To, last.Actor, last.Reason), what);
                }
                else
                {
                    Assert.AreEqual(who == "-" ? "transition-refused" : "actor-refused", outcome.Refusal!.Token, what);
                }
            }
        }

        Assert.AreEqual(49, pairs);
    }

    [TestMethod]
    public void ReleaseLeadsBackToTheStateBeforeAndNoFurther()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "board-a", DeviceState.Shipped, null);
        Assert.IsNull(registry.ChangeState("board-a", DeviceState.Quarantined, Actor.Operator, "odd").Refusal);
        Assert.AreEqual("not-the-state-before", registry.ChangeState("board-a", DeviceState.Active, Actor.Operator, "skip").Refusal!.Token);
        Assert.AreEqual(DeviceState.Shipped, registry.Release("board-a", Actor.Operator, "fine").Value!.State);
        Assert.AreEqual("not-quarantined", registry.Release("board-a", Actor.Operator, "again").Refusal!.Token);
    }

    [TestMethod]
    [DataRow(DeviceState.Manufactured, false)]
    [DataRow(DeviceState.Shipped, true)]
    [DataRow(DeviceState.Claimed, true)]
    [DataRow(DeviceState.Active, true)]
    [DataRow(DeviceState.Quarantined, true)]
    [DataRow(DeviceState.Revoked, false)]
    [DataRow(DeviceState.Retired, false)]
    public void WhoMayConnect(DeviceState state, bool expected)
    {
        Assert.AreEqual(expected, PolicyTable.MayConnect(state));
    }

    [TestMethod]
    public void AContactMakesAClaimedDeviceActiveAndAShippedOneNot()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "board-b", DeviceState.Shipped, null);
        registry.Contacted("board-b");
        Assert.AreEqual(DeviceState.Shipped, registry.Find("board-b")!.State);
        Assert.IsNotNull(registry.Find("board-b")!.LastContact);
        Records.Bring(registry, "board-a", DeviceState.Claimed, null);
        registry.Contacted("board-a");
        Device device = registry.Find("board-a")!;
        Assert.AreEqual(DeviceState.Active, device.State);
        Assert.IsNotNull(device.LastContact);
        Assert.AreEqual(Actor.Device, registry.Audit(0, 10, "board-a")[^1].Actor);
    }

    [TestMethod]
    public void NothingButChangeStateChangesAState()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "board-a", DeviceState.Manufactured, null);
        Records.Bring(registry, "board-b", DeviceState.Manufactured, null);
        Assert.ThrowsExactly<InvalidOperationException>(() => registry.Store("board-a", device => device with { State = DeviceState.Active }));
        Assert.ThrowsExactly<InvalidOperationException>(() => registry.Store("board-a", device => device with { Id = "board-b" }));
        Assert.AreEqual(DeviceState.Manufactured, registry.Find("board-a")!.State);
    }

    [TestMethod]
    public void AReasonHasAnEnd()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "board-a", DeviceState.Manufactured, null);
        Assert.AreEqual("bad-reason", registry.ChangeState("board-a", DeviceState.Shipped, Actor.Operator, new string('x', 257)).Refusal!.Token);
        Assert.IsNull(registry.ChangeState("board-a", DeviceState.Shipped, Actor.Operator, new string('x', 256)).Refusal);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("two\nlines")]
    public void AReasonIsDemanded(string reason)
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "board-a", DeviceState.Manufactured, null);
        Assert.AreEqual("bad-reason", registry.ChangeState("board-a", DeviceState.Shipped, Actor.Operator, reason).Refusal!.Token);
    }
}
