using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Fuzz;

/// <summary>What board and fleet state to each other over years: the ledger, the receipt of a wipe, a claim, a trust set, the time.</summary>
internal static class StatementTargets
{
    private const long Begin = 1_775_044_800;
    private const long Then = Begin + 1000;

    private static readonly byte[] _nonce = new byte[SignedTime.NonceSize];
    private static readonly TrustSet _set = TestTrust.Set(1);
    private static readonly byte[] _claim = new ClaimRequest("acme", new byte[ClaimRequest.CodeSize], new byte[ClaimRequest.NonceSize]).Encode();

    private static readonly DeviceCertificate _certificate = DeviceCertificate.Check(TestPki.Device, TestPki.Issuing, TestKeys.Device.PublicKey,
        TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot).Certificate;

    public static Target Ledger { get; } = new("ledger", LedgerSeeds, new CborGrammar(), null, ReadLedger, 8 * 1024, 16);

    public static Target Receipt { get; } = new("receipt", ReceiptSeeds, new CborGrammar(), SignReceipt, ReadReceipt, 64 * 1024, 16);

    public static Target Claim { get; } = new("claim", ClaimSeeds, new CborGrammar(), SignClaim, ReadClaim, 64 * 1024, 16);

    public static Target Enrolment { get; } = new("enrolment", EnrolmentSeeds, new CborGrammar(), null, ReadEnrolment, 64 * 1024, 16);

    public static Target TrustSets { get; } = new("trust-set", TrustSetSeeds, new CborGrammar(), null, ReadTrustSet, 128 * 1024, 32);

    public static Target Time { get; } = new("time", TimeSeeds, new CborGrammar(), SignTime, ReadTime, 128 * 1024, 32);

    private static byte[][] LedgerSeeds()
    {
        byte[] key = TestKeys.Device.PublicKey.Encode();
        byte[] keyHash = TestKeys.Device.PublicKey.KeyHash();
        ChainEntry first = ChainEntry.After(ChainPosition.Start(BoardLedger.ChainName(keyHash)), Begin, LedgerKind.Boot, new LedgerEvent(LedgerKind.Boot, "power-or-fault", 1, new byte[32]).Body());
        ChainEntry second = ChainEntry.After(first.Position, Begin, LedgerKind.Order, new LedgerEvent(LedgerKind.Order, "restart", 7, new byte[32]).Body());
        ChainHead head = new(BoardLedger.ChainName(keyHash), second.Position, Begin);
        byte[] signed = head.Encode(keyHash, Ecdsa.Sign(TestKeys.Device, head.Digest(keyHash)));
        return
        [
            LedgerReport.Question(TestKeys.Device.PublicKey, []).Encode(),
            new LedgerReport(key, signed, [], [first.Encoded, second.Encoded], signed).Encode(),
            new LedgerReport(key, signed, signed, [], []).Encode(),
            new LedgerReply(second.Position, signed).Encode(),
            new LedgerReply(ChainPosition.Start("board:"), []).Encode(),
        ];
    }

    private static string ReadLedger(byte[] input)
    {
        LedgerReport? report = LedgerReport.Decode(input);
        Hold(report is null || Same(report.Encode(), input), "a ledger report that has two encodings");
        Hold(report is null || report.Entries.Length <= LedgerReport.MaximumEntries, "more entries than a report may have");
        LedgerReply? reply = LedgerReply.Decode(input);
        Hold(reply is null || Same(reply.Encode(), input), "a reply about the ledger that has two encodings");
        return $"{report?.Entries.Length} {report?.Head.Length > 0} {report?.Checkpoint.Length > 0} {report?.FleetHead.Length > 0} {reply is not null} {reply?.FleetHead.Length > 0}";
    }

    private static byte[][] ReceiptSeeds()
    {
        ChainPosition end = new(12, new byte[32]);
        return
        [
            new WipeReceipt(new byte[32], end, Begin, "sold", false).Sign(TestKeys.Identity),
            new WipeReceipt(new byte[32], end, 0, "", true).Sign(TestKeys.Identity),
        ];
    }

    /// <summary>What verifies is the device's, and exactly what it would sign again.</summary>
    private static string ReadReceipt(byte[] input)
    {
        WipeReceipt? read = WipeReceipt.Read(input, out P256PublicKey? key);
        Hold(read is null == key is null, "a receipt without its key");
        Hold(read is null || Same(key!.Encode(), TestKeys.Device.PublicKey.Encode()), "a receipt of a key that signed none");
        Hold(read is null || Same(read.Sign(TestKeys.Identity), input), "a receipt that has two encodings");
        return $"{read is not null} {read?.IsEncrypted} {read?.Reason.Length > 0}";
    }

    /// <summary>The payload of what was changed, signed again.</summary>
    private static byte[] SignReceipt(byte[] input)
    {
        byte[] message = Signed(Inner(input, 1), TestKeys.Device, WipeReceipt.Context);
        return new CborWriter().Map(2).Unsigned(1).Bytes(TestKeys.Device.PublicKey.Encode()).Unsigned(2).Bytes(message).ToArray();
    }

    private static byte[][] ClaimSeeds() => [_claim, ClaimAnswer.Sign(ClaimRequest.Decode(_claim), TestKeys.Identity)];

    private static string ReadClaim(byte[] input)
    {
        ClaimRequest? request = ClaimRequest.Decode(input);
        Hold(request is null || Same(request.Encode(), input), "a claim's request that has two encodings");
        Hold(request is null || input.Length <= ClaimRequest.MaximumSize, "a request longer than one may be");
        ClaimAnswer? answer = ClaimAnswer.Decode(input);
        if (answer is null)
        {
            return $"{request is not null}";
        }

        byte[] signed = CoseSign1.Encode(answer.Signed.KeyHash, answer.Signed.Payload, answer.Signed.Signature);
        Hold(Same(new CborWriter().Map(2).Unsigned(1).Bytes(answer.PublicKey).Unsigned(2).Bytes(signed).ToArray(), input), "a claim's answer that has two encodings");
        bool isSigned = answer.Signed.IsSignedBy(TestKeys.Device.PublicKey, ClaimRequest.Context);
        ClaimRequest? asked = ClaimRequest.Decode(answer.Signed.Payload);
        Hold(!isSigned || asked is null || Same(ClaimAnswer.Sign(asked, TestKeys.Identity)[^signed.Length..], signed), "a yes that the key did not say");
        return $"answer {isSigned} {asked is not null}";
    }

    private static byte[] SignClaim(byte[] input)
    {
        byte[] message = Signed(Inner(input, 1), TestKeys.Device, ClaimRequest.Context);
        return new CborWriter().Map(2).Unsigned(1).Bytes(TestKeys.Device.PublicKey.EncodeSubjectPublicKeyInfo()).Unsigned(2).Bytes(message).ToArray();
    }

    private static byte[][] EnrolmentSeeds() =>
    [
        EnrolmentRequest.Encode(CertificateRequest.Create(TestKeys.Identity, TestPki.HardwareId, TestPki.DeviceId)),
        EnrolmentReply.OfIssued(new byte[32], TestPki.OperationalBuilder(TestKeys.Device.PublicKey).Build(TestKeys.Operational), TestPki.OperationalCa).Encode(),
        EnrolmentReply.OfWanted().Encode(),
        EnrolmentReply.OfRefused("too-many", new byte[32], 3600).Encode(),
    ];

    private static string ReadEnrolment(byte[] input)
    {
        byte[]? request = EnrolmentRequest.Decode(input);
        Hold(request is null || Same(EnrolmentRequest.Encode(request), input), "a request for a certificate that has two encodings");
        EnrolmentReply? reply = EnrolmentReply.Decode(input);
        Hold(reply is null || Same(reply.Encode(), input), "a reply about a certificate that has two encodings");
        Hold(reply is null || reply.Token == EnrolmentReply.Issued == reply.Certificate.Length > 0, "a certificate that was not issued");
        return $"{request is not null} {reply?.Token.Length}";
    }

    private static byte[][] TrustSetSeeds() => [_set.Encode(), new TrustSet(0xFFFFFFFF, _set.Root, _set.OperationalCa, "a", 65535, TestKeys.Time.PublicKey.Encode()).Encode()];

    /// <summary>A root that nobody signed and a CA that it did not sign are no set to live with.</summary>
    private static string ReadTrustSet(byte[] input)
    {
        TrustSet? set = TrustSet.Decode(input);
        if (set is null)
        {
            return "none";
        }

        Hold(Same(set.Encode(), input) && input.Length <= TrustSet.MaximumSize, "a trust set that has two encodings");
        TrustSetVerdict verdict = set.Judge(Begin);
        bool isUnchanged = Same(set.Root, _set.Root) && (set.OperationalCa.Length == 0 || Same(set.OperationalCa, _set.OperationalCa));
        Hold(verdict != TrustSetVerdict.NotEvaluated, "a set that was not judged");
        Hold(verdict != TrustSetVerdict.Staged || isUnchanged, "a set of authorities that were changed");
        return verdict.ToString();
    }

    private static byte[][] TimeSeeds() =>
    [
        TestOrders.Time(SignedTime.EncodeRequest(_nonce), Then),
        TestOrders.Time(SignedTime.EncodeRequest(_nonce), Begin - 1),
        TestOrders.Time(SignedTime.EncodeRequest(_nonce), 4_070_908_800),
        SignedTime.EncodeRequest(_nonce),
    ];

    /// <summary>Whatever the time key signed: the floor rises by a day at most, and never falls.</summary>
    private static string ReadTime(byte[] input)
    {
        byte[]? asked = SignedTime.DecodeRequest(input);
        Hold(asked is null || Same(SignedTime.EncodeRequest(asked), input), "a question for the time that has two encodings");
        MemoryClock clock = new();
        RecordStore store = new(new MemoryFiles());
        TrustSet set = TrustSet.OfAnchors(TestBoard.TestAnchors(TestPki.Environment), "broker", 8883);
        BoardTime time = new(store, clock, 0, Trust.TrustSets.Load(store, set, new byte[32]), _certificate);
        long before = time.Floor;
        time.Ask(new Noughts());
        TimeVerdict verdict = time.Take(input);
        Hold(verdict != TimeVerdict.NotEvaluated, "an answer that was not judged");
        Hold(time.Floor >= before && time.Floor <= before + BoardTime.Allowance, "a floor that jumps");
        Hold((time.Now != 0) == (verdict == TimeVerdict.Accepted) && (time.Now == 0 || time.Now >= before), "a time that was not accepted");
        return $"{verdict} {asked is not null}";
    }

    private static byte[] SignTime(byte[] input) => Signed(CoseSign1.Decode(input, 512)?.Payload ?? input, TestKeys.Time, SignedTime.Context);

    private static byte[] Signed(byte[] payload, P256PrivateKey key, string context)
    {
        byte[] keyHash = key.PublicKey.KeyHash();
        return CoseSign1.Encode(keyHash, payload, Ecdsa.Sign(key, CoseSign1.Digest(keyHash, payload, context)));
    }

    /// <summary>The payload of the message in {1: key, 2: message}; the input itself where it is none.</summary>
    private static byte[] Inner(byte[] input, int item)
    {
        Node? map = new CborGrammar().Parse(input)?.Children?.FirstOrDefault();
        byte[]? message = map?.Children?.Count > (2 * item) + 1 ? map.Children[(2 * item) + 1].Content : null;
        Node? cose = message is null ? null : new CborGrammar().Parse(message)?.Children?.LastOrDefault();
        return (cose?.Children?.Count > 2 ? cose.Children[2].Content : null) ?? (input.Length <= 256 ? input : input[..256]);
    }

    private static bool Same(byte[] again, byte[] input) => again.AsSpan().SequenceEqual(input);

    private static void Hold(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }

    /// <summary>Noise that is none: every question has the same nonce.</summary>
    private sealed class Noughts : Ports.IEntropy
    {
        public bool IsTrueRandom => true;

        public void Fill(byte[] buffer) => Array.Clear(buffer);
    }
}
