using DeviceFirmware.Fleet;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The audit: a chain of which nothing can be taken, changed or hidden past a head that somebody else holds.</summary>
[TestClass]
public sealed class AuditTests
{
    [TestMethod]
    public void EveryChangeIsInTheChainWithIdentityAndAddress()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Import(registry, Records.Record("a"));
        Account who = new(Actor.Operator, "key:0123456789ab", "192.0.2.7");
        Assert.IsNull(registry.ChangeState("a", DeviceState.Revoked, who, "stolen").Refusal);
        AuditEntry last = registry.Audit(0, 10, "a")[^1];
        Assert.AreEqual(
            (DeviceState.Manufactured, DeviceState.Revoked, "key:0123456789ab", "192.0.2.7", "stolen"),
            (last.From, last.To, last.Identity, last.Address, last.Reason));
        ChainPosition end = AuditWalk.Walk(registry.Trail.Entries(0), []);
        Assert.IsTrue(end.IsSameAs(registry.Trail.End()));
        Assert.AreEqual(2, end.Sequence);
    }

    [TestMethod]
    public void ARefusedChangeLeavesNoEntry()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Import(registry, Records.Record("a"));
        Assert.IsNotNull(registry.ChangeState("a", DeviceState.Active, Actor.Operator, "x").Refusal);
        Assert.AreEqual(1, registry.Trail.End().Sequence);
    }

    [TestMethod]
    [DataRow("UPDATE \"AuditChain\" SET \"Encoded\" = zeroblob(10) WHERE \"Sequence\" = 2", "audit-malformed")]
    [DataRow("DELETE FROM \"AuditChain\" WHERE \"Sequence\" = 2", "audit-gap")]
    [DataRow("DELETE FROM \"AuditChain\" WHERE \"Sequence\" = 3", "audit-behind")]
    [DataRow("UPDATE \"AuditChain\" SET \"Encoded\" = (SELECT \"Encoded\" FROM \"AuditChain\" WHERE \"Sequence\" = 1) WHERE \"Sequence\" = 2", "audit-gap")]
    public void WhatWasTamperedWithIsSeen(string sql, string token)
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "a", DeviceState.Claimed, null);
        using AuditKey key = AuditKey.Open(directory.Path);
        ChainHead head = ChainHead.Read(registry.Trail.Head(key), key.PublicKey)!;
        Assert.AreEqual(3, AuditWalk.Walk(registry.Trail.Entries(0), [head]).Sequence);
        Execute(directory, sql);
        ToolFailure failure = Assert.ThrowsExactly<ToolFailure>(() => AuditWalk.Walk(registry.Trail.Entries(0), [head]));
        Assert.StartsWith($"refused: {token}: ", failure.Message);
    }

    [TestMethod]
    public void AnotherHistoryOfTheSameLengthIsAFork()
    {
        using TemporaryDirectory directory = new();
        using TemporaryDirectory other = new();
        using DeviceRegistry registry = Records.Open(directory);
        using DeviceRegistry twin = Records.Open(other);
        Records.Bring(registry, "a", DeviceState.Claimed, null);
        Records.Bring(twin, "a", DeviceState.Claimed, null);
        using AuditKey key = AuditKey.Open(directory.Path);
        ChainHead head = ChainHead.Read(registry.Trail.Head(key), key.PublicKey)!;
        Assert.StartsWith("refused: audit-fork: ", Assert.ThrowsExactly<ToolFailure>(() => AuditWalk.Walk(twin.Trail.Entries(0), [head])).Message);
        using AuditKey stranger = AuditKey.Open(other.Path);
        Assert.IsNull(ChainHead.Read(registry.Trail.Head(key), stranger.PublicKey), "another key's head is none");
    }

    [TestMethod]
    public void WhatNamesAPersonStandsOutsideAndCanGo()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Import(registry, Records.Record("a"), Records.Record("b"));
        registry.ChangeState("a", DeviceState.Revoked, new Account(Actor.Operator, "key:1", "192.0.2.7"), "for Ada Lovelace");
        registry.ChangeState("b", DeviceState.Revoked, Actor.Operator, "another");
        foreach (byte[] entry in registry.Trail.Entries(0))
        {
            string text = System.Text.Encoding.Latin1.GetString(entry);
            Assert.DoesNotContain("Ada", text);
            Assert.DoesNotContain("192.0.2.7", text);
        }

        Assert.IsNull(registry.Trail.WrongDetail());
        Assert.AreEqual(2, registry.Trail.Erase("a", Account.Command("test")));
        Assert.IsTrue(registry.Audit(0, 10, "a").Where(entry => entry.Kind != "details-erased").All(entry => entry.Reason is null && entry.Address is null));
        Assert.AreEqual("another", registry.Audit(0, 10, "b")[^1].Reason);
        Assert.AreEqual(5, AuditWalk.Walk(registry.Trail.Entries(0), []).Sequence, "the chain is what it was");
        Assert.IsNull(registry.Trail.WrongDetail());
    }

    [TestMethod]
    public void AChangedReasonIsSeen()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Import(registry, Records.Record("a"));
        Execute(directory, "UPDATE \"AuditDetails\" SET \"Fields\" = replace(\"Fields\", 'imported', 'smuggled')");
        Assert.AreEqual("reason or address of entry 1 was changed", registry.Trail.WrongDetail());
    }

    [TestMethod]
    public void TheRowsOfBeforeAreInTheChain()
    {
        using TemporaryDirectory directory = new();
        Records.Open(directory).Dispose();
        Execute(directory, """
            INSERT INTO "Audit" ("At", "DeviceId", "Actor", "From", "To", "Reason") VALUES ('2026-11-22 10:00:01', 'a', 'Factory', NULL, 'Manufactured', 'imported'),
                ('2026-11-22 10:00:02', 'a', 'Operator', 'Manufactured', 'Revoked', 'stolen')
            """);
        using DeviceRegistry registry = Records.Open(directory);
        AuditEntry last = registry.Audit(0, 10, "a")[^1];
        Assert.AreEqual(("adopted", DeviceState.Revoked, "stolen", 2L), (last.Kind, last.To, last.Reason, last.Number));
        Assert.AreEqual(new DateTime(2026, 11, 22, 10, 0, 2, DateTimeKind.Utc), last.At);
        using DeviceRegistry again = Records.Open(directory);
        Assert.AreEqual(2, again.Trail.End().Sequence);
    }

    private static void Execute(TemporaryDirectory directory, string sql)
    {
        using DatabaseSource source = DatabaseSource.Sqlite(directory.Path);
        using FleetDatabase database = source.Open();
        database.Database.ExecuteSqlRaw(sql);
    }
}
