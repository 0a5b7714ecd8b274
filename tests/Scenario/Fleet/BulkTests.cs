using System.Text.Json;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Many devices at once: previewed, confirmed, all or none, and back again.</summary>
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
    public async Task LiveConnectionsEndAndATenantReachesItsOwnOnly()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        var first = await host.AddDeviceAsync("board-a");
        var second = await host.AddDeviceAsync("board-b");
        await host.PostAsync("devices/board-a/tenant", new { tenant = "north" });
        IMqttClient a = await host.ConnectAsync(first, "board-a");
        IMqttClient b = await host.ConnectAsync(second, "board-b");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        Dictionary<string, string> change = new()
        {
            ["state"] = "",
            ["batch"] = "b1",
            ["tenant"] = "",
            ["version"] = "",
            ["kind"] = "quarantine",
            ["reason"] = "odd",
            ["operation"] = "",
            ["confirm"] = "",
            ["rehearse"] = "",
        };
        async Task<JsonElement> AskAsync()
        {
            using HttpResponseMessage response = await north.PostAsync("devices/bulk", new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(change)));
            return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        }

        JsonElement preview = await AskAsync();
        Assert.AreEqual((1, 1), (preview.GetProperty("changing").GetInt32(), preview.GetProperty("connected").GetInt32()), preview.ToString());
        change["confirm"] = preview.GetProperty("digest").GetString()!;
        Assert.IsTrue((await AskAsync()).GetProperty("done").GetBoolean());
        Assert.IsFalse(host.Server.Broker.IsConnected("board-a") && a.IsConnected);
        Assert.IsTrue(b.IsConnected);
        change["confirm"] = "";
        change["batch"] = "";
        Assert.AreEqual("empty-filter", (await AskAsync()).GetProperty("token").GetString());
        change["tenant"] = "south";
        Assert.AreEqual("tenant-refused", (await AskAsync()).GetProperty("token").GetString());
    }
}
