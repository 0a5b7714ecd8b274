using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Is the database the newest there was? What devices say.</summary>
internal sealed class RestoreApi(RestoreHistory history) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/restore", ApiRoles.Operator | ApiRoles.Auditor, (ApiCaller caller) =>
            caller.NeedsWholeFleet() is { } refusal ? Problem(refusal) : Results.Ok(history.Status()))
            .WithSummary("the last restore, and devices that have what the database does not");
    }
}
