using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Fleet;
using DeviceFirmware.Tools;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>A server on loopback with its own environment, and clients for it.</summary>
internal sealed class FleetHost : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<IMqttClient> _clients = [];
    private HttpClient _http = new();
    private Limits _limits = new();

    private FleetHost()
    {
    }

    public TestPki Pki { get; private init; } = new();

    private bool OwnsPki { get; init; } = true;

    private bool OnMosquitto { get; init; }

    /// <summary>The life of operational certificates; null: none are issued.</summary>
    private TimeSpan? Operational { get; init; }

    /// <summary>The broker serves another certificate on another port, too.</summary>
    private bool Next { get; init; }

    /// <summary>That certificate.</summary>
    public X509Certificate2 NextBroker { get; private set; } = null!;

    private TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where Debian has Mosquitto.</summary>
    public static string Mosquitto => "/usr/sbin/mosquitto";


    public FleetServer Server { get; private set; } = null!;

    public static async Task<FleetHost> StartAsync(string? policy = null, Limits? limits = null, bool mosquitto = false, TestPki? pki = null, TimeProvider? time = null, TimeSpan? operational = null, bool next = false)
    {
        FleetHost host = new() { Next = next, Operational = operational, OnMosquitto = mosquitto, Time = time ?? TimeProvider.System, Pki = pki ?? new TestPki(), OwnsPki = pki is null, _limits = limits ?? new Limits(Connects: 1000, Messages: mosquitto || pki is not null ? 100_000 : new Limits().Messages) };
        host.Pki.WriteTo(host._directory.Path);
        Directory.CreateDirectory(host.PathOf("policies"));
        foreach (string name in new[] { "bootstrap", "operational", "quarantined" })
        {
            string text = name == "operational" ? policy ?? PolicyTests.Operational : PolicyTests.Shipped(name);
            await File.WriteAllTextAsync(host.PathOf($"policies/{name}.json"), text);
        }

        if (next)
        {
            using TestPki other = new("other");
            host.NextBroker = X509CertificateLoader.LoadCertificate(other.Broker.RawData);
            await File.WriteAllTextAsync(host.PathOf("next.pem"), other.Broker.ExportCertificatePem());
            await File.WriteAllTextAsync(host.PathOf("next.key.pem"), other.BrokerKey.ExportPkcs8PrivateKeyPem());
        }

        await host.RestartAsync();
        return host;
    }

    public string PathOf(string name)
    {
        return Path.Combine(_directory.Path, name);
    }

    /// <summary>Starts the server, after ending the one that runs.</summary>
    public Task RestartAsync()
    {
        return RestartAsync(0);
    }

    /// <summary>Starts the server on a port of the broker.</summary>
    public async Task RestartAsync(int port)
    {
        await StopAsync();
        Server = await FleetServer.StartAsync(new FleetOptions
        {
            DataDirectory = PathOf("data"),
            BrokerCertificate = PathOf("broker.pem"),
            BrokerKey = PathOf("broker.key.pem"),
            NextCertificate = Next ? PathOf("next.pem") : null,
            NextKey = Next ? PathOf("next.key.pem") : null,
            ClientRoot = PathOf("root.pem"),
            ClientIssuing = PathOf("issuing.pem"),
            Policies = PathOf("policies"),
            MqttPort = port,
            Mosquitto = OnMosquitto ? Mosquitto : null,
            Limits = _limits,
            Time = Time,
            OperationalCertificate = Operational is null ? null : PathOf("operational.pem"),
            FleetRoot = PathOf("fleet-root.pem"),
            OperationalKey = Operational is null ? null : KeyOptions.Open(PathOf("operational.key.pem"), new PassphraseSource(null, null)),
            OperationalLife = Operational ?? TimeSpan.FromDays(30),
        });
        _http.Dispose();
        _http = NewCaller(ApiRoles.Any, null);
    }

    /// <summary>Ends the server, if one runs.</summary>
    public async Task StopAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
            Server = null!;
        }
    }

    /// <summary>A client of the API with a new key, or with none.</summary>
    public HttpClient NewCaller(ApiRoles roles, string? tenant)
    {
        HttpClient http = new(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == Pki.Broker.GetCertHashString(),
        })
        {
            BaseAddress = new Uri($"https://localhost:{Server.ApiPort}"),
        };
        if (roles != ApiRoles.None)
        {
            NewApiKey key = Server.Keys.Create("a test", roles, tenant).Value!;
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Encoding.ASCII.GetString(key.Text));
        }

        return http;
    }

    /// <summary>Makes a device, registers it over the API, and ships it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="made">Its certificate; null makes one.</param>
    /// <param name="claimed">It has an owner already: its contact makes it active. ClaimTests have those that do not.</param>
    /// <param name="claim">What its claim is checked with; null for none.</param>
    public async Task<X509Certificate2> AddDeviceAsync(string id, X509Certificate2? made = null, bool claimed = true, string? claim = null)
    {
        X509Certificate2 certificate = made ?? Pki.Device($"CN={id}");
        Dictionary<string, string> record = TestPki.RecordOf(id, certificate);
        if (claim is not null)
        {
            record["claim"] = claim;
        }

        (int status, JsonElement answer) = await PostAsync("devices/import", Records.Manifest(record));
        Assert.AreEqual(200, status, answer.ToString());
        (status, answer) = await PostAsync($"devices/{id}/state", new { state = "shipped", reason = "a test", actor = "factory" });
        Assert.AreEqual(200, status, answer.ToString());
        if (claimed)
        {
            Assert.IsNull(Server.Registry.ChangeState(id, DeviceState.Claimed, Actor.Owner, "a test").Refusal);
            await Server.Broker.ReviewAsync(id);
        }

        return certificate;
    }

    public async Task<MqttClientConnectResultCode> TryConnectAsync(
        IMqttClient client,
        X509Certificate2? certificate,
        string clientId,
        string? userName = null,
        string? willTopic = null,
        MqttProtocolVersion version = MqttProtocolVersion.V500,
        SslProtocols tls = SslProtocols.None)
    {
        MqttClientOptionsBuilder options = new MqttClientOptionsBuilder()
            .WithTcpServer("localhost", Server.MqttPort)
            .WithClientId(clientId)
            .WithProtocolVersion(version)
            .WithTimeout(TimeSpan.FromSeconds(30))
            .WithTlsOptions(o =>
            {
                o.UseTls()
                    .WithSslProtocols(tls)
                    .WithCertificateValidationHandler(args => args.Certificate.GetCertHashString() == Pki.Broker.GetCertHashString());
                if (certificate is not null)
                {
                    o.WithClientCertificates([certificate]);
                }
            });
        if (userName is not null)
        {
            options.WithCredentials(userName, "not a secret");
        }

        if (willTopic is not null)
        {
            options.WithWillTopic(willTopic).WithWillPayload("""{"deviceId":"board-a","event":"offline"}""").WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        }

        return (await client.ConnectAsync(options.Build())).ResultCode;
    }

    public IMqttClient NewClient()
    {
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        _clients.Add(client);
        return client;
    }

    /// <summary>A connected device.</summary>
    public async Task<IMqttClient> ConnectAsync(X509Certificate2 certificate, string id, MqttProtocolVersion version = MqttProtocolVersion.V500)
    {
        IMqttClient client = NewClient();
        Assert.AreEqual(MqttClientConnectResultCode.Success, await TryConnectAsync(client, certificate, id, version: version));
        return client;
    }

    public async Task<(int Status, JsonElement Answer)> PostAsync(string path, object body)
    {
        return await PostAsync(path, body as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(body));
    }

    public async Task<(int Status, JsonElement Answer)> PostAsync(string path, byte[] body)
    {
        using HttpResponseMessage response = await _http.PostAsync(path, new ByteArrayContent(body));
        return ((int)response.StatusCode, await JsonAsync(response));
    }

    public async Task<(int Status, JsonElement Answer)> GetAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(path);
        return ((int)response.StatusCode, await JsonAsync(response));
    }

    /// <summary>Waits for a log entry with these fields, at most twenty seconds.</summary>
    public async Task<LogEntry> ExpectAsync(string name, params (string Key, string Value)[] fields)
    {
        for (int i = 0; i < 800; i++)
        {
            LogEntry? found = Server.Log.After(0, DecisionLog.Capacity).LastOrDefault(entry =>
                entry.Event == name && fields.All(field => entry.Fields.Any(f => f.Key == field.Key && f.Value == field.Value)));
            if (found is not null)
            {
                return found;
            }

            await Task.Delay(25);
        }

        string log = string.Join('\n', Server.Log.After(0, 100).Select(e => $"{e.Event} {string.Join(' ', e.Fields.Select(f => $"{f.Key}={f.Value}"))}"));
        throw new AssertFailedException($"no '{name}' {string.Join(' ', fields)} in the log:\n{log}");
    }

    public static MqttApplicationMessage Message(string topic, byte[] payload)
    {
        return new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
    }

    public static MqttApplicationMessage Message(string topic, string payload)
    {
        return Message(topic, Encoding.UTF8.GetBytes(payload));
    }

    /// <summary>Mosquitto asks nobody at connect: what counts is that such a connection can do nothing and is gone at once.</summary>
    public async Task AssertWorthlessAsync(X509Certificate2 certificate, string id)
    {
        IMqttClient client = NewClient();
        try
        {
            await TryConnectAsync(client, certificate, id);
            Assert.IsGreaterThanOrEqualTo(0x80, (int)(await client.PublishAsync(Message($"devices/{id}/status", "{}"))).ReasonCode);
            Assert.IsGreaterThanOrEqualTo(0x80, (int)(await client.SubscribeAsync($"devices/{id}/commands/#")).Items.Single().ResultCode);
        }
        catch (Exception failure) when (failure is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException or ObjectDisposedException)
        {
            // Put out already.
        }

        await UntilAsync(() => !client.IsConnected);
    }

    /// <summary>Waits at most twenty seconds.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 800 && !condition(); i++)
        {
            await Task.Delay(25);
        }

        Assert.IsTrue(condition(), "what was waited for did not come within twenty seconds");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IMqttClient client in _clients)
        {
            client.Dispose();
        }

        _http.Dispose();
        await StopAsync();
        if (OwnsPki)
        {
            Pki.Dispose();
        }

        _directory.Dispose();
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }
}
