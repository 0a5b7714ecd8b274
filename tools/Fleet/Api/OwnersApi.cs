using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Owners: noted, exported, erased.</summary>
internal sealed class OwnersApi(Owners owners, DeviceRegistry registry) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Post("/devices/{id}/owner", ApiRoles.Operator, SetAsync)
            .WithSummary("notes a device's owner").WithMetadata(new ApiBody("application/json", "name", "contact"));
        routes.Get("/owners/{reference}", ApiRoles.Operator, (string reference, ApiCaller caller) =>
            Answer(owners.Export(reference, caller.Key.Tenant), Results.Ok)).WithSummary("everything that is stored about an owner");
        routes.Post("/owners/{reference}/erase", ApiRoles.Operator, (string reference, ApiCaller caller) =>
            Answer(owners.Erase(reference, caller.Key.Tenant, caller.As(Actor.Operator)), export => Results.Ok(new { erased = true, devices = export.Devices })))
            .WithSummary("erases an owner; the devices and the audit's chain stay");
    }

    private async Task<IResult> SetAsync(string id, HttpRequest request, ApiCaller caller)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "name", "contact").ConfigureAwait(false);
        return members is null ? refused!
            : registry.Find(id) is { } device && caller.Sees(device)
            ? Answer(owners.Set(device, members["name"], members["contact"], caller.As(Actor.Operator)), Results.Ok)
            : Problem(Refusal.UnknownDevice(id));
    }
}
