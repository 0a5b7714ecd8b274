using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Fleet;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Trust;
using MQTTnet;

namespace DeviceFirmware.Scenario.Documents;

/// <summary>The page of the fleet's API, as it stands there, against a server with a board whose button is pressed at once.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class ApiDocumentTests
{
    private const string Label = "0123456789ABCDEFGHJK";

    [TestMethod]
    public async Task ThePageRunsAsItStandsThere()
    {
        if (new[] { "curl", "jq", "python3" }.FirstOrDefault(program => !File.Exists("/usr/bin/" + program)) is { } missing)
        {
            Assert.Inconclusive($"{missing} is not installed");
        }

        using (System.Diagnostics.Process paho = System.Diagnostics.Process.Start("/usr/bin/python3", ["-c", "import paho.mqtt"]))
        {
            await paho.WaitForExitAsync();
            if (paho.ExitCode != 0)
            {
                Assert.Inconclusive("no paho-mqtt is installed");
            }
        }

        await using FleetHost host = await FleetHost.StartAsync();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 board = host.Pki.Device("CN=board-a", key: key);
        Dictionary<string, string> record = TestPki.RecordOf("board-a", board);
        record["claim"] = $"pbkdf2-sha256$1000${Convert.ToHexStringLower(new byte[16])}${Convert.ToHexStringLower(Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(Label), new byte[16], 1000, HashAlgorithmName.SHA256, 32))}";
        await File.WriteAllBytesAsync(host.PathOf("manifest.json"), Records.Manifest(record));
        using X509Certificate2 gateway = await host.AddDeviceAsync("gateway-1");
        Assert.IsNull(host.Server.Registry.Assign("gateway-1", "north", Actor.Operator).Refusal);
        await File.WriteAllTextAsync(host.PathOf("gateway.pem"), gateway.ExportCertificatePem() + "\n" + host.Pki.Issuing.ExportCertificatePem());
        using (ECDsa secret = gateway.GetECDsaPrivateKey()!)
        {
            await File.WriteAllTextAsync(host.PathOf("gateway.key.pem"), secret.ExportPkcs8PrivateKeyPem());
        }

        using CancellationTokenSource ended = new();
        Task pressed = PressAsync(host, board, new HostKey(key), ended.Token);
        string admin = await KeyAsync(host, ApiRoles.Any, null);
        string north = await KeyAsync(host, ApiRoles.Operator, "north");
        ToolRun run = await Task.Run(() => DocumentedCommands.Run(
            "tools/Fleet/API.md",
            host.PathOf(""),
            ("API", $"https://localhost:{host.Server.ApiPort}"),
            ("MQTT", $"localhost:{host.Server.MqttPort}"),
            ("ROOT", host.PathOf("broker.pem")),
            ("ADMIN", admin),
            ("NORTH", north),
            ("MANIFEST", host.PathOf("manifest.json")),
            ("LABEL", Label),
            ("CERTIFICATE", host.PathOf("gateway.pem")),
            ("KEY", host.PathOf("gateway.key.pem")),
            ("PATH", "/usr/bin:" + Environment.GetEnvironmentVariable("PATH")),
            ("TMPDIR", host.PathOf(""))).MustEndWith(0));
        await ended.CancelAsync();
        await pressed;
        foreach (string line in new[]
        {
            "{\"imported\":1,\"unchanged\":0}", "board-a shipped b1", "needs-proof", "unknown-device", "\"done\": true", "\"state\": \"active\"", "already-claimed", "\nshipped\n",
            "\"id\": \"gateway-1\"", "\n20.5\n", "EC P-256 ES256 sig", "\nquarantined\n", "state-quarantined",
        })
        {
            Assert.Contains(line, "\n" + run.Output);
        }
    }

    private static async Task<string> KeyAsync(FleetHost host, ApiRoles roles, string? tenant)
    {
        string path = host.PathOf(Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(path, host.Server.Keys.Create("a reader", roles, tenant).Value!.Text);
        return path;
    }

    // The board comes online when it is shipped, again after its quarantine, and says yes to whoever asks.
    private static async Task PressAsync(FleetHost host, X509Certificate2 certificate, HostKey key, CancellationToken ended)
    {
        IMqttClient? client = null;
        while (!ended.IsCancellationRequested)
        {
            if (client is not { IsConnected: true } && host.Server.Registry.Find("board-a") is { State: not DeviceState.Manufactured })
            {
                client = await ListenAsync(host, certificate, key);
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    private static async Task<IMqttClient?> ListenAsync(FleetHost host, X509Certificate2 certificate, HostKey key)
    {
        IMqttClient client = host.NewClient();
        try
        {
            await host.TryConnectAsync(client, certificate, "board-a");
            client.ApplicationMessageReceivedAsync += args => args.ApplicationMessage.Topic.EndsWith("/claim", StringComparison.Ordinal)
                ? client.PublishAsync(FleetHost.Message("devices/board-a/requests/claim", ClaimAnswer.Sign(ClaimRequest.Decode(System.Buffers.BuffersExtensions.ToArray(args.ApplicationMessage.Payload)), key)))
                : Task.CompletedTask;
            await client.SubscribeAsync("devices/board-a/commands/#");
            return client;
        }
        catch (Exception failure) when (failure is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException or ObjectDisposedException)
        {
            return null; // its connection ends with each change of its document
        }
    }
}
