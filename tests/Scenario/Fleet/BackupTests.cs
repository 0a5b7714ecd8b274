using System.Text;
using System.Text.Json;
using DeviceFirmware.Fleet;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Backup and restore: nothing that was taken away comes back. Owners: what names them goes, the chain stays.</summary>
[TestClass]
public sealed class BackupTests
{
    [TestMethod]
    public void ABackupComesBackAsItWas()
    {
        using Workbench bench = new();
        bench.Change("a", DeviceState.Revoked);
        bench.Backup();
        Assert.AreEqual(0, bench.Restore(bench.Head()));
        using DeviceRegistry restored = bench.OpenRestored();
        Assert.AreEqual(DeviceState.Revoked, restored.Find("a")!.State);
        Assert.AreEqual(DeviceState.Active, restored.Find("b")!.State);
    }

    [TestMethod]
    public void WhatWasRevokedSinceDoesNotComeBack()
    {
        using Workbench bench = new();
        bench.Backup();
        bench.Change("a", DeviceState.Revoked);
        bench.Change("b", DeviceState.Quarantined);
        byte[] head = bench.Head();
        Assert.AreEqual("older-than-head", bench.Refused(() => bench.Restore(head)));
        Assert.AreEqual(2, bench.Restore(head, bench.Entries()));
        using DeviceRegistry restored = bench.OpenRestored();
        Assert.AreEqual(DeviceState.Revoked, restored.Find("a")!.State);
        Assert.AreEqual((DeviceState.Quarantined, DeviceState.Active), (restored.Find("b")!.State, restored.Find("b")!.StateBefore!.Value));
        Assert.AreEqual(ChainVerdict.Accepted, bench.Verdict(restored, head));
    }

    [TestMethod]
    public void WhatCannotBeDoneAgainRefusesTheRestore()
    {
        using Workbench bench = new();
        bench.Backup();
        Records.Import(bench.Registry, Records.Record("late"));
        Assert.AreEqual("cannot-do-again", bench.Refused(() => bench.Restore(bench.Head(), bench.Entries())));
    }

    [TestMethod]
    public void EntriesOfAnotherHistoryAreNone()
    {
        using Workbench bench = new();
        using Workbench other = new();
        bench.Backup();
        bench.Change("a", DeviceState.Revoked);
        other.Change("a", DeviceState.Quarantined);
        Assert.AreEqual("audit-fork", bench.Refused(() => bench.Restore(bench.Head(), other.Entries())));
    }

    [TestMethod]
    public async Task ADatabaseThatWasPutBackIsNotServed()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a");
        await host.StopAsync();
        File.Copy(host.PathOf("data/fleet.db"), host.PathOf("old.db"));
        await host.RestartAsync();
        await host.PostAsync("devices/board-a/state", new { state = "revoked", reason = "stolen", actor = "operator" });
        await host.StopAsync();
        File.Copy(host.PathOf("data/fleet.db"), host.PathOf("new.db"));
        File.Copy(host.PathOf("old.db"), host.PathOf("data/fleet.db"), overwrite: true);
        ToolFailure failure = await Assert.ThrowsExactlyAsync<ToolFailure>(host.RestartAsync);
        Assert.StartsWith("refused: rolled-back: ", failure.Message);
        File.Copy(host.PathOf("new.db"), host.PathOf("data/fleet.db"), overwrite: true);
        await host.RestartAsync();
    }

    [TestMethod]
    public async Task AnOwnerIsExportedAndErasedAndTheChainStays()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a");
        (int status, JsonElement owner) = await host.PostAsync("devices/board-a/owner", new { name = "Ada Lovelace", contact = "ada@example.org" });
        Assert.AreEqual(200, status, owner.ToString());
        string reference = owner.GetProperty("reference").GetString()!;
        await host.PostAsync("devices/board-a/state", new { state = "quarantined", reason = "Ada asked", actor = "operator" });
        (_, JsonElement export) = await host.GetAsync($"owners/{reference}");
        Assert.AreEqual("Ada Lovelace", export.GetProperty("owner").GetProperty("name").GetString());
        Assert.Contains("Ada asked", export.ToString());
        using HttpClient south = host.NewCaller(ApiRoles.Operator, "south");
        using HttpResponseMessage foreign = await south.GetAsync($"owners/{reference}");
        Assert.AreEqual(System.Net.HttpStatusCode.NotFound, foreign.StatusCode);

        ChainPosition before = host.Server.Registry.Trail.End();
        (status, _) = await host.PostAsync($"owners/{reference}/erase", Encoding.UTF8.GetBytes(""));
        Assert.AreEqual(200, status);
        (status, _) = await host.GetAsync($"owners/{reference}");
        Assert.AreEqual(404, status);
        (_, JsonElement audit) = await host.GetAsync("audit");
        Assert.DoesNotContain("Ada", audit.ToString());
        Assert.AreEqual(before.Sequence + 1, AuditWalk.Walk(host.Server.Registry.Trail.Entries(0), []).Sequence);
        Assert.AreEqual(DeviceState.Quarantined, host.Server.Registry.Find("board-a")!.State);
    }

    /// <summary>A registry with two active devices, its audit key, and what is made of it.</summary>
    private sealed class Workbench : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();
        private readonly AuditKey _key;
        private int _restored;

        public Workbench()
        {
            Directory.CreateDirectory(Data);
            Registry = new DeviceRegistry(DatabaseSource.Sqlite(Data), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System));
            Records.Bring(Registry, "a", DeviceState.Active, null);
            Records.Bring(Registry, "b", DeviceState.Active, null);
            _key = AuditKey.Open(Data);
        }

        public DeviceRegistry Registry { get; }

        private string Data => Path.Combine(_directory.Path, "data");

        private string Zip => Path.Combine(_directory.Path, "backup.zip");

        private string Target => Path.Combine(_directory.Path, $"restored{_restored}");

        public void Change(string id, DeviceState to)
        {
            Assert.IsNull(Registry.ChangeState(id, to, Actor.Operator, "a test").Refusal);
        }

        public void Backup()
        {
            BackupFile.Write(Data, Zip);
        }

        public byte[] Head()
        {
            return Registry.Trail.Head(_key);
        }

        public string Entries()
        {
            string path = Path.Combine(_directory.Path, Guid.NewGuid().ToString("N"));
            using FileStream file = File.Create(path);
            AuditFile.WriteAsync(file, Registry.Trail.Entries(0)).Wait();
            return path;
        }

        public int Restore(byte[] head, string? entries = null)
        {
            _restored++;
            BackupFile.Unpack(Zip, Target);
            using DatabaseSource source = DatabaseSource.Sqlite(Target);
            source.Prepare();
            return DeviceFirmware.Fleet.Restore.Run(source, TimeProvider.System, [ChainHead.Read(head, _key.PublicKey)!], entries);
        }

        public DeviceRegistry OpenRestored()
        {
            return new DeviceRegistry(DatabaseSource.Sqlite(Target), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System));
        }

        public string Refused(Action action)
        {
            return Assert.ThrowsExactly<ToolFailure>(action).Message.Split(": ")[1];
        }

        public ChainVerdict Verdict(DeviceRegistry registry, byte[] head)
        {
            ChainVerifier verifier = new(AuditKey.Chain, ChainPosition.Start(AuditKey.Chain), AuditBody.MaximumBytes);
            verifier.Expect(ChainHead.Read(head, _key.PublicKey)!);
            foreach (byte[] entry in registry.Trail.Entries(0))
            {
                verifier.Take(entry);
            }

            return verifier.End();
        }

        public void Dispose()
        {
            Registry.Dispose();
            _key.Dispose();
            _directory.Dispose();
        }
    }
}
