extern alias board;
extern alias nano;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using board::DeviceFirmware.Connect;
using board::DeviceFirmware.Crypto;
using board::DeviceFirmware.Esp32;
using board::DeviceFirmware.Identity;
using board::DeviceFirmware.Ports;
using board::DeviceFirmware.Trust;
using DeviceFirmware.Tests.Architecture.PlatformTraps;
using CertificateRequest = System.Security.Cryptography.X509Certificates.CertificateRequest;
using MqttSettings = board::nanoFramework.M2Mqtt.MqttSettings;

namespace DeviceFirmware.Tests.Architecture.Adapters;

/// <summary>The board's own connection code, on the simulated platform, against brokers that are not the one.</summary>
[TestClass]
[DoNotParallelize]
public sealed class Esp32BrokerLinkTests
{
    private const string DeviceId = "device-1";
    private const string HardwareId = "020000000001";

    private readonly Esp32BrokerLink _link = new(new Esp32Board());

    [TestInitialize]
    public void SetClock()
    {
        nano::nanoFramework.Runtime.Native.Rtc.SetSystemTime(nano::System.DateTime.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
    }

    [TestCleanup]
    public void Close()
    {
        _link.Close();
        MqttSettings.Instance.ValidateServerCertificate = true;
    }

    [TestMethod]
    public async Task TheBrokerOfTheRootIsTaken()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        Assert.AreEqual(BrokerConnectResult.Connected, Connect(broker.Port, broker.Root));
        Assert.IsTrue(_link.IsConnected);
    }

    [TestMethod]
    public async Task ABrokerOfAnotherRootIsRefused()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        using TestBroker stranger = await TestBroker.StartAsync();
        Assert.AreEqual(BrokerConnectResult.TlsFailed, Connect(stranger.Port, broker.Root));
        Assert.IsFalse(_link.IsConnected);
    }

    [TestMethod]
    public async Task VerificationThatSomebodySwitchedOffIsOnAgain()
    {
        using TestBroker broker = await TestBroker.StartAsync();
        using TestBroker stranger = await TestBroker.StartAsync();
        MqttSettings.Instance.ValidateServerCertificate = false;
        Assert.AreEqual(BrokerConnectResult.TlsFailed, Connect(stranger.Port, broker.Root));
    }

    [TestMethod]
    public async Task ABrokerOfAnotherNameIsRefused()
    {
        using TestBroker broker = await TestBroker.StartAsync("elsewhere");
        Assert.AreEqual(BrokerConnectResult.TlsFailed, Connect(broker.Port, broker.Root));
    }

    [TestMethod]
    public async Task NobodyThereIsNoTlsFailure()
    {
        int port;
        byte[] root;
        using (TestBroker broker = await TestBroker.StartAsync())
        {
            port = broker.Port;
            root = broker.Root;
        }

        Assert.AreEqual(BrokerConnectResult.NetworkFailed, Connect(port, root));
    }

    private BrokerConnectResult Connect(int port, byte[] root)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        P256PrivateKey own = P256PrivateKey.Import(key.ExportParameters(includePrivateParameters: true).D!);
        TlsCheck check = TlsParameters.Check(Certificate(key, own), new StoredKey(own), "localhost", port, root, new EmptyStore());
        Assert.AreEqual(TlsVerdict.Accepted, check.Verdict);
        return _link.Connect(check.Parameters, DeviceId, "devices/device-1/status", "{}", 60);
    }

    /// <summary>An IDevID for that key, through its door.</summary>
    private static DeviceCertificate Certificate(ECDsa key, P256PrivateKey own)
    {
        DateTimeOffset start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset noEnd = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = Authority("root", rootKey, 1);
        using X509Certificate2 root = rootRequest.CreateSelfSigned(start, noEnd);
        using ECDsa issuingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 signed = Authority("issuing", issuingKey, 0).Create(root, start, noEnd, [1]);
        using X509Certificate2 issuing = signed.CopyWithPrivateKey(issuingKey);

        X500DistinguishedNameBuilder name = new();
        name.Add("2.5.4.5", HardwareId, System.Formats.Asn1.UniversalTagNumber.PrintableString);
        name.AddCommonName(DeviceId);
        CertificateRequest request = new(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        SubjectAlternativeNameBuilder uri = new();
        uri.AddUri(new Uri("urn:devicefirmware:test:" + DeviceId));
        request.CertificateExtensions.Add(uri.Build());
        using X509Certificate2 leaf = request.Create(issuing, start, noEnd, [2]);
        CertificateCheck check = DeviceCertificate.Check(leaf.RawData, issuing.RawData, own.PublicKey, HardwareId, DeviceId, "test", root.RawData);
        Assert.AreEqual(CertificateVerdict.Accepted, check.Verdict);
        return check.Certificate;
    }

    private static CertificateRequest Authority(string name, ECDsa key, int pathLength)
    {
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }

    private sealed class EmptyStore : ITrustStore
    {
        public byte[]? CaBundle()
        {
            return null;
        }

        public void Clear()
        {
        }
    }
}
