using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Clients that are not ours, unchanged, against both brokers: paho-mqtt, mosquitto_pub, mosquitto_sub.</summary>
[TestClass]
public sealed class ForeignClientTests
{
    private const string Id = "board-a";

    private const string Paho = """
        import sys, ssl, paho.mqtt.client as mqtt
        ca, cert, key, port = sys.argv[1:]
        context = ssl.create_default_context(cafile=ca)
        context.load_cert_chain(cert, key)
        context.check_hostname = True
        args = [mqtt.CallbackAPIVersion.VERSION1] if hasattr(mqtt, "CallbackAPIVersion") else []
        client = mqtt.Client(*args, client_id="board-a")
        client.tls_set_context(context)
        def on_connect(c, userdata, flags, code):
            print("connected", code, flush=True)
            c.subscribe("devices/board-a/commands/#", 1)
        def on_subscribe(c, userdata, mid, granted, *rest):
            c.publish("devices/board-a/requests/heartbeat", bytes.fromhex("HEARTBEAT"), 1)
        def on_message(c, userdata, message):
            print("message", message.topic, message.payload.hex(), flush=True)
            c.disconnect()
        client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
        client.connect("localhost", int(port), 30)
        client.loop_forever()
        """;

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task PahoWorksUnchanged(bool mosquitto)
    {
        await using FleetHost host = await StartAsync(mosquitto, "/usr/bin/python3");
        if ((await RunAsync("/usr/bin/python3", "-c", "import paho.mqtt")).Code != 0)
        {
            Assert.Inconclusive("no paho-mqtt is installed");
        }

        string[] files = await DeviceFilesAsync(host);
        string heartbeat = Convert.ToHexStringLower(new DeviceFirmware.Connect.Heartbeat(new byte[8]).Encode());
        await File.WriteAllTextAsync(host.PathOf("client.py"), Paho.Replace("HEARTBEAT", heartbeat));
        (int code, string output) = await RunAsync("/usr/bin/python3", host.PathOf("client.py"), host.PathOf("broker.pem"), files[0], files[1], $"{host.Server.MqttPort}");
        Assert.AreEqual(0, code, output);
        Assert.Contains("connected 0", output);
        Assert.Contains($"message devices/board-a/commands/heartbeat {heartbeat}", output);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task PahoWorksUnchangedWithAnOperationalCertificate(bool mosquitto)
    {
        await using FleetHost host = await StartAsync(mosquitto, "/usr/bin/python3", TimeSpan.FromDays(30));
        if ((await RunAsync("/usr/bin/python3", "-c", "import paho.mqtt")).Code != 0)
        {
            Assert.Inconclusive("no paho-mqtt is installed");
        }

        await using (OperationalBoard board = await OperationalBoard.ConnectAsync(host, await OperationalTests.ActiveAsync(host)))
        {
            Assert.AreEqual("wanted", (await board.ReplyAsync()).Token);
            using X509Certificate2 certificate = await board.EnrolAsync();
            using ECDsa key = certificate.GetECDsaPrivateKey()!;
            await File.WriteAllTextAsync(host.PathOf("device.pem"), certificate.ExportCertificatePem() + "\n" + host.Pki.OperationalCa.ExportCertificatePem());
            await File.WriteAllTextAsync(host.PathOf("device.key.pem"), key.ExportPkcs8PrivateKeyPem());
        }

        string heartbeat = Convert.ToHexStringLower(new DeviceFirmware.Connect.Heartbeat(new byte[8]).Encode());
        await File.WriteAllTextAsync(host.PathOf("client.py"), Paho.Replace("HEARTBEAT", heartbeat));
        (int code, string output) = await RunAsync(
            "/usr/bin/python3", host.PathOf("client.py"), host.PathOf("broker.pem"), host.PathOf("device.pem"), host.PathOf("device.key.pem"), $"{host.Server.MqttPort}");
        Assert.AreEqual(0, code, output);
        Assert.Contains("connected 0", output);
        Assert.Contains($"message devices/board-a/commands/heartbeat {heartbeat}", output);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task MosquittosClientsWorkUnchanged(bool mosquitto)
    {
        await using FleetHost host = await StartAsync(mosquitto, "/usr/bin/mosquitto_pub");
        string[] files = await DeviceFilesAsync(host);
        string[] common = ["-h", "localhost", "-p", $"{host.Server.MqttPort}", "--cafile", host.PathOf("broker.pem"), "--cert", files[0], "--key", files[1], "-i", Id, "-q", "1"];
        (int code, string output) = await RunAsync(
            "/usr/bin/mosquitto_pub", [.. common, "-t", "devices/board-a/telemetry", "-m", """{"deviceId":"board-a","tempC":20.5,"ts":"2026-11-22T10:00:00Z"}"""]);
        Assert.AreEqual(0, code, output);
        for (int i = 0; i < 200; i++)
        {
            (_, var telemetry) = await host.GetAsync($"devices/{Id}/telemetry");
            if (telemetry.GetArrayLength() == 1)
            {
                break;
            }

            Assert.IsLessThan(199, i, "the telemetry did not arrive");
            await Task.Delay(50);
        }

        Task<(int Code, string Output)> subscriber = RunAsync("/usr/bin/mosquitto_sub", [.. common, "-t", "devices/board-a/commands/#", "-C", "1", "-W", "30", "-v"]);
        for (int i = 0; i < 200 && !subscriber.IsCompleted; i++)
        {
            await host.Server.Broker.SendAsync(Id, "hello", "x"u8.ToArray());
            await Task.WhenAny(subscriber, Task.Delay(100));
        }

        (code, output) = await subscriber;
        Assert.AreEqual(0, code, output);
        Assert.Contains("devices/board-a/commands/hello x", output);
    }

    private static async Task<FleetHost> StartAsync(bool mosquitto, string program, TimeSpan? operational = null)
    {
        if (!File.Exists(program) || (mosquitto && !File.Exists(FleetHost.Mosquitto)))
        {
            Assert.Inconclusive($"{program} or Mosquitto is not installed");
        }

        return await FleetHost.StartAsync(mosquitto: mosquitto, operational: operational);
    }

    private static async Task<string[]> DeviceFilesAsync(FleetHost host)
    {
        using X509Certificate2 certificate = await host.AddDeviceAsync(Id);
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(host.PathOf("device.pem"), certificate.ExportCertificatePem() + "\n" + host.Pki.Issuing.ExportCertificatePem());
        await File.WriteAllTextAsync(host.PathOf("device.key.pem"), key.ExportPkcs8PrivateKeyPem());
        return [host.PathOf("device.pem"), host.PathOf("device.key.pem")];
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output + await error);
    }
}
