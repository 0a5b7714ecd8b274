extern alias nano;

using System.Net;
using System.Net.Sockets;
using DeviceFirmware.NanoSim.Host;
using MQTTnet.Server;
using nano::nanoFramework.M2Mqtt;
using nano::nanoFramework.M2Mqtt.Exceptions;
using nano::nanoFramework.M2Mqtt.Messages;
using nano::System.Security.Cryptography.X509Certificates;
using CertificateManager = nano::System.Net.Security.CertificateManager;
using File = nano::System.IO.File;

namespace DeviceFirmware.Tests.Architecture.PlatformTraps;

/// <summary>TLS and MQTT as the platform does them. One board, one connection at a time.</summary>
[TestClass]
[DoNotParallelize]
public sealed class BrokerTraps
{
    private const string StorePath = "I:\\con_XB1_0.sys";
    private const int Patience = 20000;

    [TestInitialize]
    public void SetClock()
    {
        nano::nanoFramework.Runtime.Native.Rtc.SetSystemTime(nano::System.DateTime.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        MqttSettings.Instance.ValidateServerCertificate = true;
        if (File.Exists(StorePath))
        {
            File.Delete(StorePath);
        }
    }

    [TestMethod]
    public async Task MessagesComeOnOneDispatchThreadThatAHandlerCanBlock()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        using MqttClient client = Client(broker);
        using ManualResetEventSlim release = new(false);
        using CountdownEvent arrived = new(2);
        using ManualResetEventSlim subscribed = new(false);
        HashSet<int> threads = [];
        client.MqttMsgSubscribed += (_, e) => subscribed.Set();
        client.MqttMsgPublishReceived += (_, e) =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            arrived.Signal();
            release.Wait();
        };
        Assert.AreEqual(MqttReasonCode.Success, Connect(client));
        client.Subscribe(["t"], [MqttQoSLevel.AtLeastOnce]);
        Assert.IsTrue(subscribed.Wait(Patience));
        client.Publish("t", [1], null, null, MqttQoSLevel.AtLeastOnce, false);
        client.Publish("t", [2], null, null, MqttQoSLevel.AtLeastOnce, false);
        Assert.IsTrue(SpinWait.SpinUntil(() => arrived.CurrentCount == 1, Patience));
        Thread.Sleep(200);
        Assert.AreEqual(1, arrived.CurrentCount, "the second message did not wait for the first one's handler");
        release.Set();
        Assert.IsTrue(arrived.Wait(Patience));
        Assert.HasCount(1, threads);
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
    }

    [TestMethod]
    public async Task ALostConnectionStaysLost()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        using MqttClient client = Client(broker);
        using ManualResetEventSlim closed = new(false);
        client.ConnectionClosed += (_, _) => closed.Set();
        Connect(client);
        await broker.Server.StopAsync(new MqttServerStopOptions());
        Assert.IsTrue(closed.Wait(Patience));
        Assert.IsFalse(client.IsConnected);
        await broker.Server.StartAsync();
        Thread.Sleep(300);
        Assert.IsFalse(client.IsConnected);
    }

    [TestMethod]
    public async Task TheBuffersAreFreeAfterCloseOnly()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        using TestBroker stranger = await TestBroker.StartAsync();
        MqttClient failed = Client(broker.Port, stranger.Root);
        Assert.ThrowsExactly<MqttConnectionException>(() => Connect(failed));
        using MqttClient next = Client(broker);
        MqttConnectionException refused = Assert.ThrowsExactly<MqttConnectionException>(() => Connect(next));
        Assert.IsInstanceOfType<OutOfMemoryException>(refused.InnerException);
        failed.Close();
        Assert.AreEqual(MqttReasonCode.Success, Connect(next));
    }

    [TestMethod]
    public async Task CaCertificatesAccumulate()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        using TestBroker stranger = await TestBroker.StartAsync();
        using (MqttClient pinned = Client(broker.Port, stranger.Root))
        {
            Assert.ThrowsExactly<MqttConnectionException>(() => Connect(pinned));
        }

        Store(broker.Root);
        using MqttClient fooled = Client(broker.Port, stranger.Root);
        Assert.AreEqual(MqttReasonCode.Success, Connect(fooled));
    }

    [TestMethod]
    public void TheFirstBundleIsStoredTruncatedAndTheSecondReplacesIt()
    {
        byte[] bundle = new byte[100];
        CertificateManager.AddCaCertificateBundle(bundle);
        Assert.HasCount(100, File.ReadAllBytes(StorePath));
        CertificateManager.AddCaCertificateBundle(bundle);
        Assert.HasCount(108, File.ReadAllBytes(StorePath));
    }

    [TestMethod]
    public async Task WithoutValidationAnybodyIsTheBroker()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        using TestBroker stranger = await TestBroker.StartAsync();
        MqttSettings.Instance.ValidateServerCertificate = false;
        using MqttClient client = Client(broker.Port, stranger.Root);
        Assert.AreEqual(MqttReasonCode.Success, Connect(client));
    }

    [TestMethod]
    public async Task TheHostNameIsChecked()
    {
        using TestBroker broker = await TestBroker.StartAsync("elsewhere.example");
        using MqttClient client = Client(broker);
        Assert.ThrowsExactly<MqttConnectionException>(() => Connect(client));
    }

    [TestMethod]
    public async Task AnUnsetClockFailsEveryHandshake()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        nano::nanoFramework.Runtime.Native.Rtc.SetSystemTime(nano::System.DateTime.FromUnixTimeSeconds(0));
        using MqttClient client = Client(broker);
        Assert.ThrowsExactly<MqttConnectionException>(() => Connect(client));
    }

    [TestMethod]
    public void TheConstructorResolvesTheName()
    {
        Assert.ThrowsExactly<nano::System.Net.Sockets.SocketException>(() => Client(1, TestBroker.Device().Certificate, "no-such-host.invalid"));
    }

    [TestMethod]
    public async Task AHandshakeWithASilentPeerStopsEveryThread()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        using MqttClient client = Client(((IPEndPoint)silent.LocalEndpoint).Port, TestBroker.Device().Certificate);
        Task connecting = Task.Run(() => Assert.ThrowsExactly<MqttConnectionException>(() => Connect(client)));
        using TcpClient peer = await silent.AcceptTcpClientAsync();
        Thread.Sleep(300);
        Task other = Task.Run(() => nano::System.Threading.Thread.Sleep(1));
        Assert.IsFalse(other.Wait(500), "a thread ran during the handshake");
        Assert.IsFalse(connecting.IsCompleted, "the handshake has a time-out");
        peer.Close();
        Assert.IsTrue(other.Wait(Patience));
        await connecting;
    }

    [TestMethod]
    public async Task NothingChecksThatKeyAndCertificateBelongTogetherBeforeTheHandshake()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        X509Certificate2 mixed = new(TestBroker.Device().Certificate, TestBroker.Device().Key, "");
        Assert.IsTrue(mixed.HasPrivateKey);
        using MqttClient client = new("localhost", broker.Port, true, new X509Certificate(broker.Root), mixed, MqttSslProtocols.TLSv1_2);
        Assert.ThrowsExactly<MqttConnectionException>(() => Connect(client));
    }

    private static MqttClient Client(TestBroker broker) => Client(broker.Port, broker.Root);

    private static MqttClient Client(int port, byte[] root, string host = "localhost")
    {
        (byte[] certificate, byte[] key) = TestBroker.Device();
        return new MqttClient(host, port, true, new X509Certificate(root), new X509Certificate2(certificate, key, ""), MqttSslProtocols.TLSv1_2);
    }

    private static MqttReasonCode Connect(MqttClient client)
    {
        return client.Connect("client", null, null, false, MqttQoSLevel.AtMostOnce, false, null, null, true, 60);
    }

    private static void Store(byte[] bundle)
    {
        CertificateManager.AddCaCertificateBundle(bundle);
        CertificateManager.AddCaCertificateBundle(bundle);
    }
}
