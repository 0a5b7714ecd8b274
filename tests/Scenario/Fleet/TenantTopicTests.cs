using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using MQTTnet;
using MQTTnet.Protocol;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>A document that knows the owner, on both brokers: a tenant's devices hear each other, nobody else's do, and a change of tenant holds at once.</summary>
[TestClass]
public sealed class TenantTopicTests
{
    /// <summary>The operational document with topics of tenants and products.</summary>
    public static string Document => PolicyTests.Operational.Replace("]}]}", """
        ]},
         {"effect":"allow","action":["publish"],"resource":["topic:tenants/${tenant}/events/${deviceId}","topic:tenants/${tenant}/products/${product}/reports/#"]},
         {"effect":"allow","action":["subscribe"],"resource":["topicfilter:tenants/${tenant}/events/+","topicfilter:tenants/${tenant}/products/${product}/#"]},
         {"effect":"deny","action":["publish"],"resource":["topic:tenants/+/products/*/secret/#"]}]}
        """);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task ATenantsDevicesHearEachOtherAndATransferHoldsAtOnce(bool mosquitto)
    {
        if (mosquitto && !File.Exists(FleetHost.Mosquitto))
        {
            Assert.Inconclusive("no Mosquitto is installed");
        }

        await using FleetHost host = await FleetHost.StartAsync(Document, mosquitto: mosquitto);
        using X509Certificate2 certificateA = await AddAsync(host, "a", "north");
        using X509Certificate2 certificateB = await AddAsync(host, "b", "north");
        using X509Certificate2 certificateC = await AddAsync(host, "c", "south");
        using X509Certificate2 certificateD = await AddAsync(host, "d", "");
        (IMqttClient a, ConcurrentQueue<string> heardA) = await ConnectAsync(host, certificateA, "a");
        (IMqttClient b, ConcurrentQueue<string> heardB) = await ConnectAsync(host, certificateB, "b");
        (IMqttClient c, ConcurrentQueue<string> heardC) = await ConnectAsync(host, certificateC, "c");
        (IMqttClient d, _) = await ConnectAsync(host, certificateD, "d");

        // North's devices hear each other; south's and nobody's have no part in it.
        Assert.IsTrue(await SubscribesAsync(a, "tenants/north/events/+"));
        Assert.IsTrue(await SubscribesAsync(b, "tenants/north/events/+"));
        Assert.IsTrue(await SubscribesAsync(c, "tenants/south/events/+"));
        Assert.IsTrue(await PublishesAsync(a, "tenants/north/events/a"));
        Assert.IsTrue(await PublishesAsync(b, "tenants/north/events/b"));
        await FleetHost.UntilAsync(() => heardA.Contains("tenants/north/events/b") && heardB.Contains("tenants/north/events/a"));
        Assert.IsFalse(await SubscribesAsync(c, "tenants/north/events/+"));
        await host.ExpectAsync("denied", ("action", "subscribe"), ("device", "c"), ("resource", "topicfilter:tenants/north/events/+"), ("token", "default-deny"), ("reason", "no statement allows it"));
        Assert.IsFalse(await PublishesAsync(c, "tenants/north/events/c"));
        await host.ExpectAsync("denied", ("action", "publish"), ("device", "c"), ("resource", "topic:tenants/north/events/c"), ("token", "default-deny"), ("reason", "no statement allows it"));
        Assert.IsFalse(await PublishesAsync(c, "tenants/south/products/meter/reports/secret"));
        await host.ExpectAsync("denied", ("action", "publish"), ("device", "c"), ("token", "explicit-deny"), ("statement", "7"), ("reason", "statement 7 denies it"));
        Assert.IsTrue(await PublishesAsync(c, "tenants/south/products/meter/reports/day"));
        Assert.IsFalse(await PublishesAsync(c, "tenants/south/products/valve/reports/day"));
        Assert.IsFalse(await SubscribesAsync(d, "tenants/north/events/+"));
        Assert.IsFalse(await PublishesAsync(d, "tenants//events/d"));
        Assert.IsTrue(await PublishesAsync(d, "devices/d/status"));

        // Transferred: what it listened to as north's has ended when the answer comes, though its certificate and its document are the same.
        Assert.AreEqual(200, (await host.PostAsync("devices/a/transfer", new { tenant = "south" })).Status);
        await FleetHost.UntilAsync(() => !a.IsConnected);
        await host.ExpectAsync("ended", ("device", "a"));
        heardA.Clear();
        Assert.IsTrue(await PublishesAsync(b, "tenants/north/events/b"));
        (a, heardA) = await ConnectAsync(host, certificateA, "a");
        Assert.IsFalse(await SubscribesAsync(a, "tenants/north/events/+"));
        Assert.IsFalse(await PublishesAsync(a, "tenants/north/events/a"));
        await host.ExpectAsync("denied", ("action", "publish"), ("device", "a"), ("resource", "topic:tenants/north/events/a"), ("token", "default-deny"));
        Assert.IsTrue(await SubscribesAsync(a, "tenants/south/events/+"));
        Assert.IsTrue(await PublishesAsync(b, "tenants/north/events/b"));
        Assert.IsTrue(await PublishesAsync(a, "tenants/south/events/a"));
        await FleetHost.UntilAsync(() => heardA.Contains("tenants/south/events/a") && heardC.Contains("tenants/south/events/a"));
        Assert.IsFalse(heardA.Any(topic => topic.StartsWith("tenants/north", StringComparison.Ordinal)));
        Assert.IsTrue(b.IsConnected && c.IsConnected, "others notice nothing");

        // Given up: nobody's, and without a topic of any tenant.
        Assert.AreEqual(200, (await host.PostAsync("devices/a/disown", new { })).Status);
        await FleetHost.UntilAsync(() => !a.IsConnected);
        (a, _) = await ConnectAsync(host, certificateA, "a");
        Assert.IsFalse(await SubscribesAsync(a, "tenants/south/events/+"));
        Assert.IsFalse(await PublishesAsync(a, "tenants/south/events/a"));
    }

    /// <summary>Where no document names the owner, a change of it ends no connection that lives under the same document.</summary>
    [TestMethod]
    public async Task DocumentsThatDoNotNameTheOwnerKeepTheConnection()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await AddAsync(host, "a", "north");
        (IMqttClient a, _) = await ConnectAsync(host, certificate, "a");
        Assert.AreEqual(200, (await host.PostAsync("devices/a/tenant", new { tenant = "south" })).Status);
        Assert.IsTrue(await PublishesAsync(a, "devices/a/status"));
    }

    internal static async Task<X509Certificate2> AddAsync(FleetHost host, string id, string tenant, X509Certificate2? made = null)
    {
        X509Certificate2 certificate = await host.AddDeviceAsync(id, made);
        if (tenant.Length > 0)
        {
            Assert.AreEqual(200, (await host.PostAsync($"devices/{id}/tenant", new { tenant })).Status);
        }

        return certificate;
    }

    private static async Task<(IMqttClient Client, ConcurrentQueue<string> Heard)> ConnectAsync(FleetHost host, X509Certificate2 certificate, string id)
    {
        IMqttClient client = await host.ConnectAsync(certificate, id);
        ConcurrentQueue<string> heard = new();
        client.ApplicationMessageReceivedAsync += args =>
        {
            heard.Enqueue(args.ApplicationMessage.Topic);
            return Task.CompletedTask;
        };
        return (client, heard);
    }

    private static async Task<bool> SubscribesAsync(IMqttClient client, string filter)
    {
        return (int)(await client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce)).Items.Single().ResultCode < 0x80;
    }

    private static async Task<bool> PublishesAsync(IMqttClient client, string topic)
    {
        return (int)(await client.PublishAsync(FleetHost.Message(topic, "{}"))).ReasonCode < 0x80;
    }
}
