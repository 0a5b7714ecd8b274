using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Server;

namespace DeviceFirmware.Tests.Architecture.PlatformTraps;

/// <summary>A root, a certificate under it for 127.0.0.1, and a broker that shows it.</summary>
internal sealed class TestBroker : IDisposable
{
    private readonly X509Certificate2 _certificate;

    private TestBroker(byte[] root, X509Certificate2 certificate, MqttServer server, int port)
    {
        Root = root;
        _certificate = certificate;
        Server = server;
        Port = port;
    }

    /// <summary>The root, DER.</summary>
    public byte[] Root { get; }

    /// <summary>The broker.</summary>
    public MqttServer Server { get; }

    /// <summary>Its port on loopback.</summary>
    public int Port { get; }

    /// <summary>Starts a broker with a root of its own.</summary>
    public static async Task<TestBroker> StartAsync(string hostName = "localhost")
    {
        DateTimeOffset start = DateTimeOffset.UtcNow.AddDays(-1);
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = new("CN=test root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(start, start.AddYears(5));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=broker", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(hostName);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(root, start, start.AddYears(1), [1, 2, 3, 4]);
        X509Certificate2 certificate = signed.CopyWithPrivateKey(key);
        int port = FreePort();
        MqttServerOptions options = new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithEncryptedEndpoint()
            .WithEncryptedEndpointPort(port)
            .WithEncryptedEndpointBoundIPAddress(IPAddress.Loopback)
            .WithEncryptionCertificate(certificate)
            .WithEncryptionSslProtocol(SslProtocols.Tls12)
            .WithClientCertificate((_, _, _, _) => true)
            .Build();
        MqttServer server = new MqttServerFactory().CreateMqttServer(options);
        await server.StartAsync();
        return new TestBroker(root.RawData, certificate, server, port);
    }

    /// <summary>A device certificate and its key, DER; the broker asks for none.</summary>
    public static (byte[] Certificate, byte[] Key) Device()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=device", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.RawData, key.ExportECPrivateKey());
    }

    public void Dispose()
    {
        Server.Dispose();
        _certificate.Dispose();
    }

    private static int FreePort()
    {
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
