using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>What happened: the audit, its head and its bytes, and the last decisions.</summary>
internal sealed class LogApi(AuditTrail trail, AuditKey key, DecisionLog log) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/audit", ApiRoles.Operator | ApiRoles.Auditor, Audit).WithSummary("a page of the audit");
        routes.Get("/audit/head", ApiRoles.Operator | ApiRoles.Auditor, (ApiCaller caller) =>
            caller.NeedsWholeFleet() is { } refusal ? Problem(refusal) : Results.Bytes(trail.Head(key), "application/cose"))
            .WithSummary("a signed head of the audit, COSE_Sign1: keep it elsewhere");
        routes.Get("/audit/entries", ApiRoles.Operator | ApiRoles.Auditor, (long? after, ApiCaller caller) =>
            caller.NeedsWholeFleet() is { } refusal ? Problem(refusal) : Results.Stream(stream => AuditFile.WriteAsync(stream, trail.Entries(after ?? 0)), "application/cbor-seq"))
            .WithSummary("the audit's entries from a number on, a sequence of CBOR byte strings");
        routes.Get("/log", ApiRoles.Operator | ApiRoles.Auditor, Log).WithSummary("the last decisions");
    }

    private IResult Audit(long? after, int? limit, string? device, ApiCaller caller)
    {
        return Results.Ok(trail.List(after ?? 0, Page(limit), device, caller.Key.Tenant));
    }

    private IResult Log(long? after, int? limit, ApiCaller caller)
    {
        if (caller.NeedsWholeFleet() is { } refusal)
        {
            return Problem(refusal);
        }

        return Results.Ok(log.After(after ?? 0, limit is >= 1 and <= DecisionLog.Capacity ? limit.Value : DecisionLog.Capacity).Select(entry =>
        {
            Dictionary<string, object> line = new() { ["number"] = entry.Number, ["at"] = entry.At, ["event"] = entry.Event };
            foreach ((string name, string value) in entry.Fields)
            {
                // A status has an event of its own.
                line[line.ContainsKey(name) ? "device" + char.ToUpperInvariant(name[0]) + name[1..] : name] = value;
            }

            return line;
        }));
    }
}
