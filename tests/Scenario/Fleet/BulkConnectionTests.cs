using System.Text.Json;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Many devices at once: their connections, and whose they are.</summary>
[TestClass]
public sealed class BulkConnectionTests
{
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
