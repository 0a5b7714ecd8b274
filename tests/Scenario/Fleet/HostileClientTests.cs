using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Clients that want to keep others away from the embedded broker, or to say what no well-behaved client says.</summary>
[TestClass]
public sealed class HostileClientTests
{
    private const string A = "board-a";
    private const string B = "board-b";

    private static readonly IPAddress _here = IPAddress.Loopback;
    private static readonly IPAddress _there = IPAddress.Parse("127.0.0.2");

    [TestMethod]
    public async Task WhoeverOpensConnectionsAndSaysNothingDrivesOutTheirOwn()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using X509Certificate2 neighbour = await host.AddDeviceAsync(B);
        using TcpClient patient = await OpenAsync(host, _there);
        List<TcpClient> silent = [];
        try
        {
            for (int i = 0; i < TlsListener.MaximumPending + 50; i++)
            {
                TcpClient client = await OpenAsync(host, _here);
                silent.Add(client);
                if (i % 10 == 0)
                {
                    await client.GetStream().WriteAsync(new byte[] { 22, 3, 1, 2, 0 }); // the head of a record that never comes
                }
            }

            using SslStream other = await ConnectAsync(host, certificate, A, _there);
            using SslStream same = await ConnectAsync(host, neighbour, B, _here);
            await host.ExpectAsync("denied", ("action", "tls"), ("address", "127.0.0.1"), ("token", "handshake-crowded-out"));
            Assert.IsEmpty(host.Server.Log.After(0, DecisionLog.Capacity).Where(entry => entry.Field("address") == "127.0.0.2" && entry.Event == "denied"), "who opens one connection loses none");
            Assert.AreEqual(2, host.Server.Broker.Connected);
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    [TestMethod]
    public void TheOldestOfTheAddressThatHasTheMostMakesRoom()
    {
        PendingHandshakes pending = new(4);
        using PendingHandshakes.Place oldest = pending.Enter("one");
        PendingHandshakes.Place gone = pending.Enter("many");
        using PendingHandshakes.Place first = pending.Enter("many");
        using PendingHandshakes.Place second = pending.Enter("many");
        gone.Dispose();
        using PendingHandshakes.Place another = pending.Enter("other");
        Assert.IsFalse(first.Crowded.IsCancellationRequested, "four are four");
        using PendingHandshakes.Place last = pending.Enter("other");
        Assert.AreEqual((true, false, false, false, false), (first.Crowded.IsCancellationRequested, second.Crowded.IsCancellationRequested, another.Crowded.IsCancellationRequested, last.Crowded.IsCancellationRequested, oldest.Crowded.IsCancellationRequested));
    }

    [TestMethod]
    public async Task OneCertificateDoesNotTakeEveryConnection()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using X509Certificate2 other = await host.AddDeviceAsync(B);
        List<SslStream> idle = [];
        for (int i = 0; i < TlsListener.MaximumOfOne; i++)
        {
            idle.Add(await HandshakeAsync(host, certificate, _here)); // and no CONNECT
        }

        using (SslStream tooMany = await HandshakeAsync(host, certificate, _here))
        {
            Assert.AreEqual(0, await ReadAsync(tooMany));
        }

        await host.ExpectAsync("denied", ("action", "tls"), ("subject", $"CN={A}"), ("token", "too-many-connections"));
        using SslStream served = await ConnectAsync(host, other, B, _here);
        idle.ForEach(stream => stream.Dispose());
        for (int i = 0; i < 100 && !host.Server.Broker.IsConnected(A); i++)
        {
            try
            {
                (await ConnectAsync(host, certificate, A, _here)).Dispose();
                break;
            }
            catch (IOException)
            {
                await Task.Delay(50); // the ends of the others are on their way
            }
        }

        await host.ExpectAsync("allowed", ("action", "connect"), ("device", A));
    }

    [TestMethod]
    public async Task AFloodOfFiltersOrOfDeniedMessagesCostsItsOwnShare()
    {
        const int Share = 100;
        await using FleetHost host = await FleetHost.StartAsync(limits: new Limits(Connects: 1000, Messages: Share));
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using X509Certificate2 other = await host.AddDeviceAsync(B);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        MqttClientSubscribeOptionsBuilder filters = new();
        for (int i = 0; i < 4000; i++)
        {
            filters.WithTopicFilter($"{(i % 2 == 0 ? "x" : "$share/g")}/{i}");
        }

        MqttClientSubscribeResult answers = await client.SubscribeAsync(filters.Build());
        Assert.IsTrue(answers.Items.All(item => (int)item.ResultCode >= 0x80));
        for (int i = 0; i < 3 * Share; i++)
        {
            Assert.IsGreaterThanOrEqualTo(0x80, (int)(await client.PublishAsync(FleetHost.Message("devices/board-b/status", "{}"))).ReasonCode);
        }

        await host.ExpectAsync("denied", ("action", "subscribe"), ("device", A), ("token", "too-many-messages"));
        int lines = host.Server.Log.After(0, DecisionLog.Capacity).Count(entry => entry.Event == "denied");
        Assert.IsLessThanOrEqualTo(3 * (Share + 1), lines, "of a minute, and of one that begins meanwhile"); // without the share: 4,300
        IMqttClient bystander = await host.ConnectAsync(other, B);
        Assert.IsLessThan(0x80, (int)(await bystander.PublishAsync(FleetHost.Message("devices/board-b/status", """{"deviceId":"board-b","event":"online"}"""))).ReasonCode);
    }

    [TestMethod]
    public async Task ATopicThatIsNoneIsDeniedAndTheServerLives()
    {
        (string Topic, string Token)[] cases =
        [
            ("devices/board-a/requests/+", "malformed-topic"),
            ("devices/board-a/requests/#", "malformed-topic"),
            ("devices/+/telemetry", "malformed-topic"),
            ("#", "malformed-topic"),
            ("$SYS/broker/uptime", "reserved-topic"),
            ("$share/g/devices/board-a/telemetry", "reserved-topic"),
            ("$CONTROL/dynamic-security/v1", "reserved-topic"),
            ("devices/board-a/telemetry\u0001", "malformed-topic"),
        ];
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        using SslStream client = await ConnectAsync(host, certificate, A, _here);
        foreach ((string topic, string token) in cases)
        {
            byte[] name = Encoding.UTF8.GetBytes(topic);
            await client.WriteAsync((byte[])[0x32, (byte)(2 + name.Length + 2 + 2), 0, (byte)name.Length, .. name, 0, 1, (byte)'{', (byte)'}']); // QoS 1, past every check of a client's own
            await host.ExpectAsync("denied", ("action", "publish"), ("device", A), ("resource", "topic:" + topic), ("token", token));
        }

        Assert.IsEmpty(host.Server.Log.After(0, DecisionLog.Capacity).Where(entry => entry.Event == "error"));
        Assert.IsTrue(host.Server.Broker.IsConnected(A));
    }

    [TestMethod]
    public async Task AnAliasOpensNoTopic()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        IMqttClient client = await host.ConnectAsync(certificate, A);
        foreach (string topic in new[] { "devices/board-b/telemetry", "" })
        {
            MqttClientPublishResult result = await client.PublishAsync(new MqttApplicationMessageBuilder()
                .WithTopic(topic).WithTopicAlias(1).WithPayload("{}").WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
            Assert.AreEqual(MqttClientPublishReasonCode.NotAuthorized, result.ReasonCode, topic);
        }

        Assert.AreEqual(2, host.Server.Log.After(0, DecisionLog.Capacity).Count(entry => entry.Event == "denied" && entry.Field("resource") == "topic:devices/board-b/telemetry"));
    }

    [TestMethod]
    public async Task NoSessionOutlivesItsConnection()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        for (int i = 0; i < 2; i++)
        {
            IMqttClient client = host.NewClient();
            MqttClientConnectResult connected = await client.ConnectAsync(new MqttClientOptionsBuilder()
                .WithTcpServer("localhost", host.Server.MqttPort).WithClientId(A).WithProtocolVersion(MqttProtocolVersion.V500)
                .WithCleanStart(false).WithSessionExpiryInterval(3600)
                .WithTlsOptions(tls => tls.UseTls().WithClientCertificates([certificate]).WithCertificateValidationHandler(_ => true)).Build());
            Assert.AreEqual((MqttClientConnectResultCode.Success, false), (connected.ResultCode, connected.IsSessionPresent));
            int heard = 0;
            client.ApplicationMessageReceivedAsync += _ => Task.FromResult(Interlocked.Increment(ref heard));
            if (i == 0)
            {
                await client.SubscribeAsync("devices/board-a/commands/#", MqttQualityOfServiceLevel.AtLeastOnce);
                await client.DisconnectAsync();
                await host.ExpectAsync("disconnected", ("device", A));
            }

            await host.Server.Broker.SendAsync(A, "twin", [1]);
            await client.TryPingAsync();
            Assert.AreEqual(0, heard);
        }
    }

    /// <summary>The same identity from two places by turns: each drives the other out, which is logged with both addresses and noticed.</summary>
    [TestMethod]
    public async Task ATakeoverFromAnotherPlaceIsNoticed()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using X509Certificate2 certificate = await host.AddDeviceAsync(A);
        SslStream? before = null;
        for (int i = 0; i < 4; i++)
        {
            SslStream now = await ConnectAsync(host, certificate, A, i % 2 == 0 ? _here : _there);
            if (before is not null)
            {
                Assert.AreEqual(0, await ReadAsync(before), "who was there before is out");
                await before.DisposeAsync();
            }

            before = now;
        }

        await host.ExpectAsync("disconnected", ("device", A), ("address", "127.0.0.1"), ("how", "takeover"));
        await host.ExpectAsync("disconnected", ("device", A), ("address", "127.0.0.2"), ("how", "takeover"));
        await host.ExpectAsync("anomaly", ("kind", "cloned-key"), ("device", A));
        Assert.AreEqual(1, host.Server.Broker.Connected);
        await before!.DisposeAsync();
    }

    private static async Task<TcpClient> OpenAsync(FleetHost host, IPAddress from)
    {
        TcpClient client = new(new IPEndPoint(from, 0));
        await client.ConnectAsync(IPAddress.Loopback, host.Server.MqttPort);
        return client;
    }

    private static async Task<SslStream> HandshakeAsync(FleetHost host, X509Certificate2 certificate, IPAddress from)
    {
        SslStream tls = new((await OpenAsync(host, from)).GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate] });
        return tls;
    }

    // CONNECT of MQTT 3.1.1, clean session, keep alive off; and the CONNACK that takes it.
    private static async Task<SslStream> ConnectAsync(FleetHost host, X509Certificate2 certificate, string id, IPAddress from)
    {
        SslStream tls = await HandshakeAsync(host, certificate, from);
        byte[] name = Encoding.ASCII.GetBytes(id);
        await tls.WriteAsync((byte[])[0x10, (byte)(12 + name.Length), 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0, 0, (byte)name.Length, .. name]);
        byte[] connack = new byte[4];
        await tls.ReadExactlyAsync(connack);
        CollectionAssert.AreEqual(new byte[] { 0x20, 2, 0, 0 }, connack);
        return tls;
    }

    private static async Task<int> ReadAsync(SslStream stream)
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
}
