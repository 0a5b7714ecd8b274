using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>Quarantine, revoke and release by filter, and the posture of the whole.</summary>
internal sealed class BulkApi(DeviceRegistry registry, Posture posture, IBroker broker) : IApiModule
{
    private static readonly string[] _members = ["state", "batch", "tenant", "version", "kind", "reason", "operation", "confirm", "rehearse"];

    public void Map(ApiRoutes routes)
    {
        routes.Post("/devices/bulk", ApiRoles.Operator, BulkAsync)
            .WithSummary("previews, rehearses or confirms a change of many devices").WithMetadata(new ApiBody("application/json", _members));
        routes.Get("/posture", ApiRoles.Operator | ApiRoles.Auditor, (ApiCaller caller) => Results.Ok(posture.Report(caller.Key.Tenant)))
            .WithSummary("what is weak in the fleet: keys, certificates, policy, boards");
    }

    private async Task<IResult> BulkAsync(HttpRequest request, ApiCaller caller)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, _members).ConfigureAwait(false);
        if (members is null)
        {
            return refused!;
        }

        string? Named(string name) => members[name].Length == 0 ? null : members[name];
        if (!TryWord(members["kind"], out BulkKind kind) || members["rehearse"] is not ("" or "yes"))
        {
            return Problem(new Refusal("malformed-request", "'kind' is quarantine, revoke or release; 'rehearse' is empty or yes", 422));
        }

        if (!ApiFilter.TryRead(Named("state"), Named("batch"), Named("tenant"), Named("version"), null, caller, out DeviceFilter? filter, out Refusal? refusal))
        {
            return Problem(refusal);
        }

        // A tenant's key alone names no filter: it would be the whole tenant by accident.
        if (filter with { Tenant = Named("tenant") } is { IsEmpty: true })
        {
            return Problem(new Refusal("empty-filter", "name a batch, a version, a tenant or a state: this changes many devices", 422));
        }

        BulkChange change = new()
        {
            Filter = filter,
            Kind = kind,
            Reason = members["reason"],
            Operation = members["operation"],
            Confirm = members["confirm"],
            Rehearse = members["rehearse"] == "yes",
        };
        List<Task> reviews = [];
        BulkReach reach = new(broker.IsConnected, changed => reviews.AddRange(changed.Select(broker.ReviewAsync)));
        Outcome<BulkResult> outcome = await Task.Run(() => registry.Change(change, caller.As(Actor.Operator), reach)).ConfigureAwait(false);
        await Task.WhenAll(reviews).ConfigureAwait(false);
        if (outcome.Value is not { } result)
        {
            return Problem(outcome.Refusal!);
        }

        return Results.Ok(new
        {
            result.Matched,
            result.Changing,
            result.Refused,
            result.Digest,
            result.Operation,
            result.Done,
            result.Left,
            result.Sample,
            result.Milliseconds,
            result.Connected,
            reversible = kind == BulkKind.Quarantine,
        });
    }
}
