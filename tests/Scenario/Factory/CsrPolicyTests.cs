using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Factory;
using DeviceFirmware.Scenario.Tools;
using BoardRequest = DeviceFirmware.Identity.CertificateRequest;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>Every verdict of the CSR door, each beside the request that differs in one thing and is accepted.</summary>
[TestClass]
public sealed class CsrPolicyTests
{
    private const string Id = "board-1";
    private const string Hardware = "a0b1c2d3e4f5";

    private readonly P256PrivateKey _key = P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32));
    private readonly History _history = new();

    [TestMethod]
    public void AcceptsTheBoardsOwnRequest()
    {
        CsrCheck check = Judge(BoardPem(_key, Hardware, Id));
        Assert.AreEqual(CsrVerdict.Accepted, check.Verdict, check.Reason);
        Assert.AreEqual(Id, check.Csr!.DeviceId);
        Assert.AreEqual(Hardware, check.Csr.HardwareId);
        Assert.IsTrue(check.Csr.PublicKey.IsSameAs(_key.PublicKey));
        Assert.IsFalse(check.Csr.HardwareIdRepeats);
    }

    [TestMethod]
    public void NothingIsAcceptedByDefault()
    {
        Assert.AreEqual("NotEvaluated", Enum.GetName((CsrVerdict)0));
        Assert.IsEmpty(typeof(AcceptedCsr).GetConstructors());
    }

    [TestMethod]
    public void AcceptsRequestsOfDotNetAndOpenSsl()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.AreEqual(CsrVerdict.Accepted, Judge(NetPem(key)).Verdict);

        using TemporaryDirectory directory = new();
        string request = OpenSslRequest(directory, "prime256v1");
        Assert.AreEqual(CsrVerdict.Accepted, Judge(File.ReadAllBytes(request)).Verdict);
        OpenSsl.Run("req", "-verify", "-noout", "-in", request);
    }

    [TestMethod]
    public void OpenSslVerifiesTheBoardsRequest()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllBytes(directory["csr.pem"], BoardPem(_key, Hardware, Id));
        OpenSsl.Run("req", "-verify", "-noout", "-in", directory["csr.pem"]);
        CertificateRequest.LoadSigningRequestPem(File.ReadAllText(directory["csr.pem"]), HashAlgorithmName.SHA256);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Board-1")]
    [DataRow("board/1")]
    [DataRow("thirty-three-characters-is-too-lo")]
    public void RefusesIdsThatAreNone(string id)
    {
        MustBe(CsrVerdict.BadId, "bad-id", AcceptedCsr.Check(BoardPem(_key, Hardware, Id), new Assignment(id, Hardware, null), _history));
    }

    [TestMethod]
    public void RefusesBytesThatAreNoRequest()
    {
        byte[] pem = BoardPem(_key, Hardware, Id);
        MustBe(CsrVerdict.Malformed, "malformed-csr", Judge([]));
        MustBe(CsrVerdict.Malformed, "malformed-csr", Judge([.. pem, .. "x\n"u8]));
        MustBe(CsrVerdict.Malformed, "malformed-csr", Judge([.. pem, .. pem]));
        MustBe(CsrVerdict.Malformed, "malformed-csr", Judge(Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(pem).Replace("CERTIFICATE REQUEST", "CERTIFICATE"))));

        byte[] der = Pem.Decode(BoardRequest.PemLabel, pem);
        MustBe(CsrVerdict.Malformed, "malformed-csr", Judge(Pem.Encode(BoardRequest.PemLabel, [.. der, 0])));
        for (int length = 1; length < der.Length; length++)
        {
            Assert.AreNotEqual(CsrVerdict.Accepted, Judge(Pem.Encode(BoardRequest.PemLabel, der[..length])).Verdict);
        }
    }

    [TestMethod]
    public void NoChangedByteIsAccepted()
    {
        byte[] der = Pem.Decode(BoardRequest.PemLabel, BoardPem(_key, Hardware, Id));
        for (int i = 0; i < der.Length; i++)
        {
            byte[] changed = [.. der];
            changed[i] ^= (byte)(1 << (i % 8));
            CsrCheck check = Judge(Pem.Encode(BoardRequest.PemLabel, changed));
            Assert.AreNotEqual(CsrVerdict.Accepted, check.Verdict, $"byte {i}");
            Assert.IsNull(check.Csr);
        }
    }

    [TestMethod]
    public void RefusesRequestsThatAskForExtensions()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        MustBe(CsrVerdict.AsksForAttributes, "asks-for-attributes", Judge(NetPem(key, request =>
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true)))));

        using TemporaryDirectory directory = new();
        string asking = OpenSslRequest(directory, "prime256v1", "-addext", "subjectAltName=DNS:broker");
        MustBe(CsrVerdict.AsksForAttributes, "asks-for-attributes", Judge(File.ReadAllBytes(asking)));
    }

    [TestMethod]
    public void RefusesOtherKindsOfKeys()
    {
        using ECDsa larger = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        MustBe(CsrVerdict.KeyNotP256, "key-not-p256", Judge(NetPem(larger)));
        using RSA rsa = RSA.Create(2048);
        CertificateRequest request = new(Subject(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        MustBe(CsrVerdict.KeyNotP256, "key-not-p256", Judge(Encoding.ASCII.GetBytes(request.CreateSigningRequestPem() + "\n")));

        using TemporaryDirectory directory = new();
        MustBe(CsrVerdict.KeyNotP256, "key-not-p256", Judge(File.ReadAllBytes(OpenSslRequest(directory, "secp256k1"))));
    }

    [TestMethod]
    public void RefusesAPointOffTheCurve()
    {
        byte[] der = Pem.Decode(BoardRequest.PemLabel, BoardPem(_key, Hardware, Id));
        int point = der.AsSpan().IndexOf(_key.PublicKey.Encode());
        der[point + 64] ^= 1;
        MustBe(CsrVerdict.KeyNotP256, "key-not-p256", Judge(Pem.Encode(BoardRequest.PemLabel, der)));
    }

    [TestMethod]
    public void RefusesWithoutProofOfPossession()
    {
        // The victim's public key, another key's signature.
        byte[] der = Pem.Decode(BoardRequest.PemLabel, BoardPem(_key, Hardware, Id));
        P256PrivateKey victim = P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32));
        int point = der.AsSpan().IndexOf(_key.PublicKey.Encode());
        victim.PublicKey.Encode().CopyTo(der, point);
        MustBe(CsrVerdict.NoProofOfPossession, "no-proof-of-possession", Judge(Pem.Encode(BoardRequest.PemLabel, der)));
    }

    [TestMethod]
    public void RefusesOtherNames()
    {
        MustBe(CsrVerdict.OtherId, "other-id", Judge(BoardPem(_key, Hardware, "board-2")));
        MustBe(CsrVerdict.OtherHardwareId, "other-hardware-id", Judge(BoardPem(_key, "000000000000", Id)));
    }

    [TestMethod]
    [DataRow("A0B1C2D3E4F5")]
    [DataRow("a0 b1")]
    public void RefusesHardwareIdsThatAreNone(string hardwareId)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(Subject(hardwareId), key, HashAlgorithmName.SHA256);
        byte[] pem = Encoding.ASCII.GetBytes(request.CreateSigningRequestPem() + "\n");
        MustBe(CsrVerdict.OtherHardwareId, "other-hardware-id", AcceptedCsr.Check(pem, new Assignment(Id, hardwareId, null), _history));
    }

    [TestMethod]
    public void RefusesAnotherKeyThanTheGreetedBoards()
    {
        byte[] pem = BoardPem(_key, Hardware, Id);
        byte[] other = new byte[32];
        MustBe(CsrVerdict.OtherKey, "other-key", AcceptedCsr.Check(pem, new Assignment(Id, Hardware, other), _history));
        Assert.AreEqual(CsrVerdict.Accepted, AcceptedCsr.Check(pem, new Assignment(Id, Hardware, _key.PublicKey.KeyHash()), _history).Verdict);
    }

    [TestMethod]
    public void RefusesAnIdThatAnotherKeyHas()
    {
        _history.Records.Add(Recorded(Id, Hardware, new string('0', 64)));
        MustBe(CsrVerdict.IdTaken, "id-taken", Judge(BoardPem(_key, Hardware, Id)));
    }

    [TestMethod]
    public void RefusesAKeyThatAnotherIdHas()
    {
        _history.Records.Add(Recorded("board-0", Hardware, Hex.Encode(_key.PublicKey.KeyHash())));
        MustBe(CsrVerdict.KeySeen, "key-seen", Judge(BoardPem(_key, Hardware, Id)));
    }

    [TestMethod]
    public void TheSameBoardMayAskAgainButNotWithOtherHardware()
    {
        string keyHash = Hex.Encode(_key.PublicKey.KeyHash());
        _history.Records.Add(Recorded(Id, Hardware, keyHash));
        Assert.AreEqual(CsrVerdict.Accepted, Judge(BoardPem(_key, Hardware, Id)).Verdict);

        _history.Records[0] = Recorded(Id, "000000000000", keyHash);
        MustBe(CsrVerdict.OtherHardwareId, "other-hardware-id", Judge(BoardPem(_key, Hardware, Id)));
    }

    [TestMethod]
    public void ARepeatedHardwareIdIsFlaggedNotRefused()
    {
        _history.Records.Add(Recorded("board-0", Hardware, new string('0', 64)));
        CsrCheck check = Judge(BoardPem(_key, Hardware, Id));
        Assert.AreEqual(CsrVerdict.Accepted, check.Verdict);
        Assert.IsTrue(check.Csr!.HardwareIdRepeats);
    }

    [TestMethod]
    public void RefusesAnIdThatIsSetAsideForAnotherKey()
    {
        _history.Reservations[Id] = new string('0', 64);
        MustBe(CsrVerdict.IdTaken, "id-taken", Judge(BoardPem(_key, Hardware, Id)));
        _history.Reservations[Id] = Hex.Encode(_key.PublicKey.KeyHash());
        Assert.AreEqual(CsrVerdict.Accepted, Judge(BoardPem(_key, Hardware, Id)).Verdict);
    }

    [TestMethod]
    public void AfterARestoreIdsAreThoseTheRecordSetAside()
    {
        _history.IsRestored = true;
        MustBe(CsrVerdict.IdNotSetAside, "id-not-set-aside", Judge(BoardPem(_key, Hardware, Id)));
        _history.Reservations[Id] = Hex.Encode(_key.PublicKey.KeyHash());
        Assert.AreEqual(CsrVerdict.Accepted, Judge(BoardPem(_key, Hardware, Id)).Verdict);
    }

    [TestMethod]
    public void RefusesEverythingWhileTheLineIsStopped()
    {
        _history.StoppedBecause = "repeated-nonce: x";
        MustBe(CsrVerdict.LineStopped, "line-stopped", Judge(BoardPem(_key, Hardware, Id)));
    }

    /// <summary>One r under two keys or over two messages gives both keys away; the same request again does not.</summary>
    [TestMethod]
    public void ARepeatedNonceIsAnAlarm()
    {
        byte[] pem = BoardPem(_key, Hardware, Id);
        ProvenRequest proven = Judge(pem).Proven!;
        Assert.AreEqual(Hex.Encode(_key.PublicKey.KeyHash()), proven.KeyHash);
        _history.Nonces[proven.R] = proven;
        Assert.AreEqual(CsrVerdict.Accepted, Judge(pem).Verdict);

        _history.Nonces[proven.R] = proven with { KeyHash = new string('0', 64) };
        MustBe(CsrVerdict.RepeatedNonce, "repeated-nonce", Judge(pem));
        Assert.IsTrue(Judge(pem).IsAlarm);
        _history.Nonces[proven.R] = proven with { Message = new string('0', 64) };
        MustBe(CsrVerdict.RepeatedNonce, "repeated-nonce", Judge(pem));
        MustBe(CsrVerdict.RepeatedNonce, "repeated-nonce", Judge(BoardPem(_key, Hardware, Id)));
    }

    [TestMethod]
    public void RefusesKeysThatEverybodyKnows()
    {
        byte[] scalar = new byte[32];
        scalar[31] = 1;
        MustBe(CsrVerdict.WeakKey, "weak-key", Judge(BoardPem(P256PrivateKey.Import(scalar), Hardware, Id)));
        Array.Fill(scalar, (byte)0x42);
        MustBe(CsrVerdict.WeakKey, "weak-key", Judge(BoardPem(P256PrivateKey.Import(scalar), Hardware, Id)));
        byte[] minusOne = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550");
        MustBe(CsrVerdict.WeakKey, "weak-key", Judge(BoardPem(P256PrivateKey.Import(minusOne), Hardware, Id)));
        scalar[0] = 0x43;
        Assert.AreEqual(CsrVerdict.Accepted, Judge(BoardPem(P256PrivateKey.Import(scalar), Hardware, Id)).Verdict);
        Assert.AreEqual(1028, WeakKeys.Count);
    }

    private CsrCheck Judge(byte[] pem) => AcceptedCsr.Check(pem, new Assignment(Id, Hardware, null), _history);

    private static void MustBe(CsrVerdict verdict, string token, CsrCheck check)
    {
        Assert.AreEqual(verdict, check.Verdict, check.Reason);
        Assert.AreEqual(token, check.Token);
        Assert.IsNull(check.Csr);
    }

    private static byte[] BoardPem(P256PrivateKey key, string hardwareId, string id) =>
        Pem.Encode(BoardRequest.PemLabel, BoardRequest.Create(new DeviceFirmware.Identity.StoredKey(key), hardwareId, id));

    private static byte[] NetPem(ECDsa key, Action<CertificateRequest>? change = null)
    {
        CertificateRequest request = new(Subject(), key, HashAlgorithmName.SHA256);
        change?.Invoke(request);
        return Encoding.ASCII.GetBytes(request.CreateSigningRequestPem() + "\n");
    }

    private static X500DistinguishedName Subject(string hardwareId = Hardware)
    {
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(Id);
        subject.Add("2.5.4.5", hardwareId, UniversalTagNumber.PrintableString);
        return subject.Build();
    }

    private static string OpenSslRequest(TemporaryDirectory directory, string curve, params string[] more)
    {
        OpenSsl.Run(["req", "-new", "-newkey", "ec", "-pkeyopt", $"ec_paramgen_curve:{curve}", "-nodes", "-sha256",
            "-keyout", directory["key.pem"], "-subj", $"/serialNumber={Hardware}/CN={Id}", "-out", directory["csr.pem"], .. more]);
        return directory["csr.pem"];
    }

    private static BoardRecord Recorded(string id, string hardwareId, string keyHash) => new(
        id, hardwareId, keyHash, BoardRecordState.Intent, "00", new Production("b", "l", "s", "o", "1.0.0+0"), DateTimeOffset.UnixEpoch, null, null, false);

    private sealed class History : IIssuanceHistory
    {
        public List<BoardRecord> Records { get; } = [];

        public Dictionary<string, string> Reservations { get; } = [];

        public Dictionary<string, ProvenRequest> Nonces { get; } = [];

        public string? StoppedBecause { get; set; }

        public bool IsRestored { get; set; }

        public string? FindReservation(string deviceId) => Reservations.GetValueOrDefault(deviceId);

        public ProvenRequest? FindNonce(string r) => Nonces.GetValueOrDefault(r);

        public BoardRecord? FindById(string deviceId) => Records.Find(record => record.DeviceId == deviceId);

        public BoardRecord? FindByKey(string keyHash) => Records.Find(record => record.KeyHash == keyHash);

        public bool HasHardwareIdElsewhere(string hardwareId, string deviceId) =>
            Records.Exists(record => record.HardwareId == hardwareId && record.DeviceId != deviceId);
    }
}
