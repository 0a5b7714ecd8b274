using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Factory;
using DeviceFirmware.Identity;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.Fuzz;

/// <summary>DER, certificates and requests.</summary>
internal static class IdentityTargets
{
    public static Target Der { get; } = new("der", DerSeeds, new DerGrammar(), null, ReadDer, 16 * 1024, 16);

    public static Target Certificates { get; } = new("certificate", () => [TestPki.Device, TestPki.Issuing, TestPki.FactoryRoot], new DerGrammar(), null, ReadCertificate, 96 * 1024, 32);

    public static Target Requests { get; } = new("csr", RequestSeeds, new DerGrammar(), null, ReadRequest, 128 * 1024, 32);

    private static byte[][] DerSeeds() =>
    [
        EcdsaSignatureDer.Encode(Ecdsa.Sign(TestKeys.Ota, new byte[32])),
        TestKeys.Ota.PublicKey.EncodeSubjectPublicKeyInfo(),
        TestPki.Device,
    ];

    private static byte[][] RequestSeeds()
    {
        byte[] request = CertificateRequest.Create(TestKeys.Identity, TestPki.HardwareId, TestPki.DeviceId);
        return [request, Pem.Encode(CertificateRequest.PemLabel, request)];
    }

    private static string ReadDer(byte[] input)
    {
        byte[] signature = EcdsaSignatureDer.Decode(input, 0, input.Length);
        if (signature is not null && !EcdsaSignatureDer.Encode(signature).AsSpan().SequenceEqual(input))
        {
            throw new BrokenPromiseException("a signature that has two encodings");
        }

        P256PublicKey key = P256PublicKey.DecodeSubjectPublicKeyInfo(input, 0, input.Length);
        if (key is not null && !key.EncodeSubjectPublicKeyInfo().AsSpan().SequenceEqual(input))
        {
            throw new BrokenPromiseException("a key that has two encodings");
        }

        DerReader reader = new(input, 0, input.Length);
        int items = Walk(reader, 0);
        return $"{signature is not null} {key is not null} {items > 3} {reader.Failed}";
    }

    private static int Walk(DerReader reader, int depth)
    {
        int items = 0;
        while (reader.HasMore && depth < 20)
        {
            int tag = reader.PeekTag();
            if ((tag & 0x20) != 0)
            {
                items += Walk(reader.Enter(tag), depth + 1);
            }
            else
            {
                reader.Content(tag);
            }

            items++;
        }

        return items;
    }

    private static string ReadCertificate(byte[] input)
    {
        Certificate certificate = Certificate.Decode(input);
        if (certificate is not null && !certificate.Encoded.AsSpan().SequenceEqual(input))
        {
            throw new BrokenPromiseException("a certificate that is not what was read");
        }

        CertificateCheck check = DeviceCertificate.Check(
            input, TestPki.Issuing, TestKeys.Device.PublicKey, TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot);
        CertificateCheck asIssuer = DeviceCertificate.Check(
            TestPki.Device, input, TestKeys.Device.PublicKey, TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot);
        bool accepted = check.Verdict == CertificateVerdict.Accepted;
        bool acceptedAsIssuer = asIssuer.Verdict == CertificateVerdict.Accepted;
        if ((accepted && !input.AsSpan().SequenceEqual(TestPki.Device)) || (acceptedAsIssuer && !input.AsSpan().SequenceEqual(TestPki.Issuing)))
        {
            throw new BrokenPromiseException("accepted what nobody issued");
        }

        return $"{check.Verdict} {asIssuer.Verdict}";
    }

    private static string ReadRequest(byte[] input)
    {
        CertificateRequest request = CertificateRequest.Decode(input);
        Assignment assignment = new(TestPki.DeviceId, TestPki.HardwareId, null);
        CsrCheck direct = AcceptedCsr.Check(input, assignment, new NobodyYet());
        CsrCheck wrapped = AcceptedCsr.Check(input.Length == 0 ? input : Pem.Encode(CertificateRequest.PemLabel, input), assignment, new NobodyYet());
        foreach (CsrCheck check in (CsrCheck[])[direct, wrapped])
        {
            if (check.Csr is not null && !check.Csr.PublicKey.IsSameAs(TestKeys.Device.PublicKey))
            {
                throw new BrokenPromiseException("accepted a key without its owner");
            }
        }

        return $"{request is not null} {direct.Token} {wrapped.Token}";
    }

    /// <summary>The record of a station that has made no board yet.</summary>
    private sealed class NobodyYet : IIssuanceHistory
    {
        public string? StoppedBecause => null;

        public bool IsRestored => false;

        public string? FindReservation(string deviceId) => null;

        public ProvenRequest? FindNonce(string r) => null;

        public BoardRecord? FindById(string deviceId) => null;

        public BoardRecord? FindByKey(string keyHash) => null;

        public bool HasHardwareIdElsewhere(string hardwareId, string deviceId) => false;
    }
}
