using System.Collections.Concurrent;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>The fleet's operational CA: it invites who comes by its IDevID, issues what is asked for, and lets in whoever shows a certificate with its key.</summary>
internal sealed class OperationalDesk(Topics topics)
{
    private static readonly ConcurrentDictionary<string, byte[]> _issued = new();
    private static readonly ConcurrentDictionary<string, bool> _pairs = new();
    private static readonly Lazy<byte[]> _before = new(() => Builder(TestKeys.OtherDevice, "260305120000Z", "260404120000Z"));

    /// <summary>The key of the certificate that is due to be renewed.</summary>
    internal static P256PrivateKey Before { get; } = TestKeys.OtherDevice;

    /// <summary>That certificate: it ends three days after the scenarios begin.</summary>
    internal static byte[] DueCertificate => _before.Value;

    /// <summary>The first second of every certificate that is issued here.</summary>
    internal const long IssuedFrom = 1775044800;

    /// <summary>Who connects is a device that was made, or one that a certificate was issued to; and the key is the certificate's.</summary>
    internal static void LetIn(TlsParameters tls)
    {
        string pair = Convert.ToHexString(tls.DeviceCertificate) + Convert.ToHexString(tls.DevicePrivateKey);
        Facts.Demand(_pairs.GetOrAdd(pair, _ => IsPair(tls)), "a board connects with a key that is not its certificate's");
    }

    /// <summary>What the fleet says first; null: nothing.</summary>
    internal BrokerMessage? Greet(byte[] certificate)
    {
        return certificate.AsSpan().SequenceEqual(TestPki.Device) ? new BrokerMessage(topics.CertificateReply, EnrolmentReply.OfWanted().Encode()) : null;
    }

    /// <summary>The same request has the same answer: it may have been lost with the power.</summary>
    internal BrokerMessage Take(byte[] payload)
    {
        byte[] request = EnrolmentRequest.Decode(payload) ?? throw new FaultException("a request for a certificate that is none");
        byte[] certificate = _issued.GetOrAdd(Convert.ToHexString(request), _ => Issue(request));
        return new BrokerMessage(topics.CertificateReply, EnrolmentReply.OfIssued(Sha256.Hash(request), certificate, TestPki.OperationalCa).Encode());
    }

    private static byte[] Issue(byte[] encoded)
    {
        CertificateRequest? request = CertificateRequest.Decode(encoded);
        Facts.Demand(request is { ProvesPossession: true } && !request.PublicKey.IsSameAs(TestKeys.Device.PublicKey) && !request.PublicKey.IsSameAs(Before.PublicKey), "a request without a fresh key");
        return TestPki.OperationalBuilder(request!.PublicKey).Build(TestKeys.Operational);
    }

    private static bool IsPair(TlsParameters tls)
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        key.ImportECPrivateKey(tls.DevicePrivateKey, out _);
        byte[] point = [4, .. key.ExportParameters(false).Q.X!, .. key.ExportParameters(false).Q.Y!];
        return Certificate.Decode(tls.DeviceCertificate).PublicKey.IsSameAs(P256PublicKey.Decode(point, 0, point.Length));
    }

    private static byte[] Builder(P256PrivateKey key, string from, string until)
    {
        CertificateBuilder builder = TestPki.OperationalBuilder(key.PublicKey);
        builder.NotBefore = CertificateBuilder.Utc(from);
        builder.NotAfter = CertificateBuilder.Utc(until);
        return builder.Build(TestKeys.Operational);
    }
}
