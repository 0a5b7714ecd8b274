using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Tools;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Mosquitto and the fleet end one without the other, killed: the registry decides what holds afterwards. Real processes.</summary>
[TestClass]
public sealed class MosquittoRestartTests
{
    private const string A = "board-a";
    private const string B = "board-b";
    private const string C = "board-c";

    [TestMethod]
    public async Task AMosquittoThatEndsIsStartedAgainAndWhatWasRevokedMeanwhileStaysRevoked()
    {
        await using FleetHost host = await StartAsync();
        using X509Certificate2 a = await host.AddDeviceAsync(A);
        using X509Certificate2 b = await host.AddDeviceAsync(B);
        using X509Certificate2 c = await host.AddDeviceAsync(C);
        await host.PostAsync($"devices/{B}/state", new { state = "revoked", reason = "before", actor = "operator" });
        IMqttClient client = await host.ConnectAsync(a, A);
        await host.ExpectAsync("allowed", ("action", "connect"), ("device", A));
        int killed = ((MosquittoBroker)host.Server.Broker).ProcessId;
        using (Process process = Process.GetProcessById(killed))
        {
            process.Kill();
        }

        // Nobody can be told now; it is the registry that knows.
        (int status, _) = await host.PostAsync($"devices/{C}/state", new { state = "revoked", reason = "meanwhile", actor = "operator" });
        Assert.AreEqual(200, status);
        await host.ExpectAsync("disconnected", ("device", A), ("how", "lost"));
        await host.ExpectAsync("mosquitto-started");
        Assert.AreNotEqual(killed, ((MosquittoBroker)host.Server.Broker).ProcessId);
        await host.AssertWorthlessAsync(b, B);
        await host.AssertWorthlessAsync(c, C);
        client = await host.ConnectAsync(a, A);
        Assert.IsLessThan(0x80, (int)(await client.PublishAsync(FleetHost.Message($"devices/{A}/status", """{"deviceId":"board-a","event":"online"}"""))).ReasonCode);
        await host.ExpectAsync("status", ("device", A), ("event", "online"));

        // And it is told again from now on.
        await host.PostAsync($"devices/{A}/state", new { state = "revoked", reason = "after", actor = "operator" });
        await FleetHost.UntilAsync(() => !client.IsConnected);
        await host.AssertWorthlessAsync(a, A);
    }

    [TestMethod]
    public async Task AFleetThatWasKilledFindsItsMosquittoAndEndsItFirst()
    {
        await using FleetHost host = await StartAsync();
        using X509Certificate2 a = await host.AddDeviceAsync(A);
        using X509Certificate2 b = await host.AddDeviceAsync(B);
        int port = host.Server.MqttPort;
        await host.StopAsync();
        string mark = Path.Combine(host.PathOf("data"), "mosquitto");
        Assert.IsFalse(File.Exists(mark), "a fleet that ends properly leaves nothing");

        using (Process fleet = Start(host, port))
        {
            Assert.StartsWith("ready ", await fleet.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120)) ?? "");
            fleet.Kill(); // not its children
            await fleet.WaitForExitAsync();
        }

        int orphan = int.Parse((await File.ReadAllTextAsync(mark)).Split(' ')[0], CultureInfo.InvariantCulture);
        using (Process left = Process.GetProcessById(orphan))
        {
            Assert.IsFalse(left.HasExited, "Mosquitto goes on");

            // The registry moves on without it, as after a restore on another machine.
            using (DeviceRegistry registry = new(DatabaseSource.Sqlite(host.PathOf("data")), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System)))
            {
                Assert.IsNull(registry.ChangeState(B, DeviceState.Revoked, Actor.Operator, "while nobody watched").Refusal);
            }

            await host.RestartAsync(port);
            Assert.IsTrue(left.HasExited, "it went on with the rights of before");
        }

        Assert.AreEqual(port, host.Server.MqttPort);
        await host.AssertWorthlessAsync(b, B);
        IMqttClient client = await host.ConnectAsync(a, A);
        Assert.IsLessThan(0x80, (int)(await client.PublishAsync(FleetHost.Message($"devices/{A}/status", """{"deviceId":"board-a","event":"online"}"""))).ReasonCode);
        await host.ExpectAsync("status", ("device", A), ("event", "online"));
    }

    /// <summary>The number in the file is another's by now: that process is left alone.</summary>
    [TestMethod]
    public async Task AnotherProcessOfThatNumberIsLeftAlone()
    {
        await using FleetHost host = await StartAsync();
        await host.StopAsync();
        using Process other = Process.Start("sleep", "60");
        await File.WriteAllTextAsync(Path.Combine(host.PathOf("data"), "mosquitto"), $"{other.Id} {host.PathOf("gone")}");
        await host.RestartAsync();
        Assert.IsFalse(other.HasExited);
        other.Kill();
    }

    private static Process Start(FleetHost host, int port)
    {
        return Process.Start(new ProcessStartInfo("dotnet",
        [
            SourceTree.Program("Fleet", "fleet"), "serve", "--data", host.PathOf("data"), "--broker-certificate", host.PathOf("broker.pem"),
            "--broker-key", host.PathOf("broker.key.pem"), "--client-root", host.PathOf("root.pem"), "--client-issuing", host.PathOf("issuing.pem"),
            "--policies", host.PathOf("policies"), "--mosquitto", FleetHost.Mosquitto, "--mqtt-port", port.ToString(CultureInfo.InvariantCulture),
        ])
        {
            RedirectStandardOutput = true,
        })!;
    }

    private static Task<FleetHost> StartAsync()
    {
        if (!File.Exists(FleetHost.Mosquitto))
        {
            Assert.Inconclusive("no Mosquitto is installed");
        }

        return FleetHost.StartAsync(mosquitto: true);
    }
}
