using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>What happened: changes of state, and the last decisions.</summary>
internal sealed class LogApi(DeviceRegistry registry, DecisionLog log) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/audit", ApiRoles.Operator | ApiRoles.Auditor, Audit);
        routes.Get("/log", ApiRoles.Operator | ApiRoles.Auditor, Log);
    }

    private IResult Audit(long? after, int? limit, string? device)
    {
        return Results.Ok(registry.Audit(after ?? 0, Page(limit), device));
    }

    private IResult Log(long? after, int? limit)
    {
        return Results.Ok(log.After(after ?? 0, limit is >= 1 and <= DecisionLog.Capacity ? limit.Value : DecisionLog.Capacity).Select(entry =>
        {
            Dictionary<string, object> line = new() { ["number"] = entry.Number, ["at"] = entry.At, ["event"] = entry.Event };
            foreach ((string key, string value) in entry.Fields)
            {
                // A status has an event of its own.
                line[line.ContainsKey(key) ? "device" + char.ToUpperInvariant(key[0]) + key[1..] : key] = value;
            }

            return line;
        }));
    }
}
