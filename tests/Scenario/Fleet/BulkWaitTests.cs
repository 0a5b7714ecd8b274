using DeviceFirmware.Fleet;
using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>While a change of many devices is being written: who waits for it, and how. The writing is held up by a transaction of somebody else.</summary>
[TestClass]
public sealed class BulkWaitTests
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(10);

    [TestMethod]
    public async Task WhoReadsDoesNotWaitAndWhoWritesHoldsNoThread()
    {
        using TemporaryDirectory directory = new();
        using (DeviceRegistry before = Records.Open(DatabaseSource.Sqlite(directory.Path)))
        {
            Records.Bring(before, "a", DeviceState.Active, null);
            Records.Bring(before, "b", DeviceState.Revoked, null);
        }

        using DeviceRegistry registry = Records.Open(DatabaseSource.Sqlite(directory.Path));
        BulkChange change = new() { Filter = new DeviceFilter { Batch = "b1" }, Kind = BulkKind.Quarantine, Reason = "recall" };
        BulkResult preview = registry.Change(change, Actor.Operator).Value!;
        Probe stores = new("stores", true);
        Probe passes = new("passes", false);
        DeviceMessages messages = new([stores, passes], registry, new DecisionLog(TextWriter.Null, TimeProvider.System));
        Assert.IsTrue(registry.Calm.IsCompleted);

        Task<Outcome<BulkResult>> writing;
        Task waiting;
        using (SqliteConnection other = new($"Data Source={Path.Combine(directory.Path, "fleet.db")}"))
        {
            other.Open();
            using SqliteTransaction held = other.BeginTransaction();
            writing = Task.Run(() => registry.Change(change with { Confirm = preview.Digest }, Actor.Operator));
            while (registry.Calm.IsCompleted)
            {
                Assert.IsFalse(writing.IsCompleted, "it could not begin");
                await Task.Delay(10);
            }

            Assert.AreEqual(DeviceState.Revoked, (await Task.Run(() => registry.Find("b")).WaitAsync(_soon))!.State, "read for the first time");
            Assert.IsEmpty(await Task.Run(() => registry.Locals("b")).WaitAsync(_soon), "read for the first time");
            Assert.AreEqual(1, (await Task.Run(() => registry.Change(change, Actor.Operator)).WaitAsync(_soon)).Value!.Changing, "a preview reads");
            waiting = messages.ReceiveAsync("a", "devices/a/stores", []);
            await messages.ReceiveAsync("a", "devices/a/passes", []).WaitAsync(_soon);
            Assert.IsFalse(writing.IsCompleted);
            Assert.AreEqual((0, 1), (stores.Received, passes.Received));
        }

        Assert.IsTrue((await writing.WaitAsync(_soon)).Value!.Done);
        await waiting.WaitAsync(_soon);
        Assert.IsTrue(registry.Calm.IsCompleted);
        Assert.AreEqual((1, 1), (stores.Received, passes.Received));
        Assert.AreEqual(DeviceState.Quarantined, registry.Find("a")!.State);
    }

    private sealed class Probe(string topic, bool stores) : ITopicHandler
    {
        public string Topic => topic;

        public bool Stores => stores;

        public int Received { get; private set; }

        public Task<string?> ReceiveAsync(DeviceMessage message)
        {
            Received++;
            return Task.FromResult<string?>(null);
        }
    }
}
