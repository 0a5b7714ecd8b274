using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Ports;
using DeviceFirmware.Trust;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The door alone: each reason by a departure in one thing.</summary>
[TestClass]
public sealed class ProvenClaimTests
{
    private static readonly DateTime _now = new(2026, 11, 23, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ClaimRequest _request = new("north", new byte[16], new byte[32]);
    private static readonly HostKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private static readonly HostKey _other = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static Device Board { get; } = new()
    {
        Id = "board-a",
        HardwareId = "hw",
        PublicKeyHash = Convert.ToHexStringLower(_key.PublicKey.KeyHash()),
        CertificateSha256 = Records.Hash("c"),
        Batch = "b",
        Line = "l",
        Station = "s",
        Operator = "o",
        FirmwareVersion = "1",
        ManufacturedAt = _now,
        State = DeviceState.Shipped,
    };

    private static Claim Open { get; } = new()
    {
        Code = Convert.ToHexStringLower(_request.Code),
        DeviceId = "board-a",
        Tenant = "north",
        Identity = "key:x",
        Address = "-",
        Nonce = Convert.ToHexStringLower(_request.Nonce),
        OpenedAt = _now,
        ExpiresAt = _now + Claim.Duration,
    };

    [TestMethod]
    public void TheDevicesYesIsProof()
    {
        ClaimCheck check = Check(ClaimAnswer.Sign(_request, _key));
        Assert.AreEqual((ClaimVerdict.Proven, "claimed", Open), (check.Verdict, check.Token, check.Proven?.Claim));
        Assert.AreEqual(ClaimVerdict.Proven, Check(ClaimAnswer.Sign(_request, _key), claim: Open with { ExpiresAt = _now.AddTicks(10) }).Verdict);
    }

    [TestMethod]
    public void Malformed() => Refused("malformed", Check([1, 2, 3]));

    [TestMethod]
    public void TooLong() => Refused("malformed", Check(new byte[ClaimAnswer.MaximumSize + 1]));

    [TestMethod]
    public void UnknownClaim() => Refused("unknown-claim", Check(ClaimAnswer.Sign(new ClaimRequest("north", [.. Enumerable.Repeat((byte)1, 16)], new byte[32]), _key)));

    [TestMethod]
    public void AnotherDevicesClaim() => Refused("other-device", Check(ClaimAnswer.Sign(_request, _key), claim: Open with { DeviceId = "board-b" }));

    [TestMethod]
    public void AnotherDevicesKey() => Refused("other-device", Check(ClaimAnswer.Sign(_request, _other)));

    [TestMethod]
    public void UsedBefore() => Refused("code-used", Check(ClaimAnswer.Sign(_request, _key), claim: Open with { State = ClaimState.Done }));

    [TestMethod]
    public void Cancelled() => Refused("claim-cancelled", Check(ClaimAnswer.Sign(_request, _key), claim: Open with { State = ClaimState.Cancelled }));

    [TestMethod]
    public void Expired() => Refused("claim-expired", Check(ClaimAnswer.Sign(_request, _key), claim: Open with { ExpiresAt = _now }));

    [TestMethod]
    public void AnotherTenant() => Refused("other-tenant", Check(ClaimAnswer.Sign(new ClaimRequest("south", _request.Code, _request.Nonce), _key)));

    [TestMethod]
    public void AnotherNonce() => Refused("other-nonce", Check(ClaimAnswer.Sign(new ClaimRequest("north", _request.Code, [.. Enumerable.Repeat((byte)1, 32)]), _key)));

    [TestMethod]
    public void AnotherPurpose()
    {
        byte[] keyHash = _key.PublicKey.KeyHash();
        byte[] signature = _key.Sign(CoseSign1.Digest(keyHash, _request.Encode(), "DeviceFirmware/time/1"));
        Refused("wrong-signature", Check(new CborWriter().Map(2)
            .Unsigned(1).Bytes(_key.PublicKey.EncodeSubjectPublicKeyInfo())
            .Unsigned(2).Bytes(CoseSign1.Encode(keyHash, _request.Encode(), signature))
            .ToArray()));
    }

    [TestMethod]
    [DataRow(DeviceState.Manufactured)]
    [DataRow(DeviceState.Claimed)]
    [DataRow(DeviceState.Active)]
    [DataRow(DeviceState.Quarantined)]
    [DataRow(DeviceState.Revoked)]
    [DataRow(DeviceState.Retired)]
    public void NothingButAShippedDevice(DeviceState state)
    {
        Refused("state-" + DeviceRegistry.Word(state), Check(ClaimAnswer.Sign(_request, _key), Board with { State = state }));
    }

    private static ClaimCheck Check(byte[] answer, Device? device = null, Claim? claim = null)
    {
        claim ??= Open;
        return ProvenClaim.Check(answer, device ?? Board, code => code == claim.Code ? claim : null, _now);
    }

    private static void Refused(string token, ClaimCheck check)
    {
        Assert.AreEqual((token, true), (check.Token, check.Proven is null));
        Assert.AreNotEqual(ClaimVerdict.NotEvaluated, check.Verdict);
    }
}

/// <summary>A device's key, by .NET.</summary>
internal sealed class HostKey(ECDsa key) : IIdentityKey
{
    public P256PublicKey PublicKey { get; } = P256PublicKey.DecodeSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), 0, 91);

    public byte[] Sign(byte[] hash) => key.SignHash(hash);

    public byte[] ExportTlsKey() => throw new NotSupportedException();
}
