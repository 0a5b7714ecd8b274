using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using MQTTnet.Server;

namespace DeviceFirmware.Bench;

/// <summary>The peer of the embedded broker: MQTTnet's own server and listener, the same question to a certificate, nothing else.</summary>
internal static class PlainMqttnetServer
{
    /// <summary>First argument of the process that is it.</summary>
    internal const string Word = "plain-mqttnet";

    internal static async Task RunAsync(string[] arguments)
    {
        int port = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        string PathOf(string name) => Path.Combine(arguments[2], name);
        using X509Certificate2 server = X509Certificate2.CreateFromPemFile(PathOf("broker.pem"), PathOf("broker.key.pem"));
        using X509Certificate2 root = X509Certificate2.CreateFromPem(File.ReadAllText(PathOf("root.pem")));
        using X509Certificate2 issuing = X509Certificate2.CreateFromPem(File.ReadAllText(PathOf("issuing.pem")));
        CertificateChain chain = new(root, [issuing], TimeProvider.System);
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithEncryptedEndpoint()
            .WithEncryptedEndpointPort(port)
            .WithEncryptedEndpointBoundIPAddress(IPAddress.Loopback)
            .WithEncryptionCertificate(server)
            .WithEncryptionSslProtocol(SslProtocols.Tls12 | SslProtocols.Tls13)
            .WithClientCertificate((_, certificate, _, _) => chain.Judge(certificate as X509Certificate2) is null)
            .WithMaxPendingMessagesPerClient(1_000_000)
            .Build();
        using MqttServer broker = new MqttServerFactory().CreateMqttServer(options);
        await broker.StartAsync();
        await Task.Delay(Timeout.Infinite);
    }
}
