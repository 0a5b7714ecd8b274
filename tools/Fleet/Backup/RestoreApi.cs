using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Is the database the newest there was? What devices say, and what somebody says to that.</summary>
internal sealed class RestoreApi(RestoreHistory history, Losses losses) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/restore", ApiRoles.Operator | ApiRoles.Auditor, (ApiCaller caller) =>
            caller.NeedsWholeFleet() is { } refusal ? Problem(refusal) : Results.Ok(history.Status()))
            .WithSummary("the last restore, and devices that have what the database does not");
        routes.Post("/restore/accept", ApiRoles.Operator, AcceptAsync)
            .WithSummary("accepts the loss that a head proves, so that new rights are given again").WithMetadata(new ApiBody("application/json", "head", "reason"));
    }

    private async Task<IResult> AcceptAsync(HttpRequest request, ApiCaller caller)
    {
        if (caller.NeedsWholeFleet() is { } refusal)
        {
            return Problem(refusal);
        }

        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "head", "reason").ConfigureAwait(false);
        return members is null ? refused!
            : Answer(losses.Accept(members["head"], members["reason"], caller.As(Actor.Operator)), _ => Results.Ok(history.Status()));
    }
}
