using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Factory;

/// <summary>
/// The CSR policy: the door of the decision "may this CSR be signed?", and the only maker of its value. The issuer takes nothing but this
/// type, and takes nothing from the request but its key: every other byte of the certificate is the station's.
/// </summary>
public sealed class AcceptedCsr
{
    private AcceptedCsr(Assignment assignment, P256PublicKey key, bool hardwareIdRepeats)
    {
        DeviceId = assignment.DeviceId;
        HardwareId = assignment.HardwareId;
        PublicKey = key;
        HardwareIdRepeats = hardwareIdRepeats;
    }

    /// <summary>The assigned id.</summary>
    public string DeviceId { get; }

    /// <summary>The hardware id.</summary>
    public string HardwareId { get; }

    /// <summary>The key whose owner asks.</summary>
    public P256PublicKey PublicKey { get; }

    /// <summary>SHA-256 of the key's SubjectPublicKeyInfo, 64 lower-case hex digits.</summary>
    public string KeyHash => Hex.Encode(PublicKey.KeyHash());

    /// <summary>True when another board had this hardware id: real reels repeat MAC addresses, so it is flagged, not refused.</summary>
    public bool HardwareIdRepeats { get; }

    /// <summary>Decides, in this order; the first reason that refuses is the verdict.</summary>
    /// <param name="pem">The request, PEM text.</param>
    /// <param name="assignment">What the station assigns and knows.</param>
    /// <param name="history">The manufacturing record.</param>
    public static CsrCheck Check(byte[] pem, Assignment assignment, IIssuanceHistory history)
    {
        ArgumentNullException.ThrowIfNull(pem);
        ArgumentNullException.ThrowIfNull(assignment);
        ArgumentNullException.ThrowIfNull(history);

        if (history.StoppedBecause is string stopped)
        {
            return Refuse(CsrVerdict.LineStopped, $"the line is stopped: {stopped}");
        }

        if (!Ascii.IsName(assignment.DeviceId))
        {
            return Refuse(CsrVerdict.BadId, "the assigned id is not 1 to 32 of a-z, 0-9 and '-'");
        }

        byte[]? der = Pem.Decode(CertificateRequest.PemLabel, pem);
        CertificateRequest? request = der is null ? null : CertificateRequest.Decode(der);
        if (request is null)
        {
            return WhyUnreadable(der);
        }

        if (!request.ProvesPossession)
        {
            return Refuse(CsrVerdict.NoProofOfPossession, "the request is not signed by the key in it");
        }

        ProvenRequest proven = RequestSignature.Of(der!, request.PublicKey);
        CsrCheck judged = WhyBrokenEntropy(proven, history) ?? CheckNames(request, assignment, history);
        return judged.With(proven);
    }

    /// <summary>
    /// Two signatures with one r under two keys, or over two messages, give the keys away (FIPS 186-5 section 6.3): whatever else the
    /// request is, boards that do this must not leave.
    /// </summary>
    private static CsrCheck? WhyBrokenEntropy(ProvenRequest proven, IIssuanceHistory history)
    {
        ProvenRequest? same = history.FindNonce(proven.R);
        if (same is not null && (same.KeyHash != proven.KeyHash || same.Message != proven.Message))
        {
            return Refuse(CsrVerdict.RepeatedNonce, $"the signature's r was seen before with {(same.KeyHash == proven.KeyHash ? "another message" : $"key {same.KeyHash}")}: the boards' randomness is broken");
        }

        return WeakKeys.Contains(proven.KeyHash) ? Refuse(CsrVerdict.WeakKey, "the private half of this key is publicly known") : null;
    }

    private static CsrCheck CheckNames(CertificateRequest request, Assignment assignment, IIssuanceHistory history)
    {
        if (request.Subject.CommonName != assignment.DeviceId)
        {
            return Refuse(CsrVerdict.OtherId, $"the request names '{request.Subject.CommonName}', assigned is '{assignment.DeviceId}'");
        }

        if (!Ascii.IsName(assignment.HardwareId) || request.Subject.SerialNumber != assignment.HardwareId)
        {
            return Refuse(CsrVerdict.OtherHardwareId, $"the request names hardware '{request.Subject.SerialNumber}', the station has '{assignment.HardwareId}'");
        }

        if (assignment.KeyHash is not null && !FixedTime.AreEqual(assignment.KeyHash, request.PublicKey.KeyHash()))
        {
            return Refuse(CsrVerdict.OtherKey, "the request's key is not the one the board named when it was greeted");
        }

        return CheckHistory(request.PublicKey, assignment, history);
    }

    private static CsrCheck CheckHistory(P256PublicKey key, Assignment assignment, IIssuanceHistory history)
    {
        string keyHash = Hex.Encode(key.KeyHash());
        BoardRecord? sameId = history.FindById(assignment.DeviceId);
        if (sameId is not null && sameId.KeyHash != keyHash)
        {
            return Refuse(CsrVerdict.IdTaken, $"the id '{assignment.DeviceId}' belongs to another key ({sameId.KeyHash})");
        }

        string? setAside = history.FindReservation(assignment.DeviceId);
        if (setAside is not null && setAside != keyHash)
        {
            return Refuse(CsrVerdict.IdTaken, $"the id '{assignment.DeviceId}' is set aside for another key ({setAside})");
        }

        if (history.IsRestored && setAside is null && sameId is null)
        {
            return Refuse(CsrVerdict.IdNotSetAside, "the record goes on from a backup, and an id chosen by hand may be one that the lost part gave out; use --id-prefix");
        }

        BoardRecord? sameKey = history.FindByKey(keyHash);
        if (sameKey is not null && sameKey.DeviceId != assignment.DeviceId)
        {
            return Refuse(CsrVerdict.KeySeen, $"this key belongs to '{sameKey.DeviceId}' already");
        }

        if (sameId is not null && sameId.HardwareId != assignment.HardwareId)
        {
            return Refuse(CsrVerdict.OtherHardwareId, $"the record has hardware '{sameId.HardwareId}' for this key, the station has '{assignment.HardwareId}'");
        }

        bool repeats = history.HasHardwareIdElsewhere(assignment.HardwareId, assignment.DeviceId);
        return new CsrCheck(CsrVerdict.Accepted, "accepted", new AcceptedCsr(assignment, key, repeats));
    }

    /// <summary>Finds words for a request that the strict reader refused; it stays refused whatever is found.</summary>
    private static CsrCheck WhyUnreadable(byte[]? der)
    {
        if (der is null)
        {
            return Refuse(CsrVerdict.Malformed, "not one PEM block 'CERTIFICATE REQUEST'");
        }

        DerReader outer = new(der, 0, der.Length);
        DerReader request = outer.Enter(Der.SequenceTag);
        DerReader info = request.Enter(Der.SequenceTag);
        info.Content(Der.IntegerTag);
        info.Whole(Der.SequenceTag);
        byte[]? key = info.Whole(Der.SequenceTag);
        byte[]? attributes = info.Content(0xA0);
        if (outer.Failed)
        {
            return Refuse(CsrVerdict.Malformed, "not a PKCS#10 request in DER");
        }

        if (attributes!.Length > 0)
        {
            return Refuse(CsrVerdict.AsksForAttributes, "the request asks for attributes or extensions; the station alone decides those");
        }

        return P256PublicKey.DecodeSubjectPublicKeyInfo(key, 0, key!.Length) is null
            ? Refuse(CsrVerdict.KeyNotP256, "the key is not an uncompressed point on P-256")
            : Refuse(CsrVerdict.Malformed, "not a PKCS#10 request with a subject of CN and serialNumber, signed with ecdsa-with-SHA256");
    }

    private static CsrCheck Refuse(CsrVerdict verdict, string reason) => new(verdict, reason, null);
}
