using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>What one TLS connection is made from, as the platform's call takes it.</summary>
/// <param name="HostName">Name the peer's certificate must carry; sent as SNI.</param>
/// <param name="Address">Resolved address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Ca">CA certificate, DER, or PEM with a NUL at the end; null for none.</param>
/// <param name="Certificate">Own certificate, the same forms; null for none.</param>
/// <param name="Key">Own private key, DER, SEC1 or PKCS#8; null for none.</param>
/// <param name="IsTls13">TLS 1.3 only; otherwise 1.2 only.</param>
/// <param name="IsPeerVerified">SslVerification.CertificateRequired. Any other setting verifies nothing.</param>
public sealed record SimTlsParameters(string HostName, IPAddress Address, int Port, byte[]? Ca, byte[]? Certificate, byte[]? Key, bool IsTls13, bool IsPeerVerified);

/// <summary>
/// TCP and TLS as the native stack does them. Traps: the handshake has no time-out and stalls every managed thread; dates are checked
/// against the board's clock; nothing checks that key and certificate belong together. No system trust, no revocation look-ups.
/// </summary>
public static class SimTls
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>True when the platform would take these bytes for a certificate.</summary>
    public static bool IsCertificate(byte[] data) => SimTrust.Parse(data) is not null;

    /// <summary>Connects; throws SimSocketException or SimTlsException.</summary>
    public static Stream Connect(SimTlsParameters parameters)
    {
        SimCpu.Pass();
        X509Certificate2Collection anchors = SimTrust.Anchors(parameters.Ca);
        X509Certificate2? own = Own(parameters);
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(parameters.Address, parameters.Port);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new SimSocketException(exception.SocketErrorCode);
        }

        SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        string? refusal = null;
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = parameters.HostName,
            EnabledSslProtocols = parameters.IsTls13 ? SslProtocols.Tls13 : SslProtocols.Tls12,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                string? reason = parameters.IsPeerVerified ? Refuse(certificate as X509Certificate2, chain, parameters.HostName, anchors) : null;
                refusal = reason;
                return reason is null;
            },
        };
        try
        {
            return SimCpu.Stall(() =>
            {
                stream.AuthenticateAsClient(options);
                return stream;
            });
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            stream.Dispose();
            throw new SimTlsException(refusal ?? "the handshake failed: " + (exception.InnerException ?? exception).Message);
        }
    }

    private static X509Certificate2? Own(SimTlsParameters parameters)
    {
        if (parameters.Certificate is null || parameters.Key is null)
        {
            return null;
        }

        X509Certificate2 certificate = (SimTrust.Parse(parameters.Certificate) ?? throw new SimTlsException("the own certificate cannot be read"))[0];
        try
        {
            using ECDsa key = ECDsa.Create();
            try
            {
                key.ImportECPrivateKey(parameters.Key, out _);
            }
            catch (CryptographicException)
            {
                key.ImportPkcs8PrivateKey(parameters.Key, out _);
            }

            return certificate.CopyWithPrivateKey(key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            // The native stack would notice a foreign key only when the peer refuses its signature; the outcome is the same.
            throw new SimTlsException("the own key cannot be used");
        }
    }

    /// <summary>Null when the peer is who it must be.</summary>
    private static string? Refuse(X509Certificate2? peer, X509Chain? presented, string hostName, X509Certificate2Collection anchors)
    {
        if (peer is null)
        {
            return "the peer has no certificate";
        }

        // One anchor at a time: two of the same name must not hide each other.
        string? reason = "no CA certificate is trusted";
        foreach (X509Certificate2 anchor in anchors)
        {
            reason = RefuseUnder(anchor, peer, presented);
            if (reason is null)
            {
                return peer.MatchesHostname(hostName) ? null : $"the peer's certificate is not for {hostName}";
            }
        }

        return reason;
    }

    private static string? RefuseUnder(X509Certificate2 anchor, X509Certificate2 peer, X509Chain? presented)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = new DateTime(SimClock.UtcTicks, DateTimeKind.Utc).ToLocalTime();
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(peer) ? null : "the peer's certificate is refused: " + string.Join(", ", chain.ChainStatus.Select(s => s.Status));
    }
}
