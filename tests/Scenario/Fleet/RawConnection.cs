using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>One MQTT 3.1.1 CONNECT by hand: it shows any chain that it likes, to either end of a broker.</summary>
internal static class RawConnection
{
    /// <summary>The return code of the CONNACK, 0 when it was let in; -1 when there was none.</summary>
    /// <param name="port">Where.</param>
    /// <param name="broker">The certificate that must be shown there.</param>
    /// <param name="own">The client's certificate with its key.</param>
    /// <param name="above">What it shows with it.</param>
    /// <param name="clientId">What it calls itself.</param>
    internal static async Task<int> ConnectAsync(int port, X509Certificate2 broker, X509Certificate2 own, X509Certificate2[] above, string clientId)
    {
        using TcpClient tcp = new();
        await tcp.ConnectAsync("localhost", port);
        await using SslStream tls = new(tcp.GetStream());
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        byte[] name = Encoding.ASCII.GetBytes(clientId);
        byte[] answer = new byte[4];
        bool isBroker = false;
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    ClientCertificateContext = SslStreamCertificateContext.Create(own, [.. above], offline: true),
                    RemoteCertificateValidationCallback = (_, shown, _, _) => isBroker = shown?.GetCertHashString() == broker.GetCertHashString(),
                },
                patience.Token);
            byte[] connect = [0x10, (byte)(12 + name.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, (byte)name.Length, .. name];
            await tls.WriteAsync(connect, patience.Token);
            await tls.ReadExactlyAsync(answer, patience.Token);
            return answer[3];
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException)
        {
            Assert.IsTrue(isBroker, "the broker shows another certificate");
            return -1;
        }
    }
}
