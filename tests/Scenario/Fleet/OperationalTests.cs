using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Identity;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Trust;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using CertificateRequest = DeviceFirmware.Identity.CertificateRequest;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Operational certificates: who gets one, what it is worth, and when that ends.</summary>
[TestClass]
public sealed class OperationalTests
{
    private const string Id = "board-a";
    private const string Telemetry = """{"deviceId":"board-a","tempC":21.5,"ts":"2026-11-23T10:00:00Z"}""";

    [TestMethod]
    [DataRow("accepted", "")]
    [DataRow("unknown-device", "no device")]
    [DataRow("not-claimed", "shipped")]
    [DataRow("not-claimed", "nobody's")]
    [DataRow("not-claimed", "quarantined")]
    [DataRow("not-claimed", "revoked")]
    [DataRow("too-many", "six")]
    [DataRow("malformed-request", "garbage")]
    [DataRow("other-id", "another id")]
    [DataRow("other-id", "another hardware id")]
    [DataRow("key-known", "a used key")]
    [DataRow("no-possession", "another's signature")]
    public void EveryRefusalHasItsReason(string token, string what)
    {
        P256PrivateKey key = NewKey();
        Device device = Registered() with
        {
            State = what switch { "shipped" => DeviceState.Shipped, "quarantined" => DeviceState.Quarantined, "revoked" => DeviceState.Revoked, _ => DeviceState.Active },
            Tenant = what == "nobody's" ? "" : "north",
        };
        byte[] request = CertificateRequest.Create(new StoredKey(key), what == "another hardware id" ? "hw-2" : "hw-1", what == "another id" ? "board-b" : Id);
        if (what == "another's signature")
        {
            // The key of one request under the signature of another.
            request[^1] ^= 1;
        }

        IssuableCheck check = IssuableRequest.Check(
            what == "garbage" ? [1, 2, 3] : request, what == "no device" ? null : device, what == "six" ? IssuableRequest.Most : 5, _ => what == "a used key");
        Assert.AreEqual(token, check.Token, check.Reason);
        Assert.AreEqual(token == "accepted", check.Request is not null);
        if (check.Request is { } accepted)
        {
            Assert.AreEqual((Id, "hw-1", "north", "meter"), (accepted.DeviceId, accepted.HardwareId, accepted.Tenant, accepted.Product));
        }
    }

    [TestMethod]
    public async Task ItIsIssuedOverTheDevicesOwnConnectionAndThenTheInitialOneIsSpare()
    {
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30));
        X509Certificate2 initial = await ActiveAsync(host);
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        Assert.AreEqual("wanted", (await board.ReplyAsync()).Token, "it is invited");
        using X509Certificate2 local = await board.EnrolAsync();
        await PublishesAsync(host, board.Client, allowed: true);
        AuditEntry entry = host.Server.Registry.Audit(0, 100, Id).Single(e => e.Kind == "certificate");
        Assert.AreEqual(Actor.Fleet, entry.Actor);

        // Until it was shown, the IDevID works as before; from then on it fetches and recovers.
        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, local);
        await PublishesAsync(host, under.Client, allowed: true);
        Assert.AreEqual(Fingerprint(local), host.Server.Registry.Find(Id)!.OperationalSha256);
        Assert.IsNotNull(host.Server.Registry.Certificates(Id).Single(c => c.Kind == CertificateKind.Ldevid).ShownAt);
        await using OperationalBoard spare = await OperationalBoard.ConnectAsync(host, initial);
        await PublishesAsync(host, spare.Client, allowed: false);
        Assert.AreEqual("wanted", (await spare.ReplyAsync()).Token, "it had to come by its IDevID: it gets another");
        using X509Certificate2 next = await spare.EnrolAsync();
        await using OperationalBoard again = await OperationalBoard.ConnectAsync(host, next);
        await PublishesAsync(host, again.Client, allowed: true);

        (int status, var shown) = await host.GetAsync($"devices/{Id}/certificates");
        Assert.AreEqual((200, 3), (status, shown.GetArrayLength()));
    }

    [TestMethod]
    public async Task TheSameKeyTwiceAndMoreThanSixADayAreRefused()
    {
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30));
        X509Certificate2 initial = await ActiveAsync(host);
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        await board.ReplyAsync();
        P256PrivateKey key = NewKey();
        Assert.AreEqual("issued", (await board.AskAsync(key)).Token);
        Assert.AreEqual("key-known", (await board.AskAsync(key)).Token);
        using (ECDsa own = initial.GetECDsaPrivateKey()!)
        {
            Assert.AreEqual("key-known", (await board.AskAsync(P256PrivateKey.Import(own.ExportParameters(true).D!))).Token, "the identity key is none for connections alone");
        }

        for (int i = 1; i < IssuableRequest.Most; i++)
        {
            Assert.AreEqual("issued", (await board.AskAsync(NewKey())).Token);
        }

        EnrolmentReply refused = await board.AskAsync(NewKey());
        Assert.AreEqual(("too-many", 3600), (refused.Token, refused.Wait));
        await host.ExpectAsync("denied", ("action", "certificate"), ("token", "too-many"));
    }

    [TestMethod]
    [DataRow("revoked")]
    [DataRow("transferred")]
    [DataRow("released")]
    public async Task WhatEndsTheTenantsRightEndsItsCertificatesAtOnce(string how)
    {
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30));
        X509Certificate2 initial = await ActiveAsync(host);
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        await board.ReplyAsync();
        using X509Certificate2 first = await board.EnrolAsync();
        using X509Certificate2 second = await board.EnrolAsync();
        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, second);
        (int status, _) = how switch
        {
            "revoked" => await host.PostAsync($"devices/{Id}/state", new { state = "revoked", reason = "a test", actor = "operator" }),
            "transferred" => (host.Server.Registry.Assign(Id, "south", Actor.Owner).Refusal is null ? 200 : 0, default),
            _ => (host.Server.Registry.ChangeState(Id, DeviceState.Shipped, Actor.Owner, "a test").Refusal is null ? 200 : 0, default),
        };
        Assert.AreEqual(200, status);
        await host.Server.Broker.ReviewAsync(Id);
        await FleetHost.UntilAsync(() => !under.Client.IsConnected);
        foreach (X509Certificate2 ended in new[] { first, second })
        {
            await RefusedAsync(host, ended);
        }

        await host.ExpectAsync("denied", ("action", "connect"), ("token", "certificate-ended"));
        if (how == "revoked")
        {
            await RefusedAsync(host, initial);
            return;
        }

        if (how == "transferred")
        {
            using HttpClient south = host.NewCaller(ApiRoles.Operator, "south");
            Assert.DoesNotContain("north", await south.GetStringAsync($"devices/{Id}/certificates"), "whose it was, and why which ended");
            Assert.Contains("\"tenant\":\"north\"", (await host.GetAsync($"devices/{Id}/certificates")).Answer.GetRawText());
        }

        // The new owner's device starts over with its IDevID.
        Assert.AreEqual("", host.Server.Registry.Find(Id)!.OperationalSha256);
        await using OperationalBoard back = await OperationalBoard.ConnectAsync(host, initial);
        await PublishesAsync(host, back.Client, allowed: how == "transferred");
    }

    [TestMethod]
    public async Task WhoeverOwnsTheOperationalCaForADayIsNobody()
    {
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30));
        X509Certificate2 initial = await ActiveAsync(host);
        using X509Certificate2 forged = host.Pki.Operational(Id, "north", DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(80));
        await RefusedAsync(host, forged);
        await host.ExpectAsync("denied", ("action", "connect"), ("device", Id), ("token", "key-differs"));

        // For the very key that the device was issued a certificate for, too.
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        await board.ReplyAsync();
        using X509Certificate2 issued = await board.EnrolAsync();
        using ECDsa stolen = issued.GetECDsaPrivateKey()!;
        using X509Certificate2 twin = host.Pki.Operational(Id, "north", DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(80), stolen);
        await RefusedAsync(host, twin);
        using X509Certificate2 stranger = host.Pki.Operational("board-z", "north", DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(80));
        await RefusedAsync(host, stranger, "board-z");
    }

    [TestMethod]
    public async Task AnExpiredOneIsRefusedAndAYearLaterTheInitialOneIsNot()
    {
        ShiftedTime time = new();
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30), time: time);
        X509Certificate2 initial = await ActiveAsync(host);
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        await board.ReplyAsync();
        using X509Certificate2 local = await board.EnrolAsync();
        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, local);
        Assert.IsFalse(await IsOverdueAsync(host));
        time.Ahead = TimeSpan.FromDays(24);
        Assert.IsFalse(await IsOverdueAsync(host), "it should have renewed it four days ago, and has six left");
        time.Ahead = TimeSpan.FromDays(26);
        Assert.IsTrue(await IsOverdueAsync(host));
        time.Ahead = TimeSpan.FromDays(365);
        LogEntry ended = await host.ExpectAsync("ended", ("action", "connect"), ("device", Id), ("address", "127.0.0.1"), ("token", "certificate-expired"));
        Assert.AreEqual($"the certificate ended at {local.NotAfter.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}", ended.Field("reason"));
        await FleetHost.UntilAsync(() => !under.Client.IsConnected && !host.Server.Broker.IsConnected(Id));
        await RefusedAsync(host, local);
        await host.ExpectAsync("denied", ("action", "tls"), ("subject", local.Subject), ("token", "certificate-expired"));
        await using OperationalBoard back = await OperationalBoard.ConnectAsync(host, initial);
        Assert.StartsWith("bootstrap@", host.Server.Log.After(0, DecisionLog.Capacity).Last(entry => entry.Event == "allowed" && entry.Field("action") == "connect").Field("policy"));
        Assert.AreEqual("wanted", (await back.ReplyAsync()).Token);
        using X509Certificate2 next = await back.EnrolAsync();
        await using OperationalBoard again = await OperationalBoard.ConnectAsync(host, next);
        await PublishesAsync(host, again.Client, allowed: true);
    }

    /// <summary>Nothing is published, nothing subscribed: the end is by the clock alone, of that connection and of no other.</summary>
    [TestMethod]
    public async Task AConnectionEndsWithTheCertificateThatHasMadeIt()
    {
        ShiftedTime time = new();
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30), time: time);
        X509Certificate2 initial = await ActiveAsync(host);
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        await board.ReplyAsync();
        using X509Certificate2 local = await board.EnrolAsync();
        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, local);
        using X509Certificate2 mortal = host.Pki.Device("CN=gateway", notAfter: DateTimeOffset.UtcNow.AddDays(40));
        await host.AddDeviceAsync("gateway", mortal);
        IMqttClient gateway = await host.ConnectAsync(mortal, "gateway");
        IMqttClient other = await host.ConnectAsync(await host.AddDeviceAsync("other"), "other");

        time.Ahead = local.NotAfter.ToUniversalTime() - DateTime.UtcNow - TimeSpan.FromSeconds(30);
        await Task.Delay(1200);
        Assert.IsTrue(under.Client.IsConnected, "not before its last second");
        time.Ahead += TimeSpan.FromSeconds(31);
        await FleetHost.UntilAsync(() => !under.Client.IsConnected);
        Assert.IsTrue(gateway.IsConnected);
        time.Ahead = TimeSpan.FromDays(41);
        await FleetHost.UntilAsync(() => !gateway.IsConnected);
        await host.ExpectAsync("ended", ("device", "gateway"), ("token", "certificate-expired"));
        await RefusedAsync(host, mortal, "gateway");
        Assert.IsTrue(other.IsConnected);
        Assert.AreEqual(2, host.Server.Log.After(0, DecisionLog.Capacity).Count(entry => entry.Field("token") == "certificate-expired" && entry.Event == "ended"), "each once");
    }

    /// <summary>A message between the end and the closing of the connection is not acknowledged: a board keeps what it measured.</summary>
    [TestMethod]
    public async Task AMessageUnderAnEndedCertificateIsNotAcknowledged()
    {
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30));
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, await ActiveAsync(host));
        await board.ReplyAsync();
        using X509Certificate2 local = await board.EnrolAsync();
        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, local);
        Assert.IsNull(host.Server.Registry.EndLocal(Id, Fingerprint(local), "its key was copied", Actor.Operator).Refusal);
        await Assert.ThrowsAsync<MQTTnet.Exceptions.MqttClientDisconnectedException>(() => under.Client.PublishAsync(FleetHost.Message($"devices/{Id}/telemetry", Telemetry)));
        await host.ExpectAsync("denied", ("action", "publish"), ("token", "certificate-ended"));
        await FleetHost.UntilAsync(() => !host.Server.Broker.IsConnected(Id));
    }

    /// <summary>What a device has, it keeps and renews while entries are lost; one that has none, or none that was not ended, waits.</summary>
    [TestMethod]
    public async Task WhileEntriesAreLostOnlyThoseThatHaveOneGetAnother()
    {
        ShiftedTime time = new();
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30), time: time);
        X509Certificate2 initial = await ActiveAsync(host);
        string head = Lost.Prove(host);
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        await board.ReplyAsync();
        EnrolmentReply refused = await board.AskAsync(NewKey());
        Assert.AreEqual((RestoreWatch.Kind, 600), (refused.Token, refused.Wait));
        await host.ExpectAsync("denied", ("action", "certificate"), ("token", RestoreWatch.Kind));
        await PublishesAsync(host, board.Client, allowed: true);
        Assert.HasCount(1, host.Server.Registry.Certificates(Id));
        Assert.AreEqual(200, (await host.PostAsync("restore/accept", new { head, reason = "looked" })).Status);
        using X509Certificate2 first = await board.EnrolAsync();

        // More is lost: it renews, and comes back by its IDevID when that has run out.
        Lost.Prove(host, 2000);
        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, first);
        using X509Certificate2 second = await under.EnrolAsync();
        time.Ahead = TimeSpan.FromDays(31);
        await using OperationalBoard back = await OperationalBoard.ConnectAsync(host, initial);
        await back.ReplyAsync();
        using X509Certificate2 third = await back.EnrolAsync();
        foreach (var local in host.Server.Registry.Locals(Id))
        {
            Assert.AreEqual(local.NotAfter < time.GetUtcNow().UtcDateTime, host.Server.Registry.EndLocal(Id, local.Sha256, "copied", Actor.Operator).Refusal is not null);
        }

        Assert.AreEqual("issued", (await back.AskAsync(NewKey())).Token, "those that ran out were not ended by anybody");
    }

    [TestMethod]
    public async Task OpensslAndDotnetTakeTheChain()
    {
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30));
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, await ActiveAsync(host));
        await board.ReplyAsync();
        using X509Certificate2 local = await board.EnrolAsync();
        await File.WriteAllTextAsync(host.PathOf("ldevid.pem"), local.ExportCertificatePem());
        OpenSsl.Run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", host.PathOf("fleet-root.pem"), "-untrusted", host.PathOf("operational.pem"), host.PathOf("ldevid.pem"));
        string text = OpenSsl.Run("x509", "-in", host.PathOf("ldevid.pem"), "-noout", "-subject", "-ext", "subjectAltName,extendedKeyUsage,keyUsage");
        Assert.Contains("O = north", text.Replace("O=", "O = ", StringComparison.Ordinal));
        Assert.Contains($"urn:devicefirmware:test:{Id}", text);
        Assert.AreEqual(TimeSpan.FromDays(30), local.NotAfter - local.NotBefore);
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(host.Pki.FleetRoot);
        chain.ChainPolicy.ExtraStore.Add(host.Pki.OperationalCa);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        Assert.IsTrue(chain.Build(local), string.Join(' ', chain.ChainStatus.Select(s => s.StatusInformation)));
    }

    internal static async Task<X509Certificate2> ActiveAsync(FleetHost host)
    {
        X509Certificate2 initial = await host.AddDeviceAsync(Id, host.Pki.Device($"CN={Id}"));
        Assert.IsNull(host.Server.Registry.Assign(Id, "north", Actor.Operator).Refusal);
        return initial;
    }

    private static async Task<bool> IsOverdueAsync(FleetHost host)
    {
        (_, var posture) = await host.GetAsync("posture");
        return posture.GetRawText().Contains("renewal-overdue", StringComparison.Ordinal);
    }

    private static P256PrivateKey NewKey()
    {
        while (true)
        {
            if (P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32)) is { } key)
            {
                return key;
            }
        }
    }

    private static Device Registered()
    {
        return new Device
        {
            Id = Id,
            HardwareId = "hw-1",
            PublicKeyHash = "",
            CertificateSha256 = "",
            Batch = "b",
            Line = "l",
            Station = "s",
            Operator = "o",
            FirmwareVersion = "1",
            ManufacturedAt = DateTime.UnixEpoch,
            Profile = "meter",
        };
    }

    private static string Fingerprint(X509Certificate2 certificate)
    {
        return Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
    }

    private static async Task PublishesAsync(FleetHost host, IMqttClient client, bool allowed)
    {
        int before = Denied(host);
        await client.PublishAsync(FleetHost.Message($"devices/{Id}/telemetry", Telemetry));
        if (!allowed)
        {
            await FleetHost.UntilAsync(() => Denied(host) > before);
        }

        Assert.AreEqual(allowed, Denied(host) == before);
    }

    private static int Denied(FleetHost host)
    {
        return host.Server.Log.After(0, DecisionLog.Capacity).Count(e => e.Event == "denied" && e.Field("resource") == $"topic:devices/{Id}/telemetry");
    }

    private static async Task RefusedAsync(FleetHost host, X509Certificate2 certificate, string id = Id)
    {
        MqttClientConnectResultCode? code = null;
        try
        {
            code = await host.TryConnectAsync(host.NewClient(), certificate, id);
        }
        catch (Exception failure) when (failure is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException)
        {
            // TLS has refused it.
        }

        Assert.AreNotEqual(MqttClientConnectResultCode.Success, code);
    }
}

/// <summary>A device that asks for operational certificates over the connection that one of its certificates has made.</summary>
internal sealed class OperationalBoard : IAsyncDisposable
{
    private const string Id = "board-a";

    private readonly BlockingCollection<EnrolmentReply> _replies = [];
    private readonly FleetHost _host;

    private OperationalBoard(FleetHost host, IMqttClient client)
    {
        _host = host;
        Client = client;
    }

    public IMqttClient Client { get; }

    public static async Task<OperationalBoard> ConnectAsync(FleetHost host, X509Certificate2 certificate)
    {
        OperationalBoard board = new(host, await host.ConnectAsync(certificate, Id));
        board.Client.ApplicationMessageReceivedAsync += args =>
        {
            if (args.ApplicationMessage.Topic == $"devices/{Id}/commands/certificate")
            {
                board._replies.Add(EnrolmentReply.Decode([.. System.Buffers.BuffersExtensions.ToArray(args.ApplicationMessage.Payload)]));
            }

            return Task.CompletedTask;
        };
        await board.Client.SubscribeAsync($"devices/{Id}/commands/#");
        return board;
    }

    public Task<EnrolmentReply> ReplyAsync()
    {
        return Task.Run(() => _replies.TryTake(out EnrolmentReply? reply, 20_000) ? reply : throw new AssertFailedException("no reply within twenty seconds"));
    }

    public async Task<EnrolmentReply> AskAsync(P256PrivateKey key)
    {
        byte[] request = CertificateRequest.Create(new StoredKey(key), _host.Server.Registry.Find(Id)!.HardwareId, Id);
        await Client.PublishAsync(FleetHost.Message($"devices/{Id}/requests/certificate", EnrolmentRequest.Encode(request)));
        EnrolmentReply reply = await ReplyAsync();
        CollectionAssert.AreEqual(SHA256.HashData(request), reply.Request);
        return reply;
    }

    /// <summary>A certificate with its key.</summary>
    public async Task<X509Certificate2> EnrolAsync()
    {
        P256PrivateKey key = P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32));
        EnrolmentReply reply = await AskAsync(key);
        Assert.AreEqual("issued", reply.Token);
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(reply.Certificate);
        using ECDsa secret = ECDsa.Create();
        secret.ImportECPrivateKey(key.ExportSec1(), out _);
        return certificate.CopyWithPrivateKey(secret);
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        _replies.Dispose();
        return ValueTask.CompletedTask;
    }
}
