using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DeviceFirmware.Commands;
using DeviceFirmware.Fleet;
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
