using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DeviceFirmware.Commands;
using DeviceFirmware.Fleet;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>How far a fleet has come with a trust set, from what its devices say.</summary>
[TestClass]
public sealed class TrustCountTests
{
    [TestMethod]
    public async Task SetsAreCountedByNumberAndOnlyOfDevicesThatMatterAndAreTheCallers()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        (string Id, string Tenant, long? Trust, long? Staged, DeviceState? State)[] devices =
        [
            ("a", "north", 5, 0, null), ("b", "north", 5, 7, null), ("c", "south", 5, 7, null), ("d", "south", 7, 0, null), ("e", "north", 0, 7, null), ("f", "north", null, null, null),
            ("g", "north", 3, 9, DeviceState.Revoked), ("h", "north", 3, 9, DeviceState.Retired), ("i", "north", 12, 0, DeviceState.Quarantined),
        ];
        foreach ((string id, string tenant, long? trust, long? staged, DeviceState? state) in devices)
        {
            using X509Certificate2 certificate = await host.AddDeviceAsync(id);
            Assert.IsNull(host.Server.Registry.Assign(id, tenant, Actor.Operator).Refusal);
            host.Server.Registry.Store(id, device => device with { Trust = trust, TrustStaged = staged });
            if (state is { } to)
            {
                Assert.IsNull(host.Server.Registry.ChangeState(id, to, Actor.Operator, "a test").Refusal);
            }
        }

        // Who has not said comes first, then the numbers as they rise.
        (int status, JsonElement answer) = await host.GetAsync("trust");
        Assert.AreEqual(200, status);
        Assert.AreEqual("-:1/0 0:1/0 5:3/0 7:1/3 12:1/0", Text(answer));
        using HttpClient north = host.NewCaller(ApiRoles.Auditor, "north");
        using JsonDocument own = JsonDocument.Parse(await north.GetStringAsync("trust"));
        Assert.AreEqual("-:1/0 0:1/0 5:2/0 7:0/2 12:1/0", Text(own.RootElement));
        using HttpClient nobody = host.NewCaller(ApiRoles.None, null);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await nobody.GetAsync("trust")).StatusCode);
    }

    /// <summary>The order is carried as it is, and again when the device listens; the count follows the device's own words.</summary>
    [TestMethod]
    public async Task AnOrderIsCarriedAndTheCountFollows()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync("board-a");
        byte[] order = Orders.Make(OrderVerb.Trust, new DeviceFirmware.Trust.TrustSet(7, new byte[300], [], "second.example", 8884, Point()).Encode());
        (int status, JsonElement sent) = await host.PostAsync("devices/board-a/orders", order);
        Assert.AreEqual((200, "trust"), (status, sent.GetProperty("verb").GetString()));
        Assert.AreEqual(404, (await host.PostAsync("devices/board-z/orders", order)).Status);
        Assert.AreEqual(422, (await host.PostAsync("devices/board-a/orders", order[..^1])).Status);
        using (HttpClient south = host.NewCaller(ApiRoles.Operator, "south"))
        {
            using ByteArrayContent body = new(order);
            Assert.AreEqual(HttpStatusCode.NotFound, (await south.PostAsync("devices/board-a/orders", body)).StatusCode);
        }

        IMqttClient client = host.NewClient();
        TaskCompletionSource<byte[]> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += args =>
        {
            if (args.ApplicationMessage.Topic == "devices/board-a/commands/order")
            {
                heard.TrySetResult(System.Buffers.BuffersExtensions.ToArray(args.ApplicationMessage.Payload));
            }

            return Task.CompletedTask;
        };
        await host.TryConnectAsync(client, certificate, "board-a");
        await client.SubscribeAsync("devices/board-a/commands/#");
        CollectionAssert.AreEqual(order, await heard.Task.WaitAsync(TimeSpan.FromSeconds(20)), "carried as it was handed over");
        await SaysAsync(host, client, """{"deviceId":"board-a","event":"trust","trust":0,"trustStaged":7}""", "0:1/0 7:0/1");
        await SaysAsync(host, client, """{"deviceId":"board-a","event":"trust","trust":7,"trustStaged":0}""", "7:1/0");
        await SaysAsync(host, client, """{"deviceId":"board-a","event":"offline","trust":0,"trustStaged":7}""", "7:1/0");
    }

    private static async Task SaysAsync(FleetHost host, IMqttClient client, string status, string counts)
    {
        await client.PublishAsync(FleetHost.Message("devices/board-a/status", status));
        string text = "";
        for (int i = 0; i < 400 && text != counts; i++)
        {
            text = Text((await host.GetAsync("trust")).Answer);
        }

        Assert.AreEqual(counts, text);
    }

    private static string Text(JsonElement sets) => string.Join(' ', sets.EnumerateArray().Select(set =>
        $"{(set.GetProperty("number").ValueKind == JsonValueKind.Null ? "-" : set.GetProperty("number"))}:{set.GetProperty("inForce")}/{set.GetProperty("tried")}"));

    private static byte[] Point() => DeviceFirmware.Tests.Support.TestKeys.Time.PublicKey.Encode();
}
