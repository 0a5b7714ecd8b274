using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Protocol;

namespace DeviceFirmware.Lab;

/// <summary>
/// A client that is no board: a gateway with a key of its own, enrolled by the same station through the same door. With it the lab tries at
/// the broker what an honest board never does.
/// </summary>
internal static class Clients
{
    private const string Name = "gateway";
    private const string HardwareId = "gateway-1";

    internal static async Task PlayAsync(World world)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string csr = world.Workshop.At("gateway.csr.pem");
        await File.WriteAllTextAsync(csr, Request(key), world.Stop);
        using X509Certificate2 own = await EnrolAsync(world, csr, key, "station", world.PublicKeys, world.PrivateKeys);
        using X509Certificate2 foreign = await EnrolAsync(world, csr, key, "impostor-station", world.Workshop.At("impostor"), world.Workshop.At("impostor-private"));
        await FactoryLine.ImportAsync(world, Name);

        // It has no label and no button: who runs the fleet puts it to work.
        await world.Fleet.PostAsync($"/devices/{Name}/state", new { state = "claimed", reason = "our own gateway", actor = "owner" });

        await OtherTopicAsync(world, own);
        Refusal otherRoot = await RefusedAtTlsAsync(world, foreign, "certificate from another root");
        Refusal none = await RefusedAtTlsAsync(world, null, "no certificate");
        using (IMqttClient client = await ConnectAsync(world, own))
        {
            world.Report.Expect("the gateway connects with its own certificate", client.IsConnected, "connected by mutual TLS");
        }

        world.Report.Refused(otherRoot with { Twin = "the same key with the certificate of the right factory connects" });
        world.Report.Refused(none with { Twin = "the same client with its certificate connects" });
    }

    /// <summary>The fleet's own words about a denial, from its log.</summary>
    internal static async Task<JsonNode> DenialAsync(World world, long after, string action, string? device)
    {
        bool Fits(JsonNode? entry)
        {
            return entry!["event"]!.GetValue<string>() == "denied" && entry["action"]?.GetValue<string>() == action
                && (device is null || entry["device"]?.GetValue<string>() == device);
        }

        JsonNode log = await world.Fleet.UntilAsync($"the fleet denies {action}", $"/log?after={after}&limit=10000", node => node.AsArray().Any(Fits));
        return log.AsArray().First(Fits)!;
    }

    private static async Task OtherTopicAsync(World world, X509Certificate2 certificate)
    {
        using IMqttClient client = await ConnectAsync(world, certificate);
        long log = await Revocation.LastLogAsync(world);
        string payload = $$"""{"deviceId":"{{Name}}","tempC":-40.0,"ts":"2026-01-01T00:00:00Z"}""";
        MqttClientPublishResult own = await client.PublishAsync(Message($"devices/{Name}/telemetry", payload), world.Stop);
        MqttClientPublishResult other = await client.PublishAsync(Message("devices/board-a/telemetry", payload.Replace(Name, "board-a", StringComparison.Ordinal)), world.Stop);
        JsonNode denied = await DenialAsync(world, log, "publish", Name);
        await world.Fleet.UntilAsync("the gateway's own telemetry arrives", $"/devices/{Name}/telemetry", node => node.AsArray().Count == 1);
        JsonNode boards = await world.Fleet.GetAsync("/devices/board-a/telemetry");
        world.Report.Expect("nothing reached the other board's telemetry", !boards.ToJsonString().Contains("-40", StringComparison.Ordinal), $"{boards.AsArray().Count} measurements of board-a, none of them the gateway's");
        world.Report.Expect("the gateway may publish to its own topic", own.IsSuccess && !other.IsSuccess, $"own: {own.ReasonCode}, other: {other.ReasonCode}");
        world.Report.Refused(new Refusal(
            "publishes to another board's topic", "fleet", denied["token"]!.GetValue<string>(), denied["reason"]!.GetValue<string>(), "the same message on its own topic arrives"));
        await CommandAsync(world, client);
        await client.DisconnectAsync(cancellationToken: world.Stop);
    }

    /// <summary>Commands are denied by name, whatever else a policy allows.</summary>
    private static async Task CommandAsync(World world, IMqttClient client)
    {
        long log = await Revocation.LastLogAsync(world);
        MqttClientPublishResult result = await client.PublishAsync(Message("devices/board-a/commands/update", "an order"), world.Stop);
        JsonNode denied = await DenialAsync(world, log, "publish", Name);
        world.Report.Expect("the gateway may not give orders", !result.IsSuccess, $"{result.ReasonCode}");
        world.Report.Refused(new Refusal(
            "publishes an order to another board", "fleet", denied["token"]!.GetValue<string>(), denied["reason"]!.GetValue<string>(), "telemetry on its own topic arrives"));
    }

    private static async Task<Refusal> RefusedAtTlsAsync(World world, X509Certificate2? certificate, string what)
    {
        long log = await Revocation.LastLogAsync(world);
        string seen = "connected";
        try
        {
            using IMqttClient client = await ConnectAsync(world, certificate);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            seen = failure.GetBaseException().GetType().Name;
        }

        JsonNode denied = await DenialAsync(world, log, "tls", null);
        world.Report.Expect($"a client is not let in: {what}", seen != "connected", seen);
        return new Refusal(what, "fleet", denied["token"]!.GetValue<string>(), denied["reason"]!.GetValue<string>(), "");
    }

    private static async Task<IMqttClient> ConnectAsync(World world, X509Certificate2? certificate)
    {
        X509Certificate2 root = X509CertificateLoader.LoadCertificateFromFile(world.Public("fleet-root", "current.pem"));
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithTcpServer("localhost", world.BrokerPort)
            .WithClientId(Name)
            .WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500)
            .WithTimeout(TimeSpan.FromSeconds(10))
            .WithTlsOptions(tls =>
            {
                tls.UseTls().WithSslProtocols(SslProtocols.Tls12).WithTrustChain([root]);
                tls.WithRevocationMode(X509RevocationMode.NoCheck);
                if (certificate is not null)
                {
                    tls.WithClientCertificates([certificate]);
                }
            })
            .Build();
        try
        {
            await client.ConnectAsync(options, world.Stop);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static MqttApplicationMessage Message(string topic, string payload)
    {
        return new MqttApplicationMessageBuilder()
            .WithTopic(topic).WithPayload(Encoding.UTF8.GetBytes(payload)).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
    }

    private static async Task<X509Certificate2> EnrolAsync(World world, string csr, ECDsa key, string data, string publicKeys, string privateKeys)
    {
        string file = world.Workshop.At($"gateway.{data}.pem");
        await world.Tools.DoAsync(
            "Factory", "factory", ["sign", "--csr", csr, "--id", Name, "--hardware-id", HardwareId, "--out", file,
                .. FactoryLine.StationArguments(world, publicKeys, privateKeys, data)]);
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        return certificate.CopyWithPrivateKey(key);
    }

    private static string Request(ECDsa key)
    {
        X500DistinguishedNameBuilder name = new();
        name.Add("2.5.4.5", HardwareId, System.Formats.Asn1.UniversalTagNumber.PrintableString);
        name.AddCommonName(Name);
        return new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n";
    }
}
