using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Fleet;
using DeviceFirmware.Update;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The real broker on loopback, with real TLS and MQTT clients.</summary>
[TestClass]
public sealed class BrokerTests
{
    private const string A = "board-a";
    private const string B = "board-b";

    [TestMethod]
    [DataRow(MqttProtocolVersion.V500, SslProtocols.Tls13)]
    [DataRow(MqttProtocolVersion.V311, SslProtocols.Tls13)]
    [DataRow(MqttProtocolVersion.V311, SslProtocols.Tls12)]
    public async Task ARegisteredDeviceConnectsPublishesAndSubscribes(MqttProtocolVersion version, SslProtocols tls)
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        IMqttClient client = host.NewClient();
        Assert.AreEqual(
            MqttClientConnectResultCode.Success,
            await host.TryConnectAsync(client, certificate, A, A, "devices/board-a/status", version, tls));
        await host.ExpectAsync("allowed", ("action", "connect"), ("device", A), ("address", "127.0.0.1"));
        await host.ExpectAsync("state", ("device", A), ("to", "active"), ("actor", "device"));
        Assert.AreEqual(MqttClientSubscribeResultCode.GrantedQoS1, await SubscribeAsync(client, "devices/board-a/commands/#"));
        await client.PublishAsync(FleetHost.Message("devices/board-a/telemetry", """{"deviceId":"board-a","tempC":21.5,"ts":"2026-11-22T10:00:00Z"}"""));
        (_, JsonElement telemetry) = await host.GetAsync($"devices/{A}/telemetry");
        Assert.AreEqual(21.5, telemetry[0].GetProperty("payload").GetProperty("tempC").GetDouble());
        (_, JsonElement device) = await host.GetAsync($"devices/{A}");
        Assert.AreEqual("active", device.GetProperty("state").GetString());
        Assert.IsTrue(device.GetProperty("connected").GetBoolean());
    }

    [TestMethod]
    public async Task AnothersTopicIsDeniedAndNotDelivered()
    {
        // A policy that lets B hear its own telemetry topic, so that a delivery would be seen.
        string policy = PolicyTests.Operational.Replace(
            "\"topicfilter:devices/${deviceId}/commands/#\"", "\"topicfilter:devices/${deviceId}/commands/#\",\"topicfilter:devices/${deviceId}/telemetry\"");
        await using FleetHost host = await FleetHost.StartAsync(policy);
        using X509Certificate2 certificateA = await host.AddDeviceAsync(A);
        using X509Certificate2 certificateB = await host.AddDeviceAsync(B);
        IMqttClient a = await host.ConnectAsync(certificateA, A);
        IMqttClient b = await host.ConnectAsync(certificateB, B);
        ConcurrentQueue<string> heard = Listen(b);
        Assert.AreEqual(MqttClientSubscribeResultCode.GrantedQoS1, await SubscribeAsync(b, "devices/board-b/telemetry"));

        MqttClientPublishResult foreign = await a.PublishAsync(FleetHost.Message("devices/board-b/telemetry", "{}"));
        Assert.AreEqual(MqttClientPublishReasonCode.NotAuthorized, foreign.ReasonCode);
        await host.ExpectAsync("denied", ("action", "publish"), ("device", A), ("resource", "topic:devices/board-b/telemetry"), ("token", "default-deny"));
        MqttClientPublishResult command = await a.PublishAsync(FleetHost.Message("devices/board-b/commands/update", "x"));
        Assert.AreEqual(MqttClientPublishReasonCode.NotAuthorized, command.ReasonCode);
        await host.ExpectAsync("denied", ("action", "publish"), ("device", A), ("token", "explicit-deny"), ("statement", "4"));

        // The twin: the same message from its owner arrives, so nothing before it did.
        await b.PublishAsync(FleetHost.Message("devices/board-b/telemetry", """{"deviceId":"board-b","ts":"2026-11-22T10:00:00Z"}"""));
        await UntilAsync(() => !heard.IsEmpty);
        Assert.HasCount(1, heard);
    }

    [TestMethod]
    [DataRow("devices/board-b/commands/#", "default-deny")]
    [DataRow("#", "default-deny")]
    [DataRow("devices/+/commands/#", "default-deny")]
    [DataRow("+/board-a/commands/#", "default-deny")]
    [DataRow("$SYS/#", "reserved-filter")]
    [DataRow("$share/group/devices/board-a/commands/#", "reserved-filter")]
    public async Task ForeignFiltersAreDenied(string filter, string token)
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using X509Certificate2 certificateB = await host.AddDeviceAsync(B);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        ConcurrentQueue<string> heard = Listen(client);
        MqttClientSubscribeResultCode code = await SubscribeAsync(client, filter);
        Assert.IsGreaterThanOrEqualTo(0x80, (int)code);
        await host.ExpectAsync("denied", ("action", "subscribe"), ("device", A), ("resource", "topicfilter:" + filter), ("token", token));
        await host.Server.Broker.SendAsync(B, "update", [1]);
        Assert.AreEqual(MqttClientSubscribeResultCode.GrantedQoS1, await SubscribeAsync(client, "devices/board-a/commands/#"));
        await host.Server.Broker.SendAsync(A, "twin", [1]);
        await UntilAsync(() => !heard.IsEmpty);
        Assert.AreEqual("devices/board-a/commands/twin", heard.Single());
    }

    [TestMethod]
    public async Task AnOlderClientIsToldByTheOneCodeItKnows()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        IMqttClient client = await host.ConnectAsync(certificate, A, MqttProtocolVersion.V311);
        Assert.AreEqual(0x80, (int)await SubscribeAsync(client, "#"));
    }

    [TestMethod]
    public async Task WhatTheTlsLayerRefuses()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using TestPki other = new("other");
        using TestPki sameNames = new();
        using RSA rsa = RSA.Create(2048);
        using ECDsa p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        DateTimeOffset past = DateTimeOffset.UtcNow.AddDays(-1);
        (X509Certificate2? Certificate, string Token)[] cases =
        [
            (null, "no-client-certificate"),
            (other.Device($"CN={A}"), "untrusted-root"),
            (sameNames.Device($"CN={A}"), "untrusted-root"),
            (host.Pki.Device($"CN={A}", selfSigned: true), "untrusted-root"),
            (host.Pki.Device($"CN={A}", past.AddDays(-30), past), "certificate-expired"),
            (host.Pki.Device($"CN={A}", DateTimeOffset.UtcNow.AddDays(1)), "certificate-not-yet-valid"),
            (host.Pki.Device($"CN={A}", usage: null), "no-client-auth"),
            (host.Pki.Device($"CN={A}", usage: "1.3.6.1.5.5.7.3.1"), "no-client-auth"),
            (host.Pki.Device($"CN={A}", authority: true), "certificate-is-ca"),
            (host.Pki.Device($"CN={A}", foreignKey: rsa), "certificate-key"),
            (host.Pki.Device($"CN={A}", key: p384), "certificate-key"),
        ];
        foreach (SslProtocols tls in new[] { SslProtocols.Tls12, SslProtocols.Tls13 })
        {
            foreach ((X509Certificate2? certificate, string token) in cases)
            {
                long before = host.Server.Log.After(0, DecisionLog.Capacity).Count;
                await Assert.ThrowsAsync<Exception>(() => host.TryConnectAsync(host.NewClient(), certificate, A, tls: tls), token);
                await host.ExpectAsync("denied", ("action", "tls"), ("address", "127.0.0.1"), ("token", token));
                Assert.IsGreaterThan(before, host.Server.Log.After(0, DecisionLog.Capacity).Count, "each refusal has its line");
            }
        }

        foreach ((X509Certificate2? certificate, _) in cases)
        {
            certificate?.Dispose();
        }

        Assert.IsEmpty(host.Server.Log.After(0, DecisionLog.Capacity).Where(entry => entry.Event == "allowed"));
    }

    [TestMethod]
    public async Task NoiseInsteadOfTlsAndSilenceAreRefused()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using TcpClient noise = new("127.0.0.1", host.Server.MqttPort);
        await noise.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await host.ExpectAsync("denied", ("action", "tls"), ("token", "handshake-failed"));
        Assert.AreEqual(0, await ReadToEndAsync(noise.GetStream()));
    }

    [TestMethod]
    public async Task ASystemOfOldProtocolVersionsIsRefused()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
#pragma warning disable SYSLIB0039, CA5397 // that it is old is the point
        await Assert.ThrowsAsync<Exception>(() => host.TryConnectAsync(host.NewClient(), certificate, A, tls: SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
        Assert.IsEmpty(host.Server.Log.After(0, 100).Where(entry => entry.Event == "allowed"));
    }

    [TestMethod]
    [DataRow("board-b", null, null, "client-id-differs")]
    [DataRow("", null, null, "client-id-differs")]
    [DataRow("$fleet", null, null, "client-id-differs")]
    [DataRow(A, B, null, "user-name-differs")]
    [DataRow(A, null, "devices/board-b/status", "default-deny")]
    [DataRow(A, null, "devices/board-a/commands/update", "explicit-deny")]
    [DataRow(A, null, "$SYS/x", "reserved-topic")]
    public async Task WhatTheConnectPacketMayNotSay(string clientId, string? userName, string? will, string token)
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        await host.AddDeviceAsync(B);
        // MQTTnet has its own code for an empty client id, also after ours.
        MqttClientConnectResultCode expected = clientId.Length == 0 ? MqttClientConnectResultCode.ClientIdentifierNotValid : MqttClientConnectResultCode.NotAuthorized;
        Assert.AreEqual(expected, await ConnectCodeAsync(host, certificate, clientId, userName, will));
        await host.ExpectAsync("denied", ("action", "connect"), ("device", A), ("token", token));
        await host.ConnectAsync(certificate, A);
    }

    [TestMethod]
    public async Task UnknownAndUnshippedDevicesAreRefused()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 unknown = host.Pki.Device($"CN={A}");
        Assert.AreEqual(MqttClientConnectResultCode.NotAuthorized, await ConnectCodeAsync(host, unknown, A));
        await host.ExpectAsync("denied", ("action", "connect"), ("device", A), ("token", "unknown-device"));

        await host.PostAsync("devices/import", Records.Manifest(TestPki.RecordOf(A, unknown)));
        Assert.AreEqual(MqttClientConnectResultCode.NotAuthorized, await ConnectCodeAsync(host, unknown, A));
        await host.ExpectAsync("denied", ("action", "connect"), ("device", A), ("token", "state-manufactured"));

        using X509Certificate2 impostor = host.Pki.Device($"CN={A}");
        Assert.AreEqual(MqttClientConnectResultCode.NotAuthorized, await ConnectCodeAsync(host, impostor, A));
        await host.ExpectAsync("denied", ("action", "connect"), ("device", A), ("token", "key-differs"));
    }

    [TestMethod]
    [DataRow("revoked", MqttProtocolVersion.V500)]
    [DataRow("revoked", MqttProtocolVersion.V311)]
    public async Task ALiveConnectionEndsWithinASecondAndCannotReturn(string state, MqttProtocolVersion version)
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using X509Certificate2 certificateB = await host.AddDeviceAsync(B);
        IMqttClient bystander = await host.ConnectAsync(certificateB, B);
        IMqttClient client = host.NewClient();
        TaskCompletionSource<MqttClientDisconnectedEventArgs> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += args =>
        {
            ended.TrySetResult(args);
            return Task.CompletedTask;
        };
        await host.TryConnectAsync(client, certificate, A, willTopic: "devices/board-a/status", version: version);
        await SubscribeAsync(client, "devices/board-a/commands/#");

        (int status, JsonElement answer) = await host.PostAsync($"devices/{A}/state", new { state, reason = "stolen", actor = "operator" });
        Assert.AreEqual(200, status, answer.ToString());
        MqttClientDisconnectedEventArgs end = await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        if (version == MqttProtocolVersion.V500)
        {
            Assert.AreEqual(MqttClientDisconnectReason.NotAuthorized, end.Reason);
        }

        LogEntry changed = await host.ExpectAsync("state", ("device", A), ("to", state), ("actor", "operator"), ("reason", "stolen"));
        AssertWithinASecond(changed, await host.ExpectAsync("disconnected", ("device", A)));
        await host.ExpectAsync("ended", ("device", A), ("token", "state-" + state));
        await host.ExpectAsync("denied", ("action", "publish"), ("device", A), ("token", "state-" + state)); // its will
        Assert.AreEqual(MqttClientConnectResultCode.NotAuthorized, await ConnectCodeAsync(host, certificate, A));
        await host.ExpectAsync("denied", ("action", "connect"), ("device", A), ("token", "state-" + state));
        Assert.IsTrue(bystander.IsConnected, "others notice nothing");

        await host.RestartAsync();
        Assert.AreEqual(MqttClientConnectResultCode.NotAuthorized, await ConnectCodeAsync(host, certificate, A), "it survives a restart");
        (status, answer) = await host.PostAsync($"devices/{A}/release", new { reason = "found", actor = "operator" });
        Assert.AreEqual(409, status, answer.ToString());
    }

    [TestMethod]
    public async Task AQuarantinedDeviceReturnsUnderItsOwnDocument()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using X509Certificate2 certificateB = await host.AddDeviceAsync(B);
        IMqttClient bystander = await host.ConnectAsync(certificateB, B);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        await host.PostAsync($"devices/{A}/state", new { state = "quarantined", reason = "odd", actor = "operator" });
        await UntilAsync(() => !client.IsConnected);
        LogEntry changed = await host.ExpectAsync("state", ("device", A), ("to", "quarantined"), ("actor", "operator"), ("reason", "odd"));
        AssertWithinASecond(changed, await host.ExpectAsync("disconnected", ("device", A)));
        for (int start = 0; start < 2; start++)
        {
            client = await host.ConnectAsync(certificate, A);
            ConcurrentQueue<(string Topic, byte[] Payload)> heard = ListenAll(client);
            Assert.AreEqual(MqttClientSubscribeResultCode.GrantedQoS1, await SubscribeAsync(client, "devices/board-a/commands/#"));
            await StatusAsync(client, "online", "1.0.0+0", "", "");
            await host.ExpectAsync("status", ("device", A), ("event", "online"));
            await client.PublishAsync(FleetHost.Message("devices/board-a/requests/heartbeat", new Heartbeat(new byte[8]).Encode()));
            await UntilAsync(() => heard.Any(m => m.Topic == "devices/board-a/commands/heartbeat"));
            foreach (string topic in new[] { "telemetry", "requests/renewal", "requests" })
            {
                MqttClientPublishResult result = await client.PublishAsync(FleetHost.Message($"devices/board-a/{topic}", "{}"));
                Assert.AreEqual(MqttClientPublishReasonCode.NotAuthorized, result.ReasonCode, topic);
                LogEntry denied = await host.ExpectAsync("denied", ("device", A), ("resource", $"topic:devices/board-a/{topic}"), ("token", "default-deny"));
                Assert.StartsWith("quarantined@", denied.Fields.Single(field => field.Key == "policy").Value);
            }

            if (start == 0)
            {
                Assert.IsTrue(bystander.IsConnected, "others notice nothing");
                await host.RestartAsync();
            }
        }

        (int status, _) = await host.PostAsync($"devices/{A}/release", new { reason = "fine", actor = "operator" });
        Assert.AreEqual(200, status);
        await UntilAsync(() => !client.IsConnected);
        client = await host.ConnectAsync(certificate, A);
        Assert.AreEqual(MqttClientPublishReasonCode.NoMatchingSubscribers, (await client.PublishAsync(FleetHost.Message("devices/board-a/telemetry", "{}"))).ReasonCode);
    }

    [TestMethod]
    public async Task AClientThatDoesNotReadIsCutAllTheSame()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using TcpClient tcp = new("127.0.0.1", host.Server.MqttPort);
        using SslStream tls = new(tcp.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate] });
        await tls.WriteAsync(RawConnect(A));
        await host.ExpectAsync("allowed", ("action", "connect"), ("device", A));
        await host.PostAsync($"devices/{A}/state", new { state = "revoked", reason = "a test", actor = "operator" });
        LogEntry changed = await host.ExpectAsync("state", ("device", A), ("to", "revoked"));
        AssertWithinASecond(changed, await host.ExpectAsync("disconnected", ("device", A)));
    }

    [TestMethod]
    public async Task TheSameDeviceTakesOverAndIsOne()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        IMqttClient first = await host.ConnectAsync(certificate, A);
        IMqttClient second = await host.ConnectAsync(certificate, A);
        await UntilAsync(() => !first.IsConnected);
        await host.ExpectAsync("disconnected", ("device", A), ("how", "takeover"));
        await second.PublishAsync(FleetHost.Message("devices/board-a/requests/heartbeat", new Heartbeat(new byte[8]).Encode()));
        await host.ExpectAsync("heartbeat", ("device", A));
        Assert.IsTrue(host.Server.Broker.IsConnected(A));
    }

    [TestMethod]
    public async Task TheHeartbeatIsAnswered()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        ConcurrentQueue<(string Topic, byte[] Payload)> heard = ListenAll(client);
        await SubscribeAsync(client, "devices/board-a/commands/#");
        byte[] nonce = RandomNumberGenerator.GetBytes(Heartbeat.NonceSize);
        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/heartbeat", new Heartbeat(nonce).Encode()));
        await UntilAsync(() => !heard.IsEmpty);
        (string topic, byte[] payload) = heard.Single();
        Assert.AreEqual("devices/board-a/commands/heartbeat", topic);
        CollectionAssert.AreEqual(nonce, Heartbeat.Decode(payload).Nonce);
        await host.ExpectAsync("heartbeat", ("device", A));
    }

    [TestMethod]
    public async Task OfferAndChunksReassembleTheImage()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        byte[] image = Images.Make("board-x", 1, 1, 0, 20_001);
        string sha256 = await AddImageAsync(host, image);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        ConcurrentQueue<(string Topic, byte[] Payload)> heard = ListenAll(client);
        (int status, JsonElement answer) = await host.PostAsync($"devices/{A}/rollout", Orders.ToUpdate(image));
        Assert.AreEqual((200, "offered"), (status, answer.GetProperty("rollout").GetString()));
        await SubscribeAsync(client, "devices/board-a/commands/#");
        await UntilAsync(() => !heard.IsEmpty);
        WantedImage offer = WantedImage.Decode(Order.Peek(heard.First(m => m.Topic == "devices/board-a/commands/order").Payload).Arguments);
        Assert.AreEqual((sha256, image.Length, "1.1.0+0", "board-x"), (Convert.ToHexStringLower(offer.FileHash), offer.Length, offer.Version.ToString(), offer.BoardType));

        byte[] fetched = new byte[offer.Length];
        for (int offset = 0; offset < fetched.Length; offset += ChunkRequest.MaximumLength)
        {
            heard.Clear();
            int length = Math.Min(ChunkRequest.MaximumLength, fetched.Length - offset);
            await client.PublishAsync(FleetHost.Message("devices/board-a/requests/chunk", new ChunkRequest(offer.FileHash, offset, length).Encode()));
            await UntilAsync(() => !heard.IsEmpty);
            ChunkReply reply = ChunkReply.Decode(heard.Single(m => m.Topic == "devices/board-a/commands/chunk").Payload);
            Assert.AreEqual(offset, reply.Offset);
            reply.Data.CopyTo(fetched, reply.Offset);
        }

        CollectionAssert.AreEqual(image, fetched);

        // Only the image that is offered to this device, and only what lies inside it.
        string other = await AddImageAsync(host, Images.Make("board-x", 9, 9, 0, 3_000));
        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/chunk", new ChunkRequest(Convert.FromHexString(other), 0, 16).Encode()));
        await host.ExpectAsync("denied", ("action", "chunk"), ("device", A), ("resource", "image:" + other), ("token", "not-offered"));
        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/chunk", new ChunkRequest(offer.FileHash, image.Length - 15, 16).Encode()));
        await host.ExpectAsync("denied", ("action", "chunk"), ("device", A), ("token", "outside-image"));

        await StatusAsync(client, "update", "1.0.0+0", "accepted", sha256);
        await StatusAsync(client, "offer", "1.1.0+0", "trial-running", sha256);
        Assert.AreEqual(RolloutState.Offered, host.Server.Registry.Find(A)!.Rollout, "not over before the device has confirmed");
        await StatusAsync(client, "confirmed", "1.1.0+0", "accepted", sha256);
        await host.ExpectAsync("rollout", ("device", A), ("state", "done"));
        Assert.AreEqual("1.1.0+0", host.Server.Registry.Find(A)!.ReportedVersion);
        await client.PublishAsync(FleetHost.Message("devices/board-a/requests/chunk", new ChunkRequest(offer.FileHash, 0, 16).Encode()));
        await host.ExpectAsync("denied", ("action", "chunk"), ("device", A), ("resource", "image:" + sha256), ("token", "not-offered"));
    }

    [TestMethod]
    [DataRow("offer", "other-board-type")]
    [DataRow("update", "wrong-signature")]
    [DataRow("reverted", "crashed")]
    public async Task ARefusedImageIsNotOfferedAgainUntilSetAgain(string name, string token)
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        byte[] image = Images.Make("board-x", 1, 1, 0, 500);
        string sha256 = await AddImageAsync(host, image);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        await SubscribeAsync(client, "devices/board-a/commands/#");
        ConcurrentQueue<(string Topic, byte[] Payload)> heard = ListenAll(client);
        await host.PostAsync($"devices/{A}/rollout", Orders.ToUpdate(image));
        await UntilAsync(() => !heard.IsEmpty);

        await StatusAsync(client, "reverted", "1.0.0+0", "crashed", Records.Hash("an image of long ago"));
        Assert.AreEqual(RolloutState.Offered, host.Server.Registry.Find(A)!.Rollout, "another image's end is not this one's");
        await UntilAsync(() => heard.Count == 2); // but the moment to offer again
        await StatusAsync(client, "reverted", "1.0.0+0", "no-network", sha256);
        await UntilAsync(() => heard.Count == 3); // says nothing against the image
        Assert.AreEqual(RolloutState.Offered, host.Server.Registry.Find(A)!.Rollout);
        await StatusAsync(client, name, "1.0.0+0", token, sha256);
        await host.ExpectAsync("rollout", ("device", A), ("state", "refused"), ("token", token));
        Device device = host.Server.Registry.Find(A)!;
        Assert.AreEqual((RolloutState.Refused, token, "because"), (device.Rollout, device.RolloutToken, device.RolloutReason));

        heard.Clear();
        await SubscribeAsync(client, "devices/board-a/commands/#");
        await host.Server.Broker.SendAsync(A, "end", [1]);
        await UntilAsync(() => heard.Any(m => m.Topic.EndsWith("/end", StringComparison.Ordinal)));
        Assert.IsFalse(heard.Any(m => m.Topic.EndsWith("/order", StringComparison.Ordinal)), "not offered again");
        await host.PostAsync($"devices/{A}/rollout", Orders.ToUpdate(image));
        await UntilAsync(() => heard.Any(m => m.Topic.EndsWith("/order", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task MalformedMessagesChangeNothingAndTheServerLives()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        Device before = host.Server.Registry.Find(A)!;
        (string Topic, string Payload)[] cases =
        [
            ("status", ""), ("status", "{"), ("status", "[]"), ("status", "{}"), ("status", "\"online\""),
            ("status", """{"deviceId":"board-b","event":"online"}"""),
            ("status", """{"deviceId":"board-a","event":"party"}"""),
            ("status", """{"deviceId":"board-a","event":"online","event":"online"}"""),
            ("status", """{"deviceId":"board-a","event":"online","root":true}"""),
            ("status", """{"deviceId":"board-a","event":"online","version":1}"""),
            ("status", """{"deviceId":"board-a","event":"online","counter":-1}"""),
            ("status", """{"deviceId":"board-a","event":"online","image":"x"}"""),
            ("status", """{"deviceId":"board-a","event":"online","ts":"yesterday"}"""),
            ("status", """{"deviceId":"board-a","event":"online","reason":"\ud800"}"""),
            ("status", new string('[', 4000)),
            ("status", new string(' ', 5000)),
            ("telemetry", ""), ("telemetry", "7"),
            ("telemetry", """{"deviceId":"board-a"}"""),
            ("telemetry", """{"deviceId":"board-b","ts":"2026-11-22T10:00:00Z"}"""),
            ("telemetry", """{"deviceId":"board-a","ts":"2026-11-22T10:00:00Z","tempC":"warm"}"""),
            ("telemetry", """{"deviceId":"board-a","ts":"2026-11-22T10:00:00Z","deep":{"er":1}}"""),
            ("telemetry", """{"deviceId":"board-a","ts":"2026-11-22T10:00:00Z","a":1,"a":2}"""),
            ("telemetry", "{" + string.Concat(Enumerable.Range(0, 40).Select(i => $"\"m{i}\":1,")) + "\"deviceId\":\"board-a\",\"ts\":\"2026-11-22T10:00:00Z\"}"),
            ("requests/heartbeat", ""), ("requests/heartbeat", "\u00a1"), ("requests/heartbeat", new string('x', 60_000)),
            ("requests/chunk", ""), ("requests/chunk", "\u00ff\u00ff"), ("requests/unknown", "x"), ("requests", "x"),
        ];
        foreach ((string topic, string payload) in cases)
        {
            await client.PublishAsync(FleetHost.Message($"devices/{A}/{topic}", payload));
        }

        Random random = new(20261122);
        for (int i = 0; i < 200; i++)
        {
            byte[] noise = new byte[random.Next(64)];
            random.NextBytes(noise);
            await client.PublishAsync(FleetHost.Message($"devices/{A}/requests/{(i % 2 == 0 ? "heartbeat" : "chunk")}", noise));
        }

        Assert.AreEqual(before, host.Server.Registry.Find(A));
        (_, JsonElement device) = await host.GetAsync($"devices/{A}");
        Assert.AreEqual(cases.Length + 200, device.GetProperty("malformed").GetInt32());
        (_, JsonElement telemetry) = await host.GetAsync($"devices/{A}/telemetry");
        Assert.AreEqual(0, telemetry.GetArrayLength());
        Assert.IsTrue(client.IsConnected);
        Assert.IsEmpty(host.Server.Log.After(0, DecisionLog.Capacity).Where(entry => entry.Event == "error"));
        await StatusAsync(client, "online", "1.0.0+0", "", "");
        await host.ExpectAsync("status", ("device", A), ("event", "online"));
    }

    [TestMethod]
    public async Task APacketOverTheLimitEndsTheConnectionBeforeItIsRead()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using TcpClient tcp = new("127.0.0.1", host.Server.MqttPort);
        using SslStream tls = new(tcp.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate] });
        await tls.WriteAsync(RawConnect(A));
        await host.ExpectAsync("allowed", ("action", "connect"), ("device", A));
        byte[] connack = new byte[4];
        await tls.ReadExactlyAsync(connack);
        CollectionAssert.AreEqual(new byte[] { 0x20, 2, 0, 0 }, connack);
        await tls.WriteAsync(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F }); // PUBLISH of 256 MB
        Assert.AreEqual(0, await ReadToEndAsync(tls));
        await host.ExpectAsync("disconnected", ("device", A));
    }

    [TestMethod]
    public async Task NothingIsRetained()
    {
        string policy = PolicyTests.Operational.Replace("/commands/#\"]},", "/commands/#\",\"topicfilter:devices/${deviceId}/telemetry\"]},");
        await using FleetHost host = await FleetHost.StartAsync(policy);
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        MqttApplicationMessage message = FleetHost.Message("devices/board-a/telemetry", """{"deviceId":"board-a","ts":"2026-11-22T10:00:00Z"}""");
        message.Retain = true;
        await client.PublishAsync(message);
        ConcurrentQueue<string> heard = Listen(client);
        await SubscribeAsync(client, "devices/board-a/telemetry");
        await SubscribeAsync(client, "devices/board-a/commands/#");
        await host.Server.Broker.SendAsync(A, "end", [1]);
        await UntilAsync(() => !heard.IsEmpty);
        Assert.AreEqual("devices/board-a/commands/end", heard.Single());
    }

    [TestMethod]
    public async Task SubscriptionsOfAConnectionAreBounded()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        for (int i = 0; i < 16; i++)
        {
            Assert.AreEqual(MqttClientSubscribeResultCode.GrantedQoS1, await SubscribeAsync(client, $"devices/board-a/commands/{i}"));
        }

        Assert.AreEqual(MqttClientSubscribeResultCode.QuotaExceeded, await SubscribeAsync(client, "devices/board-a/commands/17"));
        await host.ExpectAsync("denied", ("action", "subscribe"), ("token", "too-many-subscriptions"));
    }

    // From the registry's commit to the closed socket, by the server's own clock: what a loaded machine adds to the client is no part of it.
    private static void AssertWithinASecond(LogEntry changed, LogEntry disconnected)
    {
        Assert.IsLessThan(TimeSpan.FromSeconds(1), disconnected.At - changed.At);
    }

    private static async Task<MqttClientConnectResultCode> ConnectCodeAsync(
        FleetHost host, X509Certificate2 certificate, string clientId, string? userName = null, string? will = null)
    {
        return await host.TryConnectAsync(host.NewClient(), certificate, clientId, userName, will);
    }

    private static async Task<string> AddImageAsync(FleetHost host, byte[] image)
    {
        (int status, JsonElement answer) = await host.PostAsync("images", image);
        Assert.AreEqual(200, status, answer.ToString());
        return answer.GetProperty("sha256").GetString()!;
    }

    private static Task StatusAsync(IMqttClient client, string name, string version, string verdict, string image)
    {
        return client.PublishAsync(FleetHost.Message(
            $"devices/{A}/status",
            $$"""{"deviceId":"board-a","state":"running","version":"{{version}}","slot":"A","counter":1,"event":"{{name}}","verdict":"{{verdict}}","reason":"because","image":"{{image}}","ts":"2026-11-22T10:00:00Z"}"""));
    }

    private static async Task<MqttClientSubscribeResultCode> SubscribeAsync(IMqttClient client, string filter)
    {
        MqttClientSubscribeResult result = await client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce);
        return result.Items.Single().ResultCode;
    }

    private static ConcurrentQueue<(string Topic, byte[] Payload)> ListenAll(IMqttClient client)
    {
        ConcurrentQueue<(string, byte[])> heard = new();
        client.ApplicationMessageReceivedAsync += args =>
        {
            heard.Enqueue((args.ApplicationMessage.Topic, args.ApplicationMessage.Payload.ToArray()));
            return Task.CompletedTask;
        };
        return heard;
    }

    private static ConcurrentQueue<string> Listen(IMqttClient client)
    {
        ConcurrentQueue<string> heard = new();
        client.ApplicationMessageReceivedAsync += args =>
        {
            heard.Enqueue(args.ApplicationMessage.Topic);
            return Task.CompletedTask;
        };
        return heard;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 800 && !condition(); i++)
        {
            await Task.Delay(25);
        }

        Assert.IsTrue(condition(), "what was waited for did not come within twenty seconds");
    }

    private static async Task<int> ReadToEndAsync(Stream stream)
    {
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(20));
        try
        {
            return await stream.ReadAsync(new byte[16], timeout.Token);
        }
        catch (IOException)
        {
            return 0; // reset instead of closed
        }
    }

    // CONNECT of MQTT 3.1.1, clean session, keep alive off.
    private static byte[] RawConnect(string id)
    {
        byte[] name = System.Text.Encoding.ASCII.GetBytes(id);
        return [0x10, (byte)(12 + name.Length), 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0, 0, (byte)name.Length, .. name];
    }
}
