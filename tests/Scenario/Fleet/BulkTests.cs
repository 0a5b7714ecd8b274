using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Many devices at once: previewed, confirmed, done whole, and back again.</summary>
[TestClass]
public sealed class BulkTests
{
    [TestMethod]
    public void APreviewIsConfirmedAndAReleaseUndoesThatOperationAlone()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "a", DeviceState.Active, null);
        Records.Bring(registry, "b", DeviceState.Shipped, null);
        Records.Bring(registry, "c", DeviceState.Revoked, null);
        Records.Bring(registry, "d", DeviceState.Quarantined, null);
        BulkChange change = new() { Filter = new DeviceFilter { Batch = "b1" }, Kind = BulkKind.Quarantine, Reason = "recall" };

        BulkResult preview = registry.Change(change, Actor.Operator).Value!;
        Assert.AreEqual((4, 2, false), (preview.Matched, preview.Changing, preview.Done));
        Assert.AreEqual(2, preview.Refused["transition-refused"]);
        Assert.AreEqual(DeviceState.Active, registry.Find("a")!.State, "a preview changes nothing");
        BulkResult rehearsed = registry.Change(change with { Rehearse = true }, Actor.Operator).Value!;
        Assert.IsFalse(rehearsed.Done);
        Assert.AreEqual(DeviceState.Active, registry.Find("a")!.State, "a rehearsal changes nothing");
        Assert.IsFalse(registry.Audit(0, 1000, "a").Any(entry => entry.To == DeviceState.Quarantined), "nor does it write into the audit");

        Assert.AreEqual("preview-differs", registry.Change(change with { Confirm = preview.Digest, Reason = "other" }, Actor.Operator).Refusal!.Token);
        Assert.IsTrue(registry.Change(change with { Confirm = preview.Digest }, Actor.Operator).Value!.Done);
        Assert.AreEqual((DeviceState.Quarantined, DeviceState.Quarantined), (registry.Find("a")!.State, registry.Find("b")!.State));
        Assert.AreEqual("preview-differs", registry.Change(change with { Confirm = preview.Digest }, Actor.Operator).Refusal!.Token, "once");
        Assert.AreEqual(DeviceState.Quarantined, registry.Audit(0, 1000, "a")[^1].To);

        BulkChange release = change with { Kind = BulkKind.Release, Operation = preview.Operation, Reason = "over" };
        BulkResult back = registry.Change(release, Actor.Operator).Value!;
        Assert.AreEqual(2, back.Changing, "the one that was quarantined before for another reason stays");
        Assert.IsTrue(registry.Change(release with { Confirm = back.Digest }, Actor.Operator).Value!.Done);
        Assert.AreEqual((DeviceState.Active, DeviceState.Shipped, DeviceState.Quarantined), (registry.Find("a")!.State, registry.Find("b")!.State, registry.Find("d")!.State));
    }

    [TestMethod]
    public void WhatADeviceBecameSinceThePreviewRefusesIt()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "a", DeviceState.Active, null);
        BulkChange change = new() { Filter = new DeviceFilter { Batch = "b1" }, Kind = BulkKind.Revoke, Reason = "recall" };
        BulkResult preview = registry.Change(change, Actor.Operator).Value!;
        Records.Bring(registry, "b", DeviceState.Active, null);
        Assert.AreEqual("preview-differs", registry.Change(change with { Confirm = preview.Digest }, Actor.Operator).Refusal!.Token);
        Assert.AreEqual(DeviceState.Active, registry.Find("a")!.State);
    }

    [TestMethod]
    public void AllDevicesAreNotMeantByAccident()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Assert.AreEqual("empty-filter", registry.Change(new BulkChange { Filter = new DeviceFilter(), Kind = BulkKind.Revoke, Reason = "x" }, Actor.Operator).Refusal!.Token);
        Assert.AreEqual(
            "bad-reason", registry.Change(new BulkChange { Filter = new DeviceFilter { Batch = "b1" }, Kind = BulkKind.Revoke, Reason = "" }, Actor.Operator).Refusal!.Token);
    }

    [TestMethod]
    public void WhoIsConnectedIsFirstAndOthersChangeBetweenTheParts()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = new(Records.Databases.Open(directory.Path), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System)) { BulkSize = 1 };
        foreach (string id in new[] { "a", "b", "c", "d" })
        {
            Records.Bring(registry, id, DeviceState.Active, null);
        }

        List<string> order = [];
        BulkReach reach = new(id => id == "d", changed =>
        {
            Assert.AreEqual(DeviceState.Quarantined, registry.Find(changed.Single())!.State, "in force before the next one");
            order.AddRange(changed);
            if (order.Count == 1)
            {
                Assert.IsNull(registry.ChangeState("a", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
                Assert.IsNull(registry.Assign("b", "north", Actor.Operator).Refusal);
            }
        });
        BulkChange change = new() { Filter = new DeviceFilter { Batch = "b1" }, Kind = BulkKind.Quarantine, Reason = "recall" };
        BulkResult preview = registry.Change(change, Actor.Operator, reach).Value!;
        Assert.AreEqual((4, 1, 0), (preview.Changing, preview.Connected, order.Count));
        Assert.AreEqual(4, registry.Change(change with { Rehearse = true }, Actor.Operator, reach).Value!.Changing);
        Assert.IsEmpty(order, "a rehearsal reaches nobody");
        BulkResult done = registry.Change(change with { Confirm = preview.Digest }, Actor.Operator, reach).Value!;
        Assert.AreEqual("d c", string.Join(' ', order), "what became something else meanwhile is not what was confirmed");
        Assert.AreEqual((true, 2), (done.Done, done.Left));
        Assert.AreEqual((DeviceState.Revoked, DeviceState.Active), (registry.Find("a")!.State, registry.Find("b")!.State));
    }

    [TestMethod]
    public void ConfirmedTwiceAtOnceItIsDoneOnce()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = new(Records.Databases.Open(directory.Path), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System)) { BulkSize = 1 };
        Records.Bring(registry, "a", DeviceState.Active, null);
        Records.Bring(registry, "b", DeviceState.Active, null);
        BulkChange change = new() { Filter = new DeviceFilter { Batch = "b1" }, Kind = BulkKind.Quarantine, Reason = "recall" };
        change = change with { Confirm = registry.Change(change, Actor.Operator).Value!.Digest };

        // The second is judged before the first has written anything, and decided after it was.
        BulkResult? first = null;
        BulkReach other = new(
            _ =>
            {
                first ??= registry.Change(change, Actor.Operator).Value;
                return false;
            },
            _ => { });
        BulkResult second = registry.Change(change, Actor.Operator, other).Value!;
        Assert.AreEqual((0, 2), (first!.Left, second.Left));
        Assert.AreEqual(1, registry.Audit(0, 1000, "a").Count(entry => entry.To == DeviceState.Quarantined));
        BulkReach death = new(_ => false, _ => throw new InvalidOperationException("the end"));
        BulkChange release = change with { Kind = BulkKind.Release, Operation = first.Operation, Confirm = "" };
        release = release with { Confirm = registry.Change(release, Actor.Operator).Value!.Digest };
        BulkReach between = new(
            _ =>
            {
                if (registry.Find("a")!.State == DeviceState.Quarantined)
                {
                    Assert.ThrowsExactly<InvalidOperationException>(() => registry.Change(release, Actor.Operator, death));
                }

                return false;
            },
            _ => { });
        Assert.AreEqual(1, registry.Change(release, Actor.Operator, between).Value!.Left, "what the first has left, the second does");
        Assert.AreEqual((DeviceState.Active, DeviceState.Active), (registry.Find("a")!.State, registry.Find("b")!.State));
    }

    [TestMethod]
    public void WhatAServerThatDiedHadDecidedTheNextOneDoes()
    {
        using TemporaryDirectory directory = new();
        using (DeviceRegistry dying = new(Records.Databases.Open(directory.Path), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System)) { BulkSize = 1 })
        {
            foreach (string id in new[] { "a", "b", "c" })
            {
                Records.Bring(dying, id, DeviceState.Active, null);
            }

            BulkChange change = new() { Filter = new DeviceFilter { Batch = "b1" }, Kind = BulkKind.Quarantine, Reason = "recall" };
            string digest = dying.Change(change, Actor.Operator).Value!.Digest;
            BulkReach death = new(_ => false, _ => throw new InvalidOperationException("the end"));
            Assert.ThrowsExactly<InvalidOperationException>(() => dying.Change(change with { Confirm = digest }, new Account(Actor.Operator, "key:k1", "192.0.2.7"), death));
            Assert.AreEqual((DeviceState.Quarantined, DeviceState.Active), (dying.Find("a")!.State, dying.Find("b")!.State));
            Assert.IsNull(dying.ChangeState("b", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        }

        StringWriter log = new();
        using (DeviceRegistry next = new(Records.Databases.Open(directory.Path), TimeProvider.System, new DecisionLog(log, TimeProvider.System)))
        {
            Assert.AreEqual(
                (DeviceState.Quarantined, DeviceState.Revoked, DeviceState.Quarantined), (next.Find("a")!.State, next.Find("b")!.State, next.Find("c")!.State));
            Assert.AreEqual(next.Find("a")!.StateReason, next.Find("c")!.StateReason);
            AuditEntry entry = next.Audit(0, 1000, "c")[^1];
            Assert.AreEqual(("key:k1", "192.0.2.7", DeviceState.Quarantined), (entry.Identity, entry.Address, entry.To));
            Assert.Contains("bulk-finished", log.ToString());
        }

        StringWriter quiet = new();
        using DeviceRegistry last = new(Records.Databases.Open(directory.Path), TimeProvider.System, new DecisionLog(quiet, TimeProvider.System));
        Assert.DoesNotContain("bulk-finished", quiet.ToString(), "once");
    }
}
