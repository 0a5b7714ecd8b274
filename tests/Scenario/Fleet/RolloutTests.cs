using System.Collections.Concurrent;
using System.Buffers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DeviceFirmware.Commands;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using MQTTnet.Protocol;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What ends a rollout, and what only puts it off.</summary>
[TestClass]
public sealed class RolloutTests
{
    private const string A = "board-a";

    [TestMethod]
    public async Task ABoardInQuarantineIsOfferedItsUpdateAgainAfterTheRelease()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        byte[] image = Images.Make("board-x", 1, 1, 0, 300);
        await host.PostAsync("images", image);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        ConcurrentQueue<byte[]> orders = [];
        client.ApplicationMessageReceivedAsync += args =>
        {
            orders.Enqueue(args.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        await client.SubscribeAsync("devices/board-a/commands/#", MqttQualityOfServiceLevel.AtLeastOnce);
        byte[] order = Orders.ToUpdate(image);
        await host.PostAsync($"devices/{A}/rollout", order);
        await FleetHost.UntilAsync(() => orders.Count == 1);

        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/order", new OrderAnswer(SHA256.HashData(order), "quarantined", "the board is in quarantine: odd").Encode()));
        await host.ExpectAsync("order", ("device", A), ("state", "answered"), ("token", "quarantined"));
        Assert.AreEqual(RolloutState.Offered, host.Server.Registry.Find(A)!.Rollout, "put off, not refused");

        // What had been staged before the quarantine went back; and then the board is released, restarts and listens.
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(image));
        await client.PublishAsync(FleetHost.Message("devices/board-a/status", JsonSerializer.SerializeToUtf8Bytes(new
        {
            deviceId = A,
            state = "running",
            version = "1.0.0+0",
            slot = "a",
            counter = 1,
            @event = "reverted",
            verdict = "quarantined",
            reason = "",
            image = sha256,
            ts = "2026-11-22T10:00:00Z",
        })));
        await FleetHost.UntilAsync(() => orders.Count == 2);
        await client.SubscribeAsync("devices/board-a/commands/#", MqttQualityOfServiceLevel.AtLeastOnce);
        await FleetHost.UntilAsync(() => orders.Count == 3);
        Assert.IsTrue(orders.All(one => one.AsSpan().SequenceEqual(order)), "by itself, the very same order");

        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/order", new OrderAnswer(SHA256.HashData(order), "not-newer", "").Encode()));
        await host.ExpectAsync("rollout", ("device", A), ("state", "refused"), ("token", "not-newer"));
    }
}
