using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DeviceFirmware.Fleet;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Operational certificates on the embedded broker and on Mosquitto: what is refused on both, and what Mosquitto cannot tell apart (THREATS).</summary>
[TestClass]
public sealed class OperationalOnBothTests
{
    private const string Id = "board-a";
    private const string Telemetry = """{"deviceId":"board-a","tempC":21.5,"ts":"2026-11-23T10:00:00Z"}""";

    [TestMethod]
    public async Task ForgedOnesEnterNeitherBrokerAndWhatEndsTheOwnersRightEndsIt()
    {
        if (!File.Exists(FleetHost.Mosquitto))
        {
            Assert.Inconclusive("no Mosquitto is installed");
        }

        await using FleetHost embedded = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30), next: true);
        await using FleetHost mosquitto = await FleetHost.StartAsync(mosquitto: true, pki: embedded.Pki, operational: TimeSpan.FromDays(30), next: true);
        using X509Certificate2 initial = embedded.Pki.Device($"CN={Id}");
        foreach (FleetHost host in (FleetHost[])[embedded, mosquitto])
        {
            await host.AddDeviceAsync(Id, initial);
            await host.AddDeviceAsync("board-b");
            Assert.IsNull(host.Server.Registry.Assign(Id, "north", Actor.Operator).Refusal);
            Assert.IsNull(host.Server.Registry.Assign("board-b", "north", Actor.Operator).Refusal);
            using X509Certificate2 local = await EnrolledAsync(host, initial, isWanted: true);
            await ForgedAreRefusedAsync(host, initial);
            await TheOtherEndServesTooAsync(host, local);
            await AnotherIdIsNotItsAsync(host, local);
            await OneAloneEndsAsync(host, initial, local);
        }

        await OutlivedAsync(mosquitto);
        foreach (FleetHost host in (FleetHost[])[embedded, mosquitto])
        {
            using X509Certificate2 first = await EnrolledAsync(host, initial, isWanted: host.Server.Broker.TellsCertificatesApart);
            using X509Certificate2 local = await MovedAsync(host, initial, first);
            await GivenUpAsync(host, local);
            await RevokedAsync(host, initial, local);
        }
    }

    /// <summary>Mosquitto judges a certificate when a connection is made and not again: what the embedded broker ends goes on there, until it has to be made anew.</summary>
    private static async Task OutlivedAsync(FleetHost host)
    {
        const string Brief = "board-c";
        await host.AddDeviceAsync(Brief);
        using X509Certificate2 brief = host.Pki.Operational(Brief, "north", DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddSeconds(3));
        IMqttClient client = await host.ConnectAsync(brief, Brief);
        for (int i = 0; i < 100 && DateTime.UtcNow < brief.NotAfter.ToUniversalTime().AddSeconds(1); i++)
        {
            await Task.Delay(100);
        }

        Assert.IsLessThan(0x80, (int)(await client.PublishAsync(FleetHost.Message($"devices/{Brief}/status", """{"deviceId":"board-c","event":"online"}"""))).ReasonCode);
        Assert.AreEqual(-1, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, brief, [host.Pki.OperationalCa], Brief));
        Assert.IsTrue(client.IsConnected);
    }

    private static async Task<X509Certificate2> EnrolledAsync(FleetHost host, X509Certificate2 initial, bool isWanted)
    {
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        if (isWanted)
        {
            Assert.AreEqual("wanted", (await board.ReplyAsync()).Token);
        }

        X509Certificate2 local = await board.EnrolAsync();
        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, local);
        Assert.IsTrue(await PublishesAsync(under.Client, "telemetry", Telemetry));
        return local;
    }

    private static async Task ForgedAreRefusedAsync(FleetHost host, X509Certificate2 initial)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using TestPki twin = new(); // every name is the same, every key another
        using TestPki other = new("other");
        (string What, X509Certificate2 Own, X509Certificate2[] Above)[] forged =
        [
            ("all names right, other keys", twin.Operational(Id, "north", now.AddHours(-1), now.AddDays(30)), [twin.OperationalCa, twin.FleetRoot]),
            ("the same, alone", twin.Operational(Id, "north", now.AddHours(-1), now.AddDays(30)), []),
            ("the same, with the true CA above it", twin.Operational(Id, "north", now.AddHours(-1), now.AddDays(30)), [host.Pki.OperationalCa]),
            ("another CA", other.Device($"CN={Id}"), [other.Issuing, other.Root]),
            ("signed by the board's own IDevID", SignedBy(initial), [initial, host.Pki.Issuing]),
            ("ended", host.Pki.Operational(Id, "north", now.AddDays(-31), now.AddDays(-1)), [host.Pki.OperationalCa]),
            ("not begun", host.Pki.Operational(Id, "north", now.AddDays(1), now.AddDays(31)), [host.Pki.OperationalCa]),
        ];
        foreach ((string what, X509Certificate2 own, X509Certificate2[] above) in forged)
        {
            Assert.AreEqual(-1, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, own, above, Id), what);
            own.Dispose();
        }

        // What the operational CA's key has signed and the fleet has not: nobody, but to Mosquitto.
        using X509Certificate2 stolen = host.Pki.Operational(Id, "north", now.AddHours(-1), now.AddDays(30));
        Assert.AreEqual(host.Server.Broker.TellsCertificatesApart, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, stolen, [host.Pki.OperationalCa], Id) != 0);
    }

    /// <summary>During a rotation both certificates are served, each on its port, with the same rights; the newest connection of a device is the one that stands.</summary>
    private static async Task TheOtherEndServesTooAsync(FleetHost host, X509Certificate2 local)
    {
        Assert.AreNotEqual(host.Server.MqttPort, host.Server.NextPort);
        IMqttClient first = await host.ConnectAsync(local, Id);
        Assert.AreEqual(0, await RawConnection.ConnectAsync(host.Server.NextPort, host.NextBroker, local, [], Id));
        await FleetHost.UntilAsync(() => !first.IsConnected);
        using TestPki twin = new();
        using X509Certificate2 forged = twin.Operational(Id, "north", DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30));
        Assert.AreEqual(-1, await RawConnection.ConnectAsync(host.Server.NextPort, host.NextBroker, forged, [twin.OperationalCa], Id));
    }

    // The embedded broker refuses another client id; to Mosquitto the certificate's name is the client id, whatever it says.
    private static async Task AnotherIdIsNotItsAsync(FleetHost host, X509Certificate2 local)
    {
        IMqttClient client = host.NewClient();
        MqttClientConnectResultCode code = await host.TryConnectAsync(client, local, "board-b");
        Assert.AreEqual(host.Server.Broker.TellsCertificatesApart, code != MqttClientConnectResultCode.Success);
        if (code == MqttClientConnectResultCode.Success)
        {
            Assert.IsGreaterThanOrEqualTo(0x80, (int)(await client.PublishAsync(FleetHost.Message("devices/board-b/telemetry", "{}"))).ReasonCode);
            Assert.IsGreaterThanOrEqualTo(0x80, (int)(await client.SubscribeAsync("devices/board-b/commands/#")).Items.Single().ResultCode);
        }

        Assert.IsFalse(host.Server.Broker.IsConnected("board-b"));
    }

    private static async Task OneAloneEndsAsync(FleetHost host, X509Certificate2 initial, X509Certificate2 local)
    {
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(local.RawData));
        IMqttClient client = await host.ConnectAsync(local, Id);
        (int status, JsonElement answer) = await host.PostAsync($"devices/{Id}/certificates/end", new { sha256, reason = "its key was copied" });
        if (!host.Server.Broker.TellsCertificatesApart)
        {
            Assert.AreEqual((409, "broker-cannot"), (status, answer.GetProperty("token").GetString()));
            return;
        }

        Assert.AreEqual(200, status, answer.ToString());
        await FleetHost.UntilAsync(() => !client.IsConnected);
        Assert.AreNotEqual(0, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, local, [], Id));
        await host.ExpectAsync("denied", ("action", "connect"), ("token", "certificate-ended"));
        Assert.AreEqual(0, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, initial, [], Id), "the IDevID stays, and fetches another");
    }

    /// <summary>Another tenant's, and still at work: what is connected for the one before ends, its messages with it, and the device gets a certificate of the new one.</summary>
    private static async Task<X509Certificate2> MovedAsync(FleetHost host, X509Certificate2 initial, X509Certificate2 local)
    {
        X509Certificate2 before = local;
        foreach ((string path, string tenant) in ((string, string)[])[("transfer", "south"), ("tenant", "west")])
        {
            IMqttClient client = await host.ConnectAsync(before, Id);
            Assert.IsTrue(await PublishesAsync(client, "telemetry", Telemetry));
            for (int i = 0; i < 800 && (await host.GetAsync($"devices/{Id}/telemetry")).Answer.GetArrayLength() == 0; i++)
            {
                await Task.Delay(25);
            }

            Assert.AreEqual(200, (await host.PostAsync($"devices/{Id}/{path}", new { tenant })).Status);
            await FleetHost.UntilAsync(() => !client.IsConnected);
            Assert.AreEqual(0, (await host.GetAsync($"devices/{Id}/telemetry")).Answer.GetArrayLength(), "it is not the next one's to read");

            // Mosquitto takes the ended one, as it takes any of that name; the fleet has none on its list and invites.
            bool tells = host.Server.Broker.TellsCertificatesApart;
            if (tells)
            {
                Assert.AreNotEqual(0, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, before, [], Id));
                await host.ExpectAsync("denied", ("action", "connect"), ("token", "certificate-ended"));
            }

            await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, tells ? initial : before);
            Assert.AreEqual("wanted", (await board.ReplyAsync()).Token);
            X509Certificate2 next = await board.EnrolAsync();
            Assert.Contains($"O={tenant}", next.Subject);
            await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, next);
            Assert.IsTrue(await PublishesAsync(under.Client, "telemetry", Telemetry));
            before = next;
        }

        return before;
    }

    private static async Task GivenUpAsync(FleetHost host, X509Certificate2 local)
    {
        IMqttClient client = await host.ConnectAsync(local, Id);
        Assert.AreEqual(200, (await host.PostAsync($"devices/{Id}/disown", new { })).Status);
        await FleetHost.UntilAsync(() => !client.IsConnected);
        if (host.Server.Broker.TellsCertificatesApart)
        {
            Assert.AreNotEqual(0, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, local, [], Id));
            return;
        }

        // It is the device yet, which is nobody's: it may do what any unclaimed device may, and measures for nobody.
        client = await host.ConnectAsync(local, Id);
        Assert.IsFalse(await PublishesAsync(client, "telemetry", Telemetry));
        Assert.IsTrue(await PublishesAsync(client, "status", """{"deviceId":"board-a","event":"online"}"""));
    }

    private static async Task RevokedAsync(FleetHost host, X509Certificate2 initial, X509Certificate2 local)
    {
        Assert.AreEqual(200, (await host.PostAsync($"devices/{Id}/state", new { state = "revoked", reason = "stolen", actor = "operator" })).Status);
        foreach (X509Certificate2 certificate in (X509Certificate2[])[initial, local])
        {
            if (host.Server.Broker.TellsCertificatesApart)
            {
                Assert.AreNotEqual(0, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, certificate, [], Id));
            }
            else
            {
                await host.AssertWorthlessAsync(certificate, Id);
            }
        }
    }

    private static async Task<bool> PublishesAsync(IMqttClient client, string name, string payload) =>
        (int)(await client.PublishAsync(FleetHost.Message($"devices/{Id}/{name}", payload))).ReasonCode < 0x80;

    private static X509Certificate2 SignedBy(X509Certificate2 initial)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa own = initial.GetECDsaPrivateKey()!;
        CertificateRequest request = new($"O=north, CN={Id}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using X509Certificate2 made = request.Create(
            initial.SubjectName, X509SignatureGenerator.CreateForECDsa(own), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(30), RandomNumberGenerator.GetBytes(16));
        return made.CopyWithPrivateKey(key);
    }
}
