using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Fleet;

/// <summary>What the door to operational certificates says.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Token">Its word.</param>
/// <param name="Reason">The same for people.</param>
/// <param name="Wait">Seconds after which asking again makes sense.</param>
/// <param name="Request">The request; null unless it was accepted.</param>
public sealed record IssuableCheck(IssuableVerdict Verdict, string Token, string Reason, int Wait, IssuableRequest? Request);

/// <summary>
/// The door of the question "may this device have an operational certificate for this key?", and the only maker of its value. The device is the
/// connection's: a request that names another is refused. What costs comes last.
/// </summary>
public sealed class IssuableRequest
{
    /// <summary>Certificates within the window of <see cref="Check"/>.</summary>
    public const int Most = 6;

    private const int Soon = 60;
    private const int Later = 3600;

    private IssuableRequest(Device device, P256PublicKey publicKey)
    {
        DeviceId = device.Id;
        HardwareId = device.HardwareId;
        Tenant = device.Tenant;
        Product = device.Product;
        PublicKey = publicKey;
    }

    /// <summary>Whose certificate.</summary>
    public string DeviceId { get; }

    /// <summary>Its registered hardware id.</summary>
    public string HardwareId { get; }

    /// <summary>Whose it is: O.</summary>
    public string Tenant { get; }

    /// <summary>What it is: the factory's profile, when that is a name; otherwise empty. OU.</summary>
    public string Product { get; }

    /// <summary>The fresh key.</summary>
    public P256PublicKey PublicKey { get; }

    /// <summary>SHA-256 of its SubjectPublicKeyInfo, lower-case hex.</summary>
    public string PublicKeyHash => Convert.ToHexStringLower(PublicKey.KeyHash());

    /// <summary>Decides.</summary>
    /// <param name="pkcs10">The request, DER; hostile.</param>
    /// <param name="device">The registry's record of the connection's device.</param>
    /// <param name="recent">How many operational certificates it was issued within the window.</param>
    /// <param name="isKeyKnown">Whether some device has or had a key of this hash.</param>
    public static IssuableCheck Check(byte[] pkcs10, Device? device, int recent, Func<string, bool> isKeyKnown)
    {
        if (device is null)
        {
            return Refused(IssuableVerdict.UnknownDevice, "unknown-device", "no device of this id is registered", Later);
        }

        if (device.Tenant.Length == 0 || PolicyTable.Document(device.State, CertificateKind.Ldevid) != PolicyKind.Operational)
        {
            return Refused(IssuableVerdict.State, "not-claimed", $"the device is {DeviceRegistry.Word(device.State)}{(device.Tenant.Length == 0 ? ", and nobody's" : "")}", Soon);
        }

        if (recent >= Most)
        {
            return Refused(IssuableVerdict.TooMany, "too-many", $"the device was issued {recent} certificates of late", Later);
        }

        CertificateRequest? request = CertificateRequest.Decode(pkcs10);
        if (request is null)
        {
            return Refused(IssuableVerdict.Malformed, "malformed-request", "not a PKCS#10 request with a P-256 key, signed by ECDSA with SHA-256, without attributes", Later);
        }

        if (request.Subject.CommonName != device.Id || request.Subject.SerialNumber != device.HardwareId)
        {
            return Refused(IssuableVerdict.OtherId, "other-id", "the request names another device or hardware id than the connection's", Later);
        }

        if (isKeyKnown(Convert.ToHexStringLower(request.PublicKey.KeyHash())))
        {
            return Refused(IssuableVerdict.KeyKnown, "key-known", "some device has or had this key: an operational certificate takes a fresh one", Soon);
        }

        return request.ProvesPossession
            ? new IssuableCheck(IssuableVerdict.Accepted, "accepted", "", 0, new IssuableRequest(device, request.PublicKey))
            : Refused(IssuableVerdict.NoPossession, "no-possession", "the request is not signed by the key in it", Later);
    }

    private static IssuableCheck Refused(IssuableVerdict verdict, string token, string reason, int wait)
    {
        return new IssuableCheck(verdict, token, reason, wait, null);
    }
}
