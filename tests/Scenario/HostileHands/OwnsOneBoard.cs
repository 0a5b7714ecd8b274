using System.Security.Cryptography;
using DeviceFirmware.Fleet;
using DeviceFirmware.Ledger;
using DeviceFirmware.Scenario.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace DeviceFirmware.Scenario.HostileHands;

/// <summary>Who owns one board has its key and its certificate: that board, until it is revoked; no other.</summary>
[TestClass]
public sealed class OwnsOneBoard
{
    [TestMethod]
    public async Task ItIsThatBoardAndNoOther()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using FieldBoard stolen = await FieldBoard.StartAsync(host, "board-a");
        using FieldBoard other = await FieldBoard.StartAsync(host, "board-b");
        await other.HandOverAsync("provisioned", "boot");

        // As itself it may; in the other's name, on its topics, with its recorded words, it may not.
        await stolen.HandOverAsync("provisioned", "boot");
        Assert.AreEqual(MqttClientPublishReasonCode.NotAuthorized, (await stolen.Client.PublishAsync(FleetHost.Message("devices/board-b/status", "{}"))).ReasonCode);
        await host.ExpectAsync("denied", ("action", "publish"), ("device", "board-a"), ("resource", "topic:devices/board-b/status"));
        Assert.IsGreaterThanOrEqualTo(0x80, (int)(await stolen.Client.SubscribeAsync("devices/board-b/commands/#", MqttQualityOfServiceLevel.AtLeastOnce)).Items.Single().ResultCode);
        Assert.IsGreaterThanOrEqualTo(0x80, (int)(await stolen.Client.SubscribeAsync("devices/+/commands/#", MqttQualityOfServiceLevel.AtLeastOnce)).Items.Single().ResultCode);
        foreach ((string topic, byte[] payload) in other.Said)
        {
            await stolen.SayAsync(topic, payload);
        }

        await host.ExpectAsync("denied", ("action", "ledger"), ("device", "board-a"), ("token", "other-key"));
        Assert.AreNotEqual(MqttClientConnectResultCode.Success, await TryAsync(host, stolen, "board-b"));

        // It may tell its own ledger anew: the fleet holds the first, with the second's signature as evidence.
        BoardLedger second = BoardLedger.Load(new Storage.RecordStore(new Memory.MemoryFiles()), stolen.Key.PublicKey.KeyHash());
        second.Append([new LedgerEvent("boot", "another life", 1, null), new LedgerEvent("boot", "another life", 2, null)], 1_800_000_900, stolen.Key);
        await stolen.SayAsync("requests/ledger", new LedgerReport(stolen.Key.PublicKey.Encode(), second.Head(second.Last, 1_800_000_900, stolen.Key), [], [], []).Encode());
        await host.ExpectAsync("ledger-fork", ("device", "board-a"));

        // Revoked, it is out, and nobody else notices.
        await host.PostAsync("devices/board-a/state", new { state = "revoked", reason = "stolen", actor = "operator" });
        await FleetHost.UntilAsync(() => !stolen.Client.IsConnected);
        Assert.AreNotEqual(MqttClientConnectResultCode.Success, await TryAsync(host, stolen, "board-a"));
        Assert.IsTrue(other.Client.IsConnected);
        Assert.AreEqual(DeviceState.Active, host.Server.Registry.Find("board-b")!.State);
    }

    private static async Task<MqttClientConnectResultCode> TryAsync(FleetHost host, FieldBoard board, string id)
    {
        try
        {
            return await host.TryConnectAsync(host.NewClient(), board.Certificate, id);
        }
        catch (Exception refused) when (refused is MqttCommunicationException or OperationCanceledException)
        {
            return MqttClientConnectResultCode.NotAuthorized;
        }
    }
}
