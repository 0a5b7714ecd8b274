using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Claims: opened, followed, called off; devices given up and given on.</summary>
internal sealed class ClaimsApi(Claims claims, DeviceRegistry registry, IBroker broker) : IApiModule
{
    private const int MaximumSecret = 256;

    public void Map(ApiRoutes routes)
    {
        routes.Post("/claims/{device}", ApiRoles.Operator, OpenAsync)
            .WithSummary("opens a claim of a device with the secret on its label, the body; the device's button completes it").WithMetadata(new ApiBody("application/octet-stream"));
        routes.Get("/claims/{code}", ApiRoles.Operator | ApiRoles.Auditor, (string code, ApiCaller caller) =>
            Answer(claims.Find(code, caller.Key.Tenant), Show)).WithSummary("how far a claim has come");
        routes.Post("/claims/{code}/cancel", ApiRoles.Operator, (string code, ApiCaller caller) =>
            Answer(claims.Cancel(code, caller.Key.Tenant), Show)).WithSummary("calls a claim off");
        routes.Post("/devices/{id}/disown", ApiRoles.Operator, (string id, ApiCaller caller) =>
            MovedAsync(id, caller, () => claims.Release(id, caller.As(Actor.Owner)))).WithSummary("gives a device up: it is nobody's and can be claimed again");
        routes.Post("/devices/{id}/transfer", ApiRoles.Operator, TransferAsync)
            .WithSummary("gives a device to another tenant").WithMetadata(new ApiBody("application/json", "tenant"));
    }

    private async Task<IResult> OpenAsync(string device, HttpRequest request, ApiCaller caller)
    {
        byte[] typed = await ReadAsync(request, MaximumSecret).ConfigureAwait(false);
        byte[]? secret = ClaimSecret.Read(typed);
        try
        {
            return Answer(await claims.OpenAsync(device, secret, caller.Key.Tenant, caller.As(Actor.Owner)).ConfigureAwait(false), Show);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(typed);
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private async Task<IResult> TransferAsync(string id, HttpRequest request, ApiCaller caller)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "tenant").ConfigureAwait(false);
        return members is null ? refused! : await MovedAsync(id, caller, () => claims.Transfer(id, members["tenant"], caller.As(Actor.Owner))).ConfigureAwait(false);
    }

    // The answer comes when the device's connection, where it may no longer be, has ended.
    private async Task<IResult> MovedAsync(string id, ApiCaller caller, Func<Outcome<Device>> move)
    {
        if (registry.Find(id) is not { } device || !caller.Sees(device))
        {
            return Problem(Refusal.UnknownDevice(id));
        }

        Outcome<Device> outcome = move();
        if (outcome.Refusal is null)
        {
            await broker.ReviewAsync(id).ConfigureAwait(false);
        }

        return Answer(outcome, moved => Results.Ok(new { moved.Id, moved.State, moved.StateReason }));
    }

    private static IResult Show(Claim claim)
    {
        return Results.Ok(new { claim.Code, device = claim.DeviceId, claim.Tenant, claim.State, claim.OpenedAt, claim.ExpiresAt, claim.EndedAt });
    }
}
