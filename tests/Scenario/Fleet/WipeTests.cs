using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What the fleet does about receipts of wipes, and about boards that say they are in quarantine.</summary>
[TestClass]
public sealed partial class WipeTests
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<(string Id, string Name, byte[] Payload)> _sent = [];
    private readonly DecisionLog _log = new(TextWriter.Null, TimeProvider.System);
    private readonly DeviceRegistry _registry;
    private readonly OrderStore _orders;
    private readonly LedgerStore _store;
    private readonly ReceiptHandler _handler;
    private readonly StoredKey _key = Key(1);
    private readonly byte[] _order = Orders.Make(OrderVerb.Wipe, Order.TextArguments("sold"));
    private readonly byte[] _other = Orders.Make(OrderVerb.Report, []);

    public WipeTests()
    {
        DatabaseSource source = DatabaseSource.Sqlite(_directory.Path);
        _registry = new DeviceRegistry(source, TimeProvider.System, _log);
        _orders = new OrderStore(source);
        _store = new LedgerStore(source);
        _handler = new ReceiptHandler(_registry, _store, _orders, TimeProvider.System, _log, SendAsync, _ => Task.CompletedTask);
        Dictionary<string, string> record = Records.Record("board-a");
        record["publicKeyHash"] = Convert.ToHexStringLower(_key.PublicKey.KeyHash());
        Assert.IsNull(Records.Import(_registry, record).Refusal);
        Assert.IsNull(_registry.ChangeState("board-a", DeviceState.Shipped, Actor.Factory, "a test").Refusal);
        Assert.IsNull(_registry.ChangeState("board-a", DeviceState.Claimed, Actor.Owner, "a test").Refusal);
        Assert.IsNull(_registry.ChangeState("board-a", DeviceState.Active, Actor.Device, "a test").Refusal);
        Carry(_order, OrderVerb.Wipe);
        Carry(_other, OrderVerb.Report);
    }

    [TestCleanup]
    public void Cleanup()
    {
        _registry.Dispose();
        _directory.Dispose();
    }

    [TestMethod]
    public async Task AReceiptRetiresTheDeviceAndIsKept()
    {
        byte[] message = Receipt(_order).Sign(_key);
        Assert.IsNull(await TakeAsync(message));
        Assert.AreEqual(DeviceState.Retired, _registry.Find("board-a")!.State);
        HeldReceipt held = _store.Receipt(_registry.Find("board-a")!.PublicKeyHash)!;
        CollectionAssert.AreEqual(message, held.Message);
        CollectionAssert.AreEqual(Sha256.Hash(_order), _sent.Single().Payload);
        Assert.IsNull(await TakeAsync(message), "once more, because the answer got lost");
        Assert.HasCount(2, _sent);
    }

    [TestMethod]
    public async Task OnlyTheDevicesOwnWordAboutItsOwnOrderCounts()
    {
        byte[] changed = Receipt(_order).Sign(_key);
        changed[^1] ^= 1;
        Assert.IsNotNull(await TakeAsync(changed));
        Assert.IsNull(await TakeAsync(Receipt(_order).Sign(Key(2))), "another key");
        Assert.IsNull(await TakeAsync(Receipt(_other).Sign(_key)), "not an order to wipe");
        Assert.IsNull(await TakeAsync(Receipt([1, 2, 3]).Sign(_key)), "an order that was never carried");
        Assert.AreEqual(DeviceState.Active, _registry.Find("board-a")!.State);
        Assert.IsEmpty(_sent);
        string[] tokens = [.. _log.After(0, 100).Where(entry => entry.Event == "denied").Select(entry => entry.Field("token"))];
        CollectionAssert.AreEqual(new[] { "other-key", "no-such-order", "no-such-order" }, tokens);
    }

    private static WipeReceipt Receipt(byte[] order) => new(Sha256.Hash(order), new ChainPosition(4, new byte[32]), 1000, "sold", false);

    private Task<string?> TakeAsync(byte[] message) => _handler.ReceiveAsync(new DeviceMessage("board-a", "requests/receipt", message));

    private Task SendAsync(string id, string name, byte[] payload)
    {
        _sent.Add((id, name, payload));
        return Task.CompletedTask;
    }

    private void Carry(byte[] order, string verb)
    {
        _orders.Put(new SentOrder
        {
            DeviceId = "board-a",
            Sha256 = Convert.ToHexStringLower(Sha256.Hash(order)),
            Message = order,
            Verb = verb,
            Sequence = 1,
            AcceptedAt = DateTime.UtcNow,
        });
    }

    private static StoredKey Key(byte seed)
    {
        byte[] scalar = new byte[32];
        scalar[31] = seed;
        scalar[0] = 1;
        return new StoredKey(P256PrivateKey.Import(scalar));
    }
}
