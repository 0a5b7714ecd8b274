using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The certificates of a device over its life, in the registry alone: which one is meant, and what ends which.</summary>
[TestClass]
public sealed class CertificateEndTests
{
    [TestMethod]
    public void OfSeveralTheShownOneIsMeantAndNoneIsForgotten()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Ready(directory, "a", "b");
        DateTime now = DateTime.UtcNow;
        DeviceCertificate over = Issue(registry, "a", 1, now.AddDays(-40), now.AddDays(-1));
        DeviceCertificate first = Issue(registry, "a", 2, now.AddDays(-20), now.AddDays(10));
        DeviceCertificate second = Issue(registry, "a", 3, now, now.AddDays(30));
        Assert.AreEqual(first.PublicKeyHash, registry.Local("a", first.Sha256)!.PublicKeyHash);
        Assert.AreEqual(second.PublicKeyHash, registry.Local("a", second.Sha256)!.PublicKeyHash);
        Assert.AreEqual("expired", registry.Local("a", over.Sha256)!.EndReason);
        Assert.IsNull(registry.Local("b", first.Sha256), "another's");
        Assert.IsNull(registry.Local("a", registry.Find("a")!.CertificateSha256), "the initial one is none of these");

        Assert.IsTrue(registry.Shown("a", first.Sha256));
        Assert.IsTrue(registry.Shown("a", second.Sha256));
        Assert.IsFalse(registry.Shown("b", second.Sha256));
        Assert.AreEqual(second.Sha256, registry.Find("a")!.OperationalSha256);
        Assert.AreEqual("", registry.Find("b")!.OperationalSha256);
        Assert.AreEqual("changed-meanwhile", registry.AddLocal(Certificate("b", 3, now, now.AddDays(30))).Refusal!.Token, "a key is one device's for ever");
        Assert.AreEqual("key-known", Records.Import(registry, new Dictionary<string, string>(Records.Record("c")) { ["publicKeyHash"] = over.PublicKeyHash }).Refusal!.Token);
        CollectionAssert.AreEqual(
            new[] { over.Sha256, first.Sha256, second.Sha256 },
            registry.Certificates("a").Where(c => c.Kind == CertificateKind.Ldevid).Select(c => c.Sha256).ToArray());
    }

    [TestMethod]
    public void WhatEndsADeviceEndsItsOperationalCertificatesAlone()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Ready(directory, "revoked", "moved", "kept", "given-up", "bulk", "bulk-kept");
        DateTime now = DateTime.UtcNow;
        foreach (string id in new[] { "revoked", "moved", "kept", "given-up", "bulk", "bulk-kept" })
        {
            Issue(registry, id, 1, now, now.AddDays(30));
            Issue(registry, id, 2, now, now.AddDays(30));
            Assert.IsTrue(registry.Shown(id, registry.Locals(id)[0].Sha256));
            Assert.HasCount(2, registry.Locals(id), "in memory from here on");
        }

        Assert.HasCount(6, Ending(registry, now.AddDays(31)));
        Assert.IsEmpty(Ending(registry, now.AddDays(29)));

        Assert.IsNull(registry.ChangeState("revoked", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        Assert.IsNull(registry.Assign("moved", "south", Actor.Operator).Refusal);
        Assert.IsNull(registry.ChangeState("kept", DeviceState.Quarantined, Actor.Operator, "odd").Refusal);
        Assert.IsNull(registry.ChangeState("given-up", DeviceState.Shipped, Actor.Owner, "given up").Refusal);
        Bulk(registry, "bulk", BulkKind.Revoke);
        Bulk(registry, "bulk-kept", BulkKind.Quarantine);
        foreach ((string id, string? reason) in new[] { ("revoked", "revoked"), ("moved", "another tenant"), ("kept", null), ("given-up", "shipped"), ("bulk", "revoked"), ("bulk-kept", (string?)null) })
        {
            IReadOnlyList<DeviceCertificate> locals = registry.Locals(id);
            Assert.HasCount(2, locals);
            Assert.IsTrue(locals.All(c => c.EndedAt is null == reason is null && c.EndReason == (reason ?? "")), id);
            Assert.IsNull(registry.Certificates(id).Single(c => c.Kind == CertificateKind.Idevid).EndedAt, "the initial one is for life; the state says no");
            Assert.AreEqual(reason is null, registry.Find(id)!.OperationalEndsAt is not null, id);
        }

        CollectionAssert.AreEqual(new[] { "bulk-kept", "kept" }, Ending(registry, now.AddDays(31)), "in order; the others end no more");
    }

    [TestMethod]
    public void OneIsEndedAloneAndOnlyAsItsOwnDevices()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Ready(directory, "a", "b");
        DateTime now = DateTime.UtcNow;
        DeviceCertificate over = Issue(registry, "a", 1, now.AddDays(-40), now.AddDays(-1));
        DeviceCertificate kept = Issue(registry, "a", 2, now, now.AddDays(30));
        DeviceCertificate copied = Issue(registry, "a", 3, now, now.AddDays(30));
        Assert.AreEqual("unknown-certificate", registry.EndLocal("b", copied.Sha256, "not its own", Actor.Operator).Refusal!.Token);
        Assert.AreEqual("initial-certificate", registry.EndLocal("a", registry.Find("a")!.CertificateSha256, "for life", Actor.Operator).Refusal!.Token);
        Assert.AreEqual("certificate-ended", registry.EndLocal("a", over.Sha256, "by itself", Actor.Operator).Refusal!.Token);
        Assert.IsTrue(registry.Shown("a", copied.Sha256));
        Assert.HasCount(1, Ending(registry, now.AddDays(31)));
        Assert.IsNull(registry.EndLocal("a", copied.Sha256, "its key was copied", Actor.Operator).Refusal);
        Assert.IsEmpty(Ending(registry, now.AddDays(31)));
        Assert.IsNull(registry.Find("a")!.OperationalEndsAt);
        Assert.AreEqual("certificate-ended", registry.EndLocal("a", copied.Sha256, "twice", Actor.Operator).Refusal!.Token);
        Assert.AreEqual("its key was copied", registry.Local("a", copied.Sha256)!.EndReason);
        Assert.IsNull(registry.Local("a", kept.Sha256)!.EndedAt);
        Assert.IsTrue(registry.Shown("a", kept.Sha256));
        Assert.HasCount(1, Ending(registry, now.AddDays(31)));
    }

    private static string[] Ending(DeviceRegistry registry, DateTime before)
    {
        return [.. registry.List("", 100, new DeviceFilter { EndsBefore = before }).Select(device => device.Id)];
    }

    private static void Bulk(DeviceRegistry registry, string id, BulkKind kind)
    {
        BulkChange change = new() { Filter = new DeviceFilter { Batch = "batch of " + id }, Kind = kind, Reason = "recall" };
        Assert.IsTrue(registry.Change(change with { Confirm = registry.Change(change, Actor.Operator).Value!.Digest }, Actor.Operator).Value!.Done);
    }

    private static DeviceRegistry Ready(TemporaryDirectory directory, params string[] ids)
    {
        DeviceRegistry registry = Records.Open(directory);
        foreach (string id in ids)
        {
            Assert.IsNull(Records.Import(registry, new Dictionary<string, string>(Records.Record(id)) { ["batch"] = "batch of " + id }).Refusal);
            Assert.IsNull(registry.ChangeState(id, DeviceState.Shipped, Actor.Factory, "a test").Refusal);
            Assert.IsNull(registry.ChangeState(id, DeviceState.Claimed, Actor.Owner, "a test").Refusal);
            Assert.IsNull(registry.Assign(id, "north", Actor.Operator).Refusal);
        }

        return registry;
    }

    private static DeviceCertificate Issue(DeviceRegistry registry, string id, int number, DateTime from, DateTime until)
    {
        DeviceCertificate issued = Certificate(id, number, from, until);
        Assert.IsNull(registry.AddLocal(issued).Refusal);
        return issued;
    }

    private static DeviceCertificate Certificate(string id, int number, DateTime from, DateTime until)
    {
        return new DeviceCertificate
        {
            Sha256 = Records.Hash($"operational certificate {number} of {id}"),
            DeviceId = id,
            PublicKeyHash = Records.Hash($"operational key {number} of {(number == 3 ? "a" : id)}"),
            Kind = CertificateKind.Ldevid,
            RegisteredAt = from,
            NotAfter = until,
            Tenant = "north",
        };
    }
}
