using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>The certificates of a device's life: which it works under, when that ends and is renewed; and the end of one that is somebody else's, too.</summary>
internal sealed class CertificatesApi(DeviceRegistry registry, IBroker broker, TimeProvider time) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/devices/{id}/certificates", ApiRoles.Operator | ApiRoles.Auditor, (string id, ApiCaller caller) =>
            Answer(Find(id, caller), device => Results.Ok(Of(device, caller).Select(certificate => View(certificate, device)))))
            .WithSummary("the certificates of a device's life: which is in use, when each ends, when its renewal is due");
        routes.Post("/devices/{id}/certificates/end", ApiRoles.Operator, EndAsync)
            .WithSummary("ends one operational certificate; the device comes back by its IDevID and gets another").WithMetadata(new ApiBody("application/json", "sha256", "reason"));
    }

    private Outcome<Device> Find(string id, ApiCaller caller)
    {
        return registry.Find(id) is { } device && caller.Sees(device) ? device : Refusal.UnknownDevice(id);
    }

    // Those of a former tenant name it, and why one was ended, in its words.
    private IEnumerable<DeviceCertificate> Of(Device device, ApiCaller caller)
    {
        return registry.Certificates(device.Id).Where(certificate => caller.Key.Tenant is not { } own || certificate.Tenant.Length == 0 || certificate.Tenant == own);
    }

    private async Task<IResult> EndAsync(string id, HttpRequest request, ApiCaller caller)
    {
        Outcome<Device> found = Find(id, caller);
        Refusal? refusal = found.Refusal ?? (broker.TellsCertificatesApart
            ? null
            : new Refusal("broker-cannot", "this broker knows a device by its name alone: quarantine or revoke the device", 409));
        if (refusal is not null)
        {
            return Problem(refusal);
        }

        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "sha256", "reason").ConfigureAwait(false);
        if (members is null)
        {
            return refused!;
        }

        Outcome<DeviceCertificate> ended = registry.EndLocal(id, members["sha256"], members["reason"], caller.As(Actor.Operator));
        if (ended.Refusal is null)
        {
            // The answer comes when a connection under it has ended.
            await broker.ReviewAsync(id).ConfigureAwait(false);
        }

        return Answer(ended, certificate => Results.Ok(View(certificate, found.Value!)));
    }

    private object View(DeviceCertificate certificate, Device device)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        bool isOver = certificate.EndedAt is not null || certificate.NotAfter < now;
        return new
        {
            certificate.Sha256,
            certificate.DeviceId,
            certificate.PublicKeyHash,
            certificate.Kind,
            certificate.Tenant,
            certificate.RegisteredAt,
            certificate.NotAfter,
            renewalDueAt = isOver ? null : RenewalWatch.DueAt(certificate),
            certificate.ShownAt,
            inUse = !isOver && IsInUse(certificate, device),
            certificate.EndedAt,
            endReason = certificate.EndedAt is null && isOver ? "expired" : certificate.EndReason,
        };
    }

    // Until it has shown an operational certificate, a device works under its initial one.
    private static bool IsInUse(DeviceCertificate certificate, Device device)
    {
        return certificate.Kind == CertificateKind.Ldevid ? certificate.Sha256 == device.OperationalSha256 : device.OperationalSha256.Length == 0;
    }
}
