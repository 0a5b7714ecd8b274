using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Operational certificates over MQTT: a device that should have one, or the next one, is invited when it listens; its request goes to the door;
/// what was issued is registered before it is sent.
/// </summary>
public sealed class Enrolments(OperationalCa? ca, DeviceRegistry registry, IBroker broker, TimeProvider time, DecisionLog log) : ITopicHandler
{
    private const string Reply = "certificate";
    private const int WhileLost = 600;
    private static readonly TimeSpan _day = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public string Topic => "requests/certificate";

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (EnrolmentRequest.Decode(message.Payload) is not { } request)
        {
            return "is not a request for a certificate";
        }

        EnrolmentReply answer = Answer(message.DeviceId, request);
        await broker.SendAsync(message.DeviceId, Reply, answer.Encode()).ConfigureAwait(false);
        return null;
    }

    /// <summary>A device listens: it is told when it should ask.</summary>
    public async Task ListeningAsync(string deviceId)
    {
        if (ca is not null && registry.Find(deviceId) is { State: DeviceState.Claimed or DeviceState.Active, Tenant.Length: > 0 } && IsWanted(ca, deviceId))
        {
            await broker.SendAsync(deviceId, Reply, EnrolmentReply.OfWanted().Encode()).ConfigureAwait(false);
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    // It has none that lives for another third, or it had to come by its IDevID though it has.
    private bool IsWanted(OperationalCa authority, string deviceId)
    {
        DateTime due = Now + (authority.Life / 3);
        return broker.IsInitial(deviceId) || !registry.Locals(deviceId).Any(local => local.EndedAt is null && local.NotAfter > due);
    }

    private EnrolmentReply Answer(string deviceId, byte[] request)
    {
        byte[] hash = SHA256.HashData(request);
        if (ca is null)
        {
            return Refused(deviceId, hash, "no-operational-ca", "this fleet issues no operational certificates", EnrolmentReply.MaximumWait);
        }

        string outcome = Outcome(deviceId);
        DateTime since = Now - (ca.Life < _day ? ca.Life : _day);
        int recent = registry.Locals(deviceId).Count(local => local.RegisteredAt > since);
        IssuableCheck check = IssuableRequest.Check(request, registry.Find(deviceId), recent, registry.IsKeyKnown);
        if (check.Request is not { } accepted)
        {
            return Refused(deviceId, hash, check.Token, check.Reason, check.Wait);
        }

        // Before anything is signed: to Mosquitto what is signed is worth something, registered or not.
        if (registry.MayEnrol(deviceId) is { } lost)
        {
            return Refused(deviceId, hash, lost.Token, lost.Text, WhileLost);
        }

        using X509Certificate2 issued = ca.Issue(accepted, time.GetUtcNow());
        DeviceCertificate row = new()
        {
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(issued.RawData)),
            DeviceId = deviceId,
            PublicKeyHash = accepted.PublicKeyHash,
            Kind = CertificateKind.Ldevid,
            Tenant = accepted.Tenant,
            RegisteredAt = Now,
            NotAfter = issued.NotAfter.ToUniversalTime(),
        };
        if (registry.AddLocal(row).Refusal is { } refusal)
        {
            return Refused(deviceId, hash, refusal.Token, refusal.Text, 60);
        }

        log.Write("certificate", ("device", deviceId), ("tenant", row.Tenant), ("outcome", outcome), ("sha256", row.Sha256), ("until", row.NotAfter.Value.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)));
        return EnrolmentReply.OfIssued(hash, issued.RawData, ca.Certificate.RawData);
    }

    // For the metrics: its first, one over a connection that the one before has made, or one for a device that had to come by its IDevID.
    private string Outcome(string deviceId)
    {
        bool hasShown = registry.Find(deviceId) is { OperationalSha256.Length: > 0 };
        return broker.TellsCertificatesApart
            ? !broker.IsInitial(deviceId) ? "renewed" : hasShown ? "recovered" : "first"
            : registry.Locals(deviceId).Count > 0 ? "renewed" : "first";
    }

    private EnrolmentReply Refused(string deviceId, byte[] hash, string token, string reason, int wait)
    {
        log.Write("denied", ("action", "certificate"), ("device", deviceId), ("token", token), ("reason", reason));
        return EnrolmentReply.OfRefused(token, hash, wait);
    }
}
