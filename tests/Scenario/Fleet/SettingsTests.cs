using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Connect;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Settings of a device's application: set by the API, carried until answered.</summary>
[TestClass]
public sealed class SettingsTests
{
    [TestMethod]
    public async Task SettingsAreCarriedUntilTheyAreAnswered()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        X509Certificate2 certificate = await host.AddDeviceAsync("board-a");
        Assert.AreEqual(404, (await host.GetAsync("devices/board-a/settings")).Status);
        (int status, JsonElement set) = await host.PostAsync("devices/board-a/settings", Json("""{"pin":4,"rising":true,"member":"rain","low":-5}"""));
        Assert.AreEqual((200, 1), (status, set.GetProperty("version").GetInt32()));

        // Not answered: it comes with each connection.
        BlockingCollection<byte[]> messages = [];
        IMqttClient first = await ListenAsync(host, certificate, messages);
        SettingsDocument got = Next(messages);
        Assert.AreEqual((1L, 4, "rain", -5), (got.Version, got.Find("pin").Number, got.Find("member").Text, got.Find("low").Number));
        Assert.IsTrue(got.Find("rising").IsFlag);
        await first.DisconnectAsync();
        IMqttClient device = await ListenAsync(host, certificate, messages);
        Assert.AreEqual(1L, Next(messages).Version);

        await AnswerAsync(device, new SettingsAnswer(1, SettingsAnswer.Refused, "pin: GPIO 4 cannot be counted here", 0));
        await host.ExpectAsync("settings", ("device", "board-a"), ("state", "answered"), ("token", "refused"));
        JsonElement shown = (await host.GetAsync("devices/board-a/settings")).Answer;
        Assert.AreEqual(("refused", 0, 4), (shown.GetProperty("token").GetString(), shown.GetProperty("inForce").GetInt32(), shown.GetProperty("settings").GetProperty("pin").GetInt32()));

        // At once to a device that listens; a higher version each time, in the audit.
        await host.PostAsync("devices/board-a/settings", Json("{}"));
        Assert.AreEqual((2L, 0), Next(messages) is var second ? (second.Version, second.Count) : default);
        await AnswerAsync(device, new SettingsAnswer(2, SettingsAnswer.Accepted, "", 2));
        await host.ExpectAsync("settings", ("version", "2"), ("token", "accepted"), ("inForce", "2"));
        Assert.AreEqual(2, host.Server.Registry.Audit(0, 100, "board-a").Count(entry => entry.Kind == "settings"));
        await device.DisconnectAsync();
        await ListenAsync(host, certificate, messages);
        Assert.IsFalse(messages.TryTake(out _, TimeSpan.FromMilliseconds(300)), "answered: not sent again");
    }

    [TestMethod]
    public async Task AFleetThatIsBehindCatchesUp()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        X509Certificate2 certificate = await host.AddDeviceAsync("board-a");
        BlockingCollection<byte[]> messages = [];
        IMqttClient device = await ListenAsync(host, certificate, messages);
        await host.PostAsync("devices/board-a/settings", Json("""{"pin":4}"""));
        Assert.AreEqual(1L, Next(messages).Version);
        await AnswerAsync(device, new SettingsAnswer(1, SettingsAnswer.NotNewer, "the last was 41", 41));
        SettingsDocument again = Next(messages);
        Assert.AreEqual((42L, 4), (again.Version, again.Find("pin").Number));
        await AnswerAsync(device, new SettingsAnswer(42, SettingsAnswer.Accepted, "", 42));
        await host.ExpectAsync("settings", ("version", "42"), ("token", "accepted"));
    }

    [TestMethod]
    public async Task ANewOwnerNeitherReadsWhatTheOldOneSetNorDoesItReachTheBoard()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        X509Certificate2 certificate = await host.AddDeviceAsync("board-a");
        Assert.AreEqual(200, (await host.PostAsync("devices/board-a/tenant", new { tenant = "north" })).Status);
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        using HttpClient south = host.NewCaller(ApiRoles.Operator, "south");
        using HttpClient fleet = host.NewCaller(ApiRoles.Operator | ApiRoles.Auditor, null);
        BlockingCollection<byte[]> messages = [];
        IMqttClient first = await ListenAsync(host, certificate, messages);
        await SetAsync(north, """{"network":"north-s","password":"apple"}""", 1);
        Assert.AreEqual("apple", Next(messages).Find("password").Text);
        await AnswerAsync(first, new SettingsAnswer(1, SettingsAnswer.Refused, "password: apple is too short", 0));
        await host.ExpectAsync("settings", ("state", "answered"), ("token", "refused"));
        await first.DisconnectAsync();
        await SetAsync(north, """{"network":"north-s","password":"pineapple"}""", 2);

        // It waits for the board, and never reaches it.
        using (HttpResponseMessage moved = await north.PostAsync("devices/board-a/transfer", new ByteArrayContent(Json("""{"tenant":"south"}"""))))
        {
            Assert.AreEqual(200, (int)moved.StatusCode);
        }

        Assert.AreEqual(404, (int)(await north.GetAsync("devices/board-a/settings")).StatusCode);
        await ReadsNothingAsync(south, 3);
        IMqttClient device = await ListenAsync(host, certificate, messages);
        SettingsDocument empty = Next(messages);
        Assert.AreEqual((3L, 0), (empty.Version, empty.Count), "what north had set leaves the board");
        await AnswerAsync(device, new SettingsAnswer(3, SettingsAnswer.Accepted, "", 3));
        await host.ExpectAsync("settings", ("version", "3"), ("token", "accepted"));
        Assert.IsFalse(messages.TryTake(out _), "nothing else");

        // Given up and taken by another: the same, and north has it no more.
        await SetAsync(south, """{"network":"south-s","password":"pineapple"}""", 4);
        Assert.AreEqual(4L, Next(messages).Version);
        Assert.AreEqual(200, (int)(await south.PostAsync("devices/board-a/disown", null)).StatusCode);
        await ReadsNothingAsync(fleet, 5);
        Assert.AreEqual(200, (await host.PostAsync("devices/board-a/tenant", new { tenant = "north" })).Status);
        await ReadsNothingAsync(north, 5);
        await ListenAsync(host, certificate, messages);
        Assert.AreEqual((5L, 0), Next(messages) is var last ? (last.Version, last.Count) : default);

        async Task SetAsync(HttpClient caller, string json, int version)
        {
            using HttpResponseMessage set = await caller.PostAsync("devices/board-a/settings", new ByteArrayContent(Json(json)));
            Assert.Contains($"\"version\":{version},", await set.Content.ReadAsStringAsync());
        }

        async Task ReadsNothingAsync(HttpClient caller, int version)
        {
            foreach (string path in (string[])["devices/board-a/settings", "devices/board-a", "devices/board-a/orders", "devices?limit=10", "audit?device=board-a"])
            {
                string read = await caller.GetStringAsync(path);
                Assert.DoesNotContain("apple", read, path);
                Assert.DoesNotContain("th-s", read, path);
            }

            string settings = await caller.GetStringAsync("devices/board-a/settings");
            Assert.StartsWith($"{{\"version\":{version},", settings);
            Assert.Contains("\"settings\":{},", settings);
            Assert.Contains("\"answeredAt\":null,\"token\":\"\",\"reason\":\"\"", settings);
        }
    }

    [TestMethod]
    public async Task WhatIsNoSettingIsRefused()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a");
        string many = string.Join(',', Enumerable.Range(0, 17).Select(i => $"\"name{i}\":{i}"));
        foreach (string json in (string[])["", "[]", "7", """{"pin":4.5}""", """{"pin":4294967296}""", """{"pin":null}""", """{"pin":{}}""", """{"pin":1,"pin":2}""", """{"1pin":1}""", """{"":1}""",
            "{\"member\":\"caf\u00e9\"}", $"{{\"member\":\"{new string('x', 65)}\"}}", $"{{{many}}}"])
        {
            (int status, JsonElement answer) = await host.PostAsync("devices/board-a/settings", Json(json));
            Assert.AreEqual((422, "bad-settings"), (status, answer.GetProperty("token").GetString()), json);
        }

        Assert.AreEqual(404, (await host.PostAsync("devices/board-b/settings", Json("{}"))).Status);
        using HttpClient stranger = host.NewCaller(ApiRoles.Operator, "south");
        Assert.AreEqual(404, (int)(await stranger.PostAsync("devices/board-a/settings", new ByteArrayContent(Json("{}")))).StatusCode, "another tenant's device is none");
        using HttpClient auditor = host.NewCaller(ApiRoles.Auditor, null);
        Assert.AreEqual(403, (int)(await auditor.PostAsync("devices/board-a/settings", new ByteArrayContent(Json("{}")))).StatusCode);
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static Task AnswerAsync(IMqttClient device, SettingsAnswer answer)
    {
        return device.PublishAsync(FleetHost.Message("devices/board-a/requests/settings", answer.Encode()));
    }

    private static async Task<IMqttClient> ListenAsync(FleetHost host, X509Certificate2 certificate, BlockingCollection<byte[]> messages)
    {
        IMqttClient device = await host.ConnectAsync(certificate, "board-a");
        device.ApplicationMessageReceivedAsync += arrived =>
        {
            if (arrived.ApplicationMessage.Topic == "devices/board-a/commands/settings")
            {
                messages.Add(System.Buffers.BuffersExtensions.ToArray(arrived.ApplicationMessage.Payload));
            }

            return Task.CompletedTask;
        };
        await device.SubscribeAsync("devices/board-a/commands/#");
        return device;
    }

    private static SettingsDocument Next(BlockingCollection<byte[]> messages)
    {
        Assert.IsTrue(messages.TryTake(out byte[]? message, TimeSpan.FromSeconds(20)), "settings arrive");
        return SettingsDocument.Decode(message!)!;
    }
}
