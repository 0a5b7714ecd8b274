using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.Soak;

/// <summary>A real broker: one listener with mutual TLS for the board, one in the clear for whoever judges, both on loopback.</summary>
internal sealed class Mosquitto : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("soak");
    private readonly Process _process;

    public Mosquitto()
    {
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = new("CN=fleet root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 root = rootRequest.CreateSelfSigned(now.AddDays(-2), now.AddYears(1));
        Root = root.RawData;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(root, now.AddDays(-1), now.AddDays(300), [1, 2, 3, 4]);
        (Port, PlainPort) = (FreePort(), FreePort());
        Write("server.pem", certificate.ExportCertificatePem());
        Write("server.key", key.ExportPkcs8PrivateKeyPem());
        Write("clients.pem", Pem(TestPki.Issuing) + Pem(TestPki.FactoryRoot));
        Write("mosquitto.conf", $"""
            user {Environment.UserName}
            per_listener_settings true
            max_queued_messages 0
            listener {Port} 127.0.0.1
            cafile {Path("clients.pem")}
            certfile {Path("server.pem")}
            keyfile {Path("server.key")}
            require_certificate true
            use_identity_as_username true
            allow_anonymous false
            listener {PlainPort} 127.0.0.1
            allow_anonymous true

            """);
        string program = File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
        _process = Process.Start(new ProcessStartInfo(program, ["-c", Path("mosquitto.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (int i = 0; !Listens(PlainPort); i++)
        {
            if (_process.HasExited || i > 100)
            {
                throw new InvalidOperationException("mosquitto does not start");
            }

            Thread.Sleep(50);
        }
    }

    public byte[] Root { get; }

    public int Port { get; }

    public int PlainPort { get; }

    public static bool IsInstalled => File.Exists("/usr/sbin/mosquitto") || (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(System.IO.Path.Combine(folder, "mosquitto")));

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(true);
    }

    private static string Pem(byte[] der) => PemEncoding.WriteString("CERTIFICATE", der) + "\n";

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Listens(int port)
    {
        using TcpClient client = new();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    private void Write(string name, string text) => File.WriteAllText(Path(name), text);
}
