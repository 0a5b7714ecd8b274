using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Limits, denials that are kept, and what is noticed.</summary>
[TestClass]
public sealed class WatchTests
{
    [TestMethod]
    public async Task TheBrokerHoldsTheLimitsAndOthersNoticeNothing()
    {
        await using FleetHost host = await FleetHost.StartAsync(limits: new Limits(Connects: 2, Messages: 2));
        X509Certificate2 first = await host.AddDeviceAsync("board-a");
        X509Certificate2 second = await host.AddDeviceAsync("board-b");
        IMqttClient a = await host.ConnectAsync(first, "board-a");
        IMqttClient b = await host.ConnectAsync(second, "board-b");
        string Telemetry(string id) => $$"""{"deviceId":"{{id}}","ts":"2026-01-01T00:00:00Z","tempC":1}""";
        for (int i = 0; i < 8; i++)
        {
            await a.PublishAsync(FleetHost.Message("devices/board-a/telemetry", Telemetry("board-a")));
        }

        await b.PublishAsync(FleetHost.Message("devices/board-b/telemetry", Telemetry("board-b")));
        await host.ExpectAsync("denied", ("device", "board-a"), ("token", "too-many-messages"));
        (_, var telemetry) = await host.GetAsync("devices/board-b/telemetry");
        Assert.AreEqual(1, telemetry.GetArrayLength());
        (_, telemetry) = await host.GetAsync("devices/board-a/telemetry");
        Assert.IsLessThan(8, telemetry.GetArrayLength()); // two of a minute, and another may begin meanwhile
        MqttClientConnectResultCode last = MqttClientConnectResultCode.Success;
        for (int i = 0; i < 6 && last == MqttClientConnectResultCode.Success; i++)
        {
            last = await host.TryConnectAsync(host.NewClient(), first, "board-a");
        }

        Assert.AreEqual(MqttClientConnectResultCode.QuotaExceeded, last);
        await host.ExpectAsync("denied", ("device", "board-a"), ("token", "too-many-connects"));
    }

    [TestMethod]
    public async Task ADenialOutlivesTheServer()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        X509Certificate2 certificate = await host.AddDeviceAsync("board-a");
        IMqttClient client = await host.ConnectAsync(certificate, "board-a");
        await client.PublishAsync(FleetHost.Message("devices/board-b/commands/update", "x"));
        await host.ExpectAsync("denied", ("action", "publish"));
        await host.RestartAsync();
        (_, var denials) = await host.GetAsync("denials?identity=board-a");
        Assert.AreEqual(1, denials.GetArrayLength(), denials.ToString());
        Assert.AreEqual(
            ("publish", "board-a", "127.0.0.1", "topic:devices/board-b/commands/update", "explicit-deny"),
            (Text("action"), Text("identity"), Text("address"), Text("resource"), Text("token")));
        Assert.AreNotEqual("", Text("statement"), "the deciding statement is named");
        string Text(string name) => denials[0].GetProperty(name).GetString()!;
    }

    [TestMethod]
    public async Task AFloodOfDenialsHasAnEnd()
    {
        using TemporaryDirectory directory = new();
        using DatabaseSource source = DatabaseSource.Sqlite(directory.Path);
        source.Prepare();
        DecisionLog log = new(TextWriter.Null, TimeProvider.System);
        await using (DenialStore store = new(source, log, kept: 1000))
        {
            for (int i = 0; i < 3000; i++)
            {
                log.Write("denied", ("action", "connect"), ("device", "a"), ("token", "x"), ("reason", "y\0"));
            }
        }

        await using DenialStore reopened = new(source, log);
        IReadOnlyList<Denial> kept = reopened.List(0, 10_000, null);
        Assert.IsLessThanOrEqualTo(1500, kept.Count);
        Assert.IsGreaterThanOrEqualTo(1000, kept.Count);
    }

    [TestMethod]
    public async Task FailuresOfOneAddressAreNoticedOnce()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        IReadOnlyList<Anomaly> noticed = await NoticeAsync(directory, registry, [], log =>
        {
            for (int i = 0; i < 50; i++)
            {
                log.Write("denied", ("action", "tls"), ("address", "192.0.2.1"), ("token", "untrusted-root"));
                log.Write("denied", ("action", "publish"), ("address", "192.0.2.2"), ("token", "default-deny"));
            }
        });
        Assert.AreEqual(("failed-authentication", "192.0.2.1"), (noticed.Single().Kind, noticed.Single().Address));
    }

    [TestMethod]
    public async Task OneIdentityFromTwoPlacesByTurnsIsQuarantinedByRule()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "moved", DeviceState.Active, null);
        Records.Bring(registry, "cloned", DeviceState.Active, null);
        IReadOnlyList<Anomaly> noticed = await NoticeAsync(directory, registry, ["cloned-key"], log =>
        {
            void From(string device, string address) => log.Write("allowed", ("action", "connect"), ("device", device), ("address", address));
            foreach (string address in new[] { "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5" })
            {
                From("moved", address);
                From("moved", address);
            }

            for (int i = 0; i < 2; i++)
            {
                From("cloned", "192.0.2.1");
                From("cloned", "198.51.100.1");
            }
        });
        Assert.AreEqual(("cloned-key", "cloned", true), (noticed.Single().Kind, noticed.Single().DeviceId, noticed.Single().Quarantined));
        Assert.AreEqual((DeviceState.Active, DeviceState.Quarantined), (registry.Find("moved")!.State, registry.Find("cloned")!.State));
        Assert.AreEqual((Actor.Fleet, "fleet:anomaly"), (registry.Audit(0, 100, "cloned")[^1].Actor, registry.Audit(0, 100, "cloned")[^1].Identity));
    }

    [TestMethod]
    public async Task ACounterThatWentBackIsNoticed()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        IMqttClient client = await host.ConnectAsync(await host.AddDeviceAsync("board-a"), "board-a");
        foreach (int counter in new[] { 3, 5, 4 })
        {
            await client.PublishAsync(FleetHost.Message("devices/board-a/status", $$"""{"deviceId":"board-a","event":"online","counter":{{counter}}}"""));
        }

        await host.ExpectAsync("anomaly", ("kind", "counter-went-back"), ("device", "board-a"), ("quarantined", "no"));
        Assert.AreEqual(5, host.Server.Registry.Find("board-a")!.Counter);
        (_, var anomalies) = await host.GetAsync("anomalies");
        Assert.AreEqual("it reported 5 once and 4 now", anomalies[0].GetProperty("text").GetString());
    }

    [TestMethod]
    public async Task MetricsCountWithoutNamingAnybody()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.ConnectAsync(await host.AddDeviceAsync("board-a"), "board-a");
        using HttpClient caller = host.NewCaller(ApiRoles.Auditor, null);
        using (HttpClient nobody = host.NewCaller(ApiRoles.None, null))
        {
            await nobody.GetAsync("devices");
        }

        string text = await caller.GetStringAsync("metrics");
        Assert.Contains("fleet_connected_devices 1", text);
        Assert.Contains("fleet_denials_total{action=\"api\",token=\"no-api-key\"} 1", text);
        Assert.DoesNotContain("board-a", text);
    }

    [TestMethod]
    public async Task ThePostureNamesWhatIsWeak()
    {
        await using FleetHost host = await FleetHost.StartAsync("""
            {"version":"2026-01-09","statement":[
             {"effect":"allow","action":["connect"],"resource":["device:${deviceId}"]},
             {"effect":"allow","action":["publish"],"resource":["topic:shared/*"]}]}
            """);
        await host.AddDeviceAsync("board-a");
        using X509Certificate2 forged = host.Pki.Device("CN=board-a");
        await Assert.ThrowsAsync<MQTTnet.Exceptions.MqttCommunicationException>(async () =>
        {
            if (await host.TryConnectAsync(host.NewClient(), forged, "board-a") != MqttClientConnectResultCode.Success)
            {
                throw new MQTTnet.Exceptions.MqttCommunicationException("refused");
            }
        });
        await host.ExpectAsync("denied", ("token", "key-differs"));
        for (int i = 0; i < 100 && host.Server.Denials.List(0, 10, "board-a").Count == 0; i++)
        {
            await Task.Delay(50);
        }

        (_, var posture) = await host.GetAsync("posture");
        string[] tokens = [.. posture.EnumerateArray().Select(finding => finding.GetProperty("token").GetString()!)];
        CollectionAssert.AreEquivalent(new[] { "unregistered-certificate", "broad-policy", "posture-unknown" }, tokens, posture.ToString());
    }

    private static async Task<IReadOnlyList<Anomaly>> NoticeAsync(TemporaryDirectory directory, DeviceRegistry registry, string[] rules, Action<DecisionLog> happen)
    {
        using DatabaseSource source = DatabaseSource.Sqlite(directory.Path);
        DecisionLog log = new(TextWriter.Null, new SteppedTime());
        AnomalyWatch watch = new(source, registry, log, rules, _ => Task.CompletedTask);
        happen(log);
        await watch.DisposeAsync();
        return watch.List(0, 100);
    }

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 10, 0, 5, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow()
        {
            return Now;
        }
    }
}
