using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.HostTests.Identity;

/// <summary>What the board writes, .NET and openssl read; what .NET writes, the board reads.</summary>
[TestClass]
public class CertificateInteropTests
{
    [TestMethod]
    public void DotNetReadsAndVerifiesTheRequest()
    {
        byte[] der = DeviceFirmware.Identity.CertificateRequest.Create(TestKeys.Identity, TestPki.HardwareId, TestPki.DeviceId);

        // Throws unless the signature is the key's own.
        var request = System.Security.Cryptography.X509Certificates.CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256);
        Assert.AreEqual("CN=dev-0001, SERIALNUMBER=0242ac110002", request.SubjectName.Name);
        CollectionAssert.AreEqual(TestKeys.Device.PublicKey.EncodeSubjectPublicKeyInfo(), request.PublicKey.ExportSubjectPublicKeyInfo());
    }

    [TestMethod]
    public void TheBoardReadsARequestOfDotNet()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X500DistinguishedNameBuilder name = new();
        name.AddCommonName("dev-7");
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        var read = DeviceFirmware.Identity.CertificateRequest.Decode(request.CreateSigningRequest());
        Assert.IsNotNull(read);
        Assert.IsTrue(read.ProvesPossession);
        Assert.AreEqual("dev-7", read.Subject.CommonName);
        string pem = request.CreateSigningRequestPem() + "\n";
        CollectionAssert.AreEqual(PemBytes(pem), Pem.Decode(DeviceFirmware.Identity.CertificateRequest.PemLabel, Encoding.ASCII.GetBytes(pem)));
    }

    [TestMethod]
    public void DotNetBuildsTheChain()
    {
        using X509Certificate2 root = X509CertificateLoader.LoadCertificate(TestPki.FactoryRoot);
        using X509Certificate2 issuing = X509CertificateLoader.LoadCertificate(TestPki.Issuing);
        using X509Certificate2 device = X509CertificateLoader.LoadCertificate(TestPki.Device);
        Assert.IsTrue(Chain(device, issuing, root));
        using X509Certificate2 fleet = X509CertificateLoader.LoadCertificate(TestPki.FleetRoot);
        Assert.IsFalse(Chain(device, issuing, fleet));
        using X509Certificate2 forged = X509CertificateLoader.LoadCertificate(TestPki.DeviceBuilder().Build(TestKeys.Stranger));
        Assert.IsFalse(Chain(forged, issuing, root));
        Assert.AreEqual(9999, device.NotAfter.ToUniversalTime().Year);
    }

    [TestMethod]
    public void TheDoorAcceptsCertificatesOfDotNet()
    {
        using ECDsa rootKey = Import(TestKeys.FactoryRoot);
        using ECDsa issuingKey = Import(TestKeys.Issuing);
        DateTimeOffset begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset never = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
        using X509Certificate2 root = Authority("CN=root", rootKey, 1).CreateSelfSigned(begin, never);
        using X509Certificate2 issuing = Authority("CN=issuing", issuingKey, 0).Create(root, begin, never, [1, 2]);
        using X509Certificate2 signer = issuing.CopyWithPrivateKey(issuingKey);
        using ECDsa deviceKey = Import(TestKeys.Device);
        X500DistinguishedName subject = new(Name.Device(TestPki.HardwareId, TestPki.DeviceId));
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(subject, deviceKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        SubjectAlternativeNameBuilder alternative = new();
        alternative.AddUri(new Uri("urn:devicefirmware:test:dev-0001"));
        request.CertificateExtensions.Add(alternative.Build());
        using X509Certificate2 device = request.Create(signer, begin.AddDays(1), never, [3, 4]);
        CertificateCheck check = DeviceCertificate.Check(device.RawData, issuing.RawData, TestKeys.Device.PublicKey,
            TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, root.RawData);
        Assert.AreEqual(CertificateVerdict.Accepted, check.Verdict, check.Reason);
    }

    [TestMethod]
    public void OpensslVerifiesRequestAndChain()
    {
        if (!OpenSsl.IsThere)
        {
            Assert.Inconclusive("openssl is not installed");
        }

        using OpenSsl openssl = new();
        byte[] der = DeviceFirmware.Identity.CertificateRequest.Create(TestKeys.Identity, TestPki.HardwareId, TestPki.DeviceId);
        openssl.Write("request.pem", Pem.Encode(DeviceFirmware.Identity.CertificateRequest.PemLabel, der));
        string text = openssl.Run("req", "-in", "request.pem", "-verify", "-noout", "-subject");
        StringAssert.Contains(text, "verify OK");
        StringAssert.Contains(text, "dev-0001");
        openssl.Write("root.pem", Pem.Encode("CERTIFICATE", TestPki.FactoryRoot));
        openssl.Write("issuing.pem", Pem.Encode("CERTIFICATE", TestPki.Issuing));
        openssl.Write("device.pem", Pem.Encode("CERTIFICATE", TestPki.Device));
        StringAssert.Contains(openssl.Run("verify", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-purpose", "sslclient", "device.pem"), "device.pem: OK");
        text = openssl.Run("x509", "-in", "device.pem", "-noout", "-enddate", "-ext", "subjectAltName");
        StringAssert.Contains(text, "notAfter=Dec 31 23:59:59 9999 GMT");
        StringAssert.Contains(text, "URI:urn:devicefirmware:test:dev-0001");
    }

    private static System.Security.Cryptography.X509Certificates.CertificateRequest Authority(string name, ECDsa key, int pathLength)
    {
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request;
    }

    private static ECDsa Import(DeviceFirmware.Crypto.P256PrivateKey key)
    {
        ECDsa ecdsa = ECDsa.Create();
        ecdsa.ImportECPrivateKey(key.ExportSec1(), out _);
        return ecdsa;
    }

    private static bool Chain(X509Certificate2 device, X509Certificate2 issuing, X509Certificate2 root)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.Add(issuing);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = new DateTime(2027, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        return chain.Build(device);
    }

    private static byte[] PemBytes(string pem)
    {
        return Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
    }
}
