using System.Text.Json;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The HTTP API: its bounds, and that each refusal says which.</summary>
[TestClass]
public sealed class ApiTests
{
    [TestMethod]
    [DataRow("devices/board-a/state", "{}", 422, "malformed-request")]
    [DataRow("devices/board-a/state", "{", 422, "malformed-request")]
    [DataRow("devices/board-a/state", """{"state":"party","reason":"x","actor":"operator"}""", 422, "unknown-state")]
    [DataRow("devices/board-a/state", """{"state":"5","reason":"x","actor":"operator"}""", 422, "unknown-state")]
    [DataRow("devices/board-a/state", """{"state":"Revoked","reason":"x","actor":"operator"}""", 422, "unknown-state")]
    [DataRow("devices/board-a/state", """{"state":"revoked","reason":"x","actor":"device"}""", 422, "unknown-actor")]
    [DataRow("devices/board-a/state", """{"state":"revoked","reason":"x","actor":"fleet"}""", 422, "unknown-actor")]
    [DataRow("devices/board-a/state", """{"state":"revoked","reason":"x","actor":"operator","force":"yes"}""", 422, "malformed-request")]
    [DataRow("devices/board-a/state", """{"state":"revoked","reason":"","actor":"operator"}""", 422, "bad-reason")]
    [DataRow("devices/board-a/state", """{"state":"retired","reason":"x","actor":"operator"}""", 409, "transition-refused")]
    [DataRow("devices/board-a/state", """{"state":"claimed","reason":"x","actor":"operator"}""", 409, "actor-refused")]
    [DataRow("devices/board-z/state", """{"state":"revoked","reason":"x","actor":"operator"}""", 404, "unknown-device")]
    [DataRow("devices/board-a/release", """{"reason":"x","actor":"operator"}""", 409, "not-quarantined")]
    [DataRow("devices/board-a/rollout", """{"image":"00"}""", 422, "not-an-order")]
    [DataRow("devices/import", "[]", 422, "malformed-manifest")]
    [DataRow("images", "no image", 422, "not-an-image")]
    [DataRow("nothing", "", 404, "no-such-resource")]
    public async Task RefusalsAreProblemDocuments(string path, string body, int status, string token)
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a", claimed: false);
        (int actual, JsonElement answer) = await host.PostAsync(path, System.Text.Encoding.UTF8.GetBytes(body));
        Assert.AreEqual((status, token), (actual, answer.GetProperty("token").GetString()), answer.ToString());
        Assert.IsFalse(string.IsNullOrEmpty(answer.GetProperty("detail").GetString()));
        Assert.AreEqual(DeviceState.Shipped, host.Server.Registry.Find("board-a")!.State);
    }

    [TestMethod]
    public async Task RequestsAreBounded()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        (int status, JsonElement answer) = await host.PostAsync("images", new byte[ImageStore.MaximumLength + 1]);
        Assert.AreEqual((413, "too-large"), (status, answer.GetProperty("token").GetString()));
        (status, answer) = await host.PostAsync("devices/board-a/state", new byte[100_000]);
        Assert.AreEqual((413, "too-large"), (status, answer.GetProperty("token").GetString()));
        (status, _) = await host.PostAsync("images", Images.Make("board-x", 1, 0, 0, ImageStore.MaximumLength - 100));
        Assert.AreEqual(200, status);
    }

    [TestMethod]
    public async Task AnImageSaysWhatItIs()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        byte[] image = Images.Make("esp32-x", 2, 3, 400, 1000);
        (_, JsonElement answer) = await host.PostAsync("images", image);
        Assert.AreEqual(
            ("2.3.400+0", "esp32-x", image.Length),
            (answer.GetProperty("version").GetString(), answer.GetProperty("boardType").GetString(), answer.GetProperty("length").GetInt32()));
        (int status, JsonElement again) = await host.PostAsync("images", image);
        Assert.AreEqual((200, answer.ToString()), (status, again.ToString()));
        image[8] = 0xFF;
        image[9] = 0xFF; // a header size past the end: no board type to read, still an image that a board can refuse
        (status, answer) = await host.PostAsync("images", image);
        Assert.AreEqual((200, ""), (status, answer.GetProperty("boardType").GetString()));
    }

    [TestMethod]
    public async Task ListsAuditAndLog()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a", claimed: false);
        await host.AddDeviceAsync("board-b", claimed: false);
        await host.PostAsync("devices/board-b/state", new { state = "revoked", reason = "a test", actor = "operator" });
        (_, JsonElement devices) = await host.GetAsync("devices");
        CollectionAssert.AreEqual(new[] { "board-a", "board-b" }, devices.EnumerateArray().Select(d => d.GetProperty("id").GetString()).ToArray());
        (_, devices) = await host.GetAsync("devices?state=revoked");
        Assert.AreEqual("board-b", devices[0].GetProperty("id").GetString());
        (_, devices) = await host.GetAsync("devices?after=board-a&limit=1");
        Assert.AreEqual("board-b", devices[0].GetProperty("id").GetString());
        (_, JsonElement audit) = await host.GetAsync("audit?device=board-b");
        CollectionAssert.AreEqual(new[] { "manufactured", "shipped", "revoked" }, audit.EnumerateArray().Select(e => e.GetProperty("to").GetString()).ToArray());
        Assert.EndsWith("Z", audit[0].GetProperty("at").GetString());
        (_, JsonElement log) = await host.GetAsync("log?after=4");
        Assert.AreEqual(5, log[0].GetProperty("number").GetInt64());
        Assert.AreEqual("state", log[0].GetProperty("event").GetString());
        (int status, _) = await host.GetAsync("devices?state=party");
        Assert.AreEqual(422, status);
    }
}
