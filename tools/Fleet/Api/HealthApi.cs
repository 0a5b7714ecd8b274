using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Does it live, can it work, and what has it counted?</summary>
internal sealed class HealthApi(DatabaseSource database, FleetMetrics metrics) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/health", ApiRoles.None, () => Results.Ok(new { status = "ok" })).WithSummary("the process lives");
        routes.Get("/health/ready", ApiRoles.None, () => database.Answers()
            ? Results.Ok(new { status = "ready" })
            : Problem(new Refusal("no-database", "the database does not answer", 503))).WithSummary("the process can work: its database answers");
        routes.Get("/metrics", ApiRoles.Operator | ApiRoles.Auditor, (ApiCaller caller) =>
            caller.NeedsWholeFleet() is { } refusal ? Problem(refusal) : Results.Stream(metrics.WriteAsync, "text/plain; version=0.0.4"))
            .WithSummary("counters in Prometheus' text format");
    }
}
