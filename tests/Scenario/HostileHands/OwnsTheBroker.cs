using System.Security.Cryptography;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Scenario.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using FleetOrders = DeviceFirmware.Scenario.Fleet.Orders;

namespace DeviceFirmware.Scenario.HostileHands;

/// <summary>
/// Who owns the broker speaks to the fleet in any device's name: here over those devices' own connections. What it recorded, it says again, in
/// anybody's name; what it would like to be true, it signs with a key of its own. What it does to boards is in HostileBrokerTests.
/// </summary>
[TestClass]
public sealed class OwnsTheBroker
{
    [TestMethod]
    public async Task WhatWasRecordedIsWorthNothingInAnybodysName()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using FieldBoard a = await FieldBoard.StartAsync(host, "board-a");
        using FieldBoard b = await FieldBoard.StartAsync(host, "board-b");
        await a.HandOverAsync("provisioned", "boot", "order");
        byte[] order = FleetOrders.Make(OrderVerb.Wipe, Order.TextArguments("sold"));
        await host.PostAsync("devices/board-b/orders", order);
        await FleetHost.UntilAsync(() => b.Heard.Any(message => message.Topic == "commands/order"));
        byte[] ofOther = new WipeReceipt(SHA256.HashData(order), a.Ledger.Last, 1_800_000_000, "sold", false).Sign(a.Key);

        // All of one board in the other's name, and once more in its own.
        foreach ((string topic, byte[] payload) in a.Said.ToArray())
        {
            await b.SayAsync(topic, payload);
            await a.SayAsync(topic, payload);
        }

        await host.ExpectAsync("denied", ("action", "ledger"), ("device", "board-b"), ("token", "other-key"));
        await b.SayAsync("requests/receipt", ofOther);
        await host.ExpectAsync("denied", ("action", "receipt"), ("device", "board-b"), ("token", "other-key"));
        await a.SayAsync("requests/receipt", ofOther);
        await host.ExpectAsync("denied", ("action", "receipt"), ("device", "board-a"), ("token", "no-such-order"));

        // Its own key under the device's public half; an answer to an order that was never sent.
        StoredKey own = new(P256PrivateKey.Import([.. Enumerable.Repeat((byte)7, 32)]));
        ChainHead head = new(a.Ledger.Chain, new ChainPosition(9, new byte[32]), 1_800_000_001);
        await a.SayAsync("requests/ledger", new LedgerReport(a.Key.PublicKey.Encode(), head.Encode(a.Key.PublicKey.KeyHash(), own.Sign(head.Digest(a.Key.PublicKey.KeyHash()))), [], [], []).Encode());
        await host.ExpectAsync("denied", ("action", "ledger"), ("device", "board-a"), ("token", "head-signature"));
        await a.SayAsync("requests/order", new OrderAnswer(new byte[32], "accepted", "").Encode());

        Assert.AreEqual(DeviceState.Active, host.Server.Registry.Find("board-a")!.State);
        Assert.AreEqual(DeviceState.Active, host.Server.Registry.Find("board-b")!.State);
        Assert.IsFalse(host.Server.Log.After(0, DecisionLog.Capacity).Any(entry => entry.Event is "ledger-fork" or "ledger-went-back" or "wiped"), "an honest board is not made a liar");

        // What it does own: telemetry is the broker's word.
        await a.SayAsync("telemetry", """{"deviceId":"board-a","tempC":99.5,"ts":"2026-11-22T10:00:00Z"}"""u8.ToArray());
        for (int i = 0; i < 400 && !(await host.GetAsync("devices/board-a/telemetry")).Answer.ToString().Contains("99.5", StringComparison.Ordinal); i++)
        {
            await Task.Delay(25);
        }

        Assert.Contains("99.5", (await host.GetAsync("devices/board-a/telemetry")).Answer.ToString());
    }
}
