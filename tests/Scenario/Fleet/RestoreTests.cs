using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DeviceFirmware.Commands;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.HostileHands;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>A restored fleet: devices tell what nobody's head tells.</summary>
[TestClass]
public sealed class RestoreTests
{
    [TestMethod]
    public async Task ADeviceThatKnowsMoreThanTheBackupIsToldOfAndKeptAway()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync("board-a");
        using X509Certificate2 other = await host.AddDeviceAsync("board-b");
        string head = host.PathOf("old.head");
        BackupFile.Write(host.PathOf("data"), host.PathOf("backup.zip"));
        await File.WriteAllBytesAsync(head, host.Server.Registry.Trail.Head(AuditKey.Open(host.PathOf("data"))));
        byte[] order = Orders.Make(OrderVerb.Report, []);
        (int status, _) = await host.PostAsync("devices/board-a/orders", order);
        Assert.AreEqual(200, status);
        await host.StopAsync();
        File.Copy(host.PathOf("data/audit.pem"), host.PathOf("audit.pem"));
        Directory.Delete(host.PathOf("data"), recursive: true);
        await CommandTests.AssertRunsAsync(
            0, "restored", ["restore", "--from", host.PathOf("backup.zip"), "--data", host.PathOf("data"), "--head", head, "--key", host.PathOf("audit.pem")]);
        await host.RestartAsync();
        (_, JsonElement before) = await host.GetAsync("restore");
        Assert.AreEqual("no-evidence", before.GetProperty("verdict").GetString());

        IMqttClient quiet = await host.ConnectAsync(other, "board-b");
        IMqttClient client = await host.ConnectAsync(certificate, "board-a");
        byte[] answer = new OrderAnswer(SHA256.HashData(order), "accepted", "").Encode();
        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/order", answer));
        await host.ExpectAsync("database-behind", ("device", "board-a"));
        await host.ExpectAsync("anomaly", ("kind", "database-behind"), ("device", "board-a"), ("quarantined", "yes"));
        await FleetHost.UntilAsync(() => !client.IsConnected);
        Assert.IsTrue(quiet.IsConnected);
        (_, JsonElement after) = await host.GetAsync("restore");
        Assert.AreEqual("behind", after.GetProperty("verdict").GetString(), after.ToString());
        Assert.AreEqual("board-a", after.GetProperty("behind")[0].GetProperty("deviceId").GetString());
        Assert.AreEqual(2, after.GetProperty("seenSince").GetInt32());
        Assert.AreEqual(DeviceState.Quarantined, host.Server.Registry.Find("board-a")!.State);
        Assert.AreEqual(1, host.Server.Registry.Audit(0, 100, "board-a").Count(entry => entry.Kind == RestoreWatch.Kind));
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        Assert.AreEqual(HttpStatusCode.Forbidden, (await north.GetAsync("restore")).StatusCode);
    }

    [TestMethod]
    public async Task ARevocationThatARestoreLostIsProvedByTheHeadThatAnotherBoardHolds()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using FieldBoard honest = await FieldBoard.StartAsync(host, "board-a");
        using X509Certificate2 stolen = await host.AddDeviceAsync("board-b");
        Assert.IsTrue((await host.ConnectAsync(stolen, "board-b")).IsConnected);
        string shown = host.PathOf("old.head");
        using (AuditKey key = AuditKey.Open(host.PathOf("data")))
        {
            BackupFile.Write(host.PathOf("data"), host.PathOf("backup.zip"));
            await File.WriteAllBytesAsync(shown, host.Server.Registry.Trail.Head(key));
        }

        await host.PostAsync("devices/board-b/state", new { state = "revoked", reason = "stolen", actor = "operator" });
        long revoked = host.Server.Registry.Trail.End().Sequence;
        byte[] held = await honest.AskForHeadAsync([]);
        await host.StopAsync();
        File.Copy(host.PathOf("data/audit.pem"), host.PathOf("audit.pem"));
        Directory.Delete(host.PathOf("data"), recursive: true);
        await CommandTests.AssertRunsAsync(
            0, "restored", ["restore", "--from", host.PathOf("backup.zip"), "--data", host.PathOf("data"), "--head", shown, "--key", host.PathOf("audit.pem")]);
        await host.RestartAsync();
        Assert.AreEqual(DeviceState.Active, host.Server.Registry.Find("board-b")!.State, "nothing that was shown said otherwise");

        await honest.ConnectAsync();
        byte[] next = await honest.AskForHeadAsync(held);
        CollectionAssert.AreNotEqual(held, next, "of another key, and of what is here");
        await host.ExpectAsync("anomaly", ("kind", "database-behind"), ("quarantined", "no"));
        (_, JsonElement status) = await host.GetAsync("restore");
        Assert.AreEqual("behind", status.GetProperty("verdict").GetString());
        Assert.IsGreaterThanOrEqualTo(revoked, status.GetProperty("lostUpTo").GetInt64());
        Assert.IsGreaterThanOrEqualTo(1, status.GetProperty("lostAtLeast").GetInt64());
        Assert.AreEqual(JsonValueKind.String, status.GetProperty("headTime").ValueKind);
        CollectionAssert.AreEqual(held, status.GetProperty("head").GetBytesFromBase64());
        using HttpClient auditor = host.NewCaller(ApiRoles.Auditor, null);
        Assert.Contains($"fleet_database_behind_entries {status.GetProperty("lostAtLeast").GetInt64()}", await auditor.GetStringAsync("metrics"));

        // Told once, and the board that brought it works on.
        await honest.AskForHeadAsync(held);
        Assert.AreEqual(1, host.Server.Log.After(0, 1000).Count(entry => entry.Event == RestoreWatch.Kind));
        Assert.AreEqual(DeviceState.Active, host.Server.Registry.Find("board-a")!.State);
        Assert.IsTrue(honest.Client.IsConnected);
        await NobodyGetsANewRightUntilItIsAcceptedAsync(host, status.GetProperty("headSha256").GetString()!);
        Assert.Contains("fleet_database_behind_entries 0", await auditor.GetStringAsync("metrics"));
        await honest.AskForHeadAsync(held);
        Assert.AreEqual("accepted", (await host.GetAsync("restore")).Answer.GetProperty("verdict").GetString(), "the same again is no news");
    }

    // What was lost is done again, and then said to be so.
    private static async Task NobodyGetsANewRightUntilItIsAcceptedAsync(FleetHost host, string head)
    {
        Assert.AreEqual(200, (await host.PostAsync("devices/board-b/state", new { state = "quarantined", reason = "which one was it", actor = "operator" })).Status);
        (int refused, JsonElement problem) = await host.PostAsync("devices/board-b/release", new { reason = "well", actor = "operator" });
        Assert.AreEqual((409, RestoreWatch.Kind), (refused, problem.GetProperty("token").GetString()));
        Assert.AreEqual(409, (await host.PostAsync("devices/board-b/tenant", new { tenant = "south" })).Status);
        Assert.AreEqual(200, (await host.PostAsync("devices/board-b/state", new { state = "revoked", reason = "stolen", actor = "operator" })).Status);
        using HttpClient auditor = host.NewCaller(ApiRoles.Auditor, null);
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        foreach (HttpClient other in (HttpClient[])[auditor, north])
        {
            Assert.AreEqual(HttpStatusCode.Forbidden, (await other.PostAsync("restore/accept", new StringContent($$"""{"head":"{{head}}","reason":"mine"}"""))).StatusCode);
        }

        Assert.AreEqual("head-differs", (await host.PostAsync("restore/accept", new { head = head[1..] + "0", reason = "another" })).Answer.GetProperty("token").GetString());
        string key = host.PathOf("accept.key");
        await CommandTests.AssertRunsAsync(
            0, "roles=operator", ["key", "new", "--data", host.PathOf("data"), "--name", "a test", "--roles", "operator", "--root", host.PathOf("broker.pem"), "--out", key]);
        await CommandTests.AssertRunsAsync(
            0, "\"verdict\": \"accepted\"", ["restore", "accept", "--head-sha256", head, "--reason", "board-b is revoked again", "--api", $"https://localhost:{host.Server.ApiPort}", "--token-file", key]);
        AuditEntry entry = host.Server.Registry.Audit(0, 1000, null).Single(accepted => accepted.Kind == "loss-accepted");
        Assert.StartsWith("key:", entry.Identity);
        Assert.EndsWith("board-b is revoked again", entry.Reason!);
        Assert.AreEqual(200, (await host.PostAsync("devices/board-a/tenant", new { tenant = "north" })).Status);
    }

    [TestMethod]
    public async Task WithoutARestoreItIsOnlyTold()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync("board-a");
        IMqttClient client = await host.ConnectAsync(certificate, "board-a");
        byte[] answer = new OrderAnswer(new byte[32], "accepted", "").Encode();
        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/order", answer));
        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/order", answer));
        await host.ExpectAsync("anomaly", ("kind", "database-behind"), ("device", "board-a"), ("quarantined", "no"));
        Assert.AreEqual(1, host.Server.Log.After(0, 1000).Count(entry => entry.Event == "database-behind"), "once");
        Assert.AreEqual(DeviceState.Active, host.Server.Registry.Find("board-a")!.State);
    }
}
