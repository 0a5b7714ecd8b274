using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>What was denied and what was noticed.</summary>
internal sealed class WatchApi(DenialStore denials, AnomalyWatch anomalies) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/denials", ApiRoles.Operator | ApiRoles.Auditor, (long? after, int? limit, string? identity, ApiCaller caller) =>
            caller.NeedsWholeFleet() is { } refusal ? Problem(refusal) : Results.Ok(denials.List(after ?? 0, Page(limit), identity)))
            .WithSummary("what was denied: who, from where, what, and why");
        routes.Get("/anomalies", ApiRoles.Operator | ApiRoles.Auditor, (long? after, int? limit, ApiCaller caller) =>
            caller.NeedsWholeFleet() is { } refusal ? Problem(refusal) : Results.Ok(anomalies.List(after ?? 0, Page(limit))))
            .WithSummary("what was noticed: failed authentication, cloned keys, impossible counters");
    }
}
