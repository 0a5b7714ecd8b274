using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Fleet;

/// <summary>Why a device's answer does or does not make it the tenant's.</summary>
public enum ClaimVerdict
{
    /// <summary>Nothing has been decided: refuses.</summary>
    NotEvaluated = 0,

    /// <summary>The device has said yes, by its own key, to this claim.</summary>
    Proven,

    /// <summary>It is no answer to a claim.</summary>
    Malformed,

    /// <summary>There is no claim of that code.</summary>
    UnknownClaim,

    /// <summary>The claim, or the key, is another device's.</summary>
    OtherDevice,

    /// <summary>The code was used before.</summary>
    Used,

    /// <summary>The claim was cancelled.</summary>
    Cancelled,

    /// <summary>The claim's ten minutes are over.</summary>
    Expired,

    /// <summary>What was signed names another tenant.</summary>
    OtherTenant,

    /// <summary>What was signed has another nonce.</summary>
    OtherNonce,

    /// <summary>The signature is not the device's.</summary>
    WrongSignature,

    /// <summary>The device's state lets nobody claim it.</summary>
    State,
}

/// <summary>What came of a device's answer: the proof, or why there is none.</summary>
public sealed record ClaimCheck(ClaimVerdict Verdict, string Token, string Reason, ProvenClaim? Proven);

/// <summary>
/// The door "may this device become that tenant's?". <see cref="Check"/> is its one entry and the only maker of its values; nothing else
/// binds a device to a claim (<see cref="DeviceRegistry.Bind"/>).
/// </summary>
public sealed class ProvenClaim
{
    private ProvenClaim(Claim claim)
    {
        Claim = claim;
    }

    /// <summary>The claim.</summary>
    public Claim Claim { get; }

    /// <summary>Decides. <paramref name="device"/> is who sent the answer, by its certificate; <paramref name="find"/> has the claim of a code.</summary>
    public static ClaimCheck Check(byte[] message, Device device, Func<string, Claim?> find, DateTime now)
    {
        if (message.Length > ClaimAnswer.MaximumSize || ClaimAnswer.Decode(message) is not { } answer || ClaimRequest.Decode(answer.Signed.Payload) is not { } signed)
        {
            return Refused(ClaimVerdict.Malformed, "malformed", "it is no answer to a claim");
        }

        if (find(Convert.ToHexStringLower(signed.Code)) is not { } claim)
        {
            return Refused(ClaimVerdict.UnknownClaim, "unknown-claim", "there is no claim of that code");
        }

        if (claim.DeviceId != device.Id || Convert.ToHexStringLower(SHA256.HashData(answer.PublicKey)) != device.PublicKeyHash)
        {
            return Refused(ClaimVerdict.OtherDevice, "other-device", "the claim or the key is another device's");
        }

        if (claim.State != ClaimState.Open)
        {
            return claim.State == ClaimState.Done
                ? Refused(ClaimVerdict.Used, "code-used", "the code was used before")
                : Refused(ClaimVerdict.Cancelled, "claim-cancelled", "the claim was cancelled");
        }

        if (!claim.IsOpen(now))
        {
            return Refused(ClaimVerdict.Expired, "claim-expired", "the claim's time is over");
        }

        if (signed.Tenant != claim.Tenant)
        {
            return Refused(ClaimVerdict.OtherTenant, "other-tenant", "the signature is for another tenant");
        }

        if (Convert.ToHexStringLower(signed.Nonce) != claim.Nonce)
        {
            return Refused(ClaimVerdict.OtherNonce, "other-nonce", "the signature is for another nonce");
        }

        P256PublicKey? key = P256PublicKey.DecodeSubjectPublicKeyInfo(answer.PublicKey, 0, answer.PublicKey.Length);
        if (key is null || !answer.Signed.IsSignedBy(key, ClaimRequest.Context))
        {
            return Refused(ClaimVerdict.WrongSignature, "wrong-signature", "the signature is not the device's");
        }

        return device.State == DeviceState.Shipped
            ? new ClaimCheck(ClaimVerdict.Proven, "claimed", "", new ProvenClaim(claim))
            : Refused(ClaimVerdict.State, "state-" + DeviceRegistry.Word(device.State), $"the device is {DeviceRegistry.Word(device.State)}");
    }

    private static ClaimCheck Refused(ClaimVerdict verdict, string token, string reason)
    {
        return new ClaimCheck(verdict, token, reason, null);
    }
}
