using System.Text.Json.Nodes;
using DeviceFirmware.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>The devices: import, list, states, telemetry, wanted images.</summary>
internal sealed class DevicesApi(DeviceRegistry registry, Orders orders, TelemetryStore telemetry, DeviceMessages messages, IBroker broker, StationKeys stations, TimeProvider time) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Post("/devices/import", ApiRoles.Factory, ImportAsync)
            .WithSummary("registers the devices of a factory manifest, all or none").WithMetadata(new ApiBody("application/json"));
        routes.Get("/devices", ApiRoles.Any, List).WithSummary("a page of devices, ordered by id");
        routes.Get("/devices/{id}", ApiRoles.Any, (string id, ApiCaller caller) => Answer(Find(id, caller), Show)).WithSummary("a device");
        routes.Post("/devices/{id}/state", ApiRoles.Operator | ApiRoles.Factory, ChangeStateAsync)
            .WithSummary("moves a device to another state").WithMetadata(new ApiBody("application/json", "state", "reason", "actor"));
        routes.Post("/devices/{id}/release", ApiRoles.Operator, ReleaseAsync)
            .WithSummary("ends a quarantine: back to the state before it").WithMetadata(new ApiBody("application/json", "reason", "actor"));
        routes.Post("/devices/{id}/tenant", ApiRoles.Operator, AssignAsync)
            .WithSummary("gives a device to a tenant").WithMetadata(new ApiBody("application/json", "tenant"));
        routes.Get("/devices/{id}/firmware", ApiRoles.Operator | ApiRoles.Auditor, (string id, ApiCaller caller) =>
            Answer(Find(id, caller), device => Results.Ok(registry.Firmware(device.Id)))).WithSummary("the versions that a device has reported");
        routes.Post("/devices/{id}/rollout", ApiRoles.Release, RolloutAsync)
            .WithSummary("wants the image of a signed order on a device").WithMetadata(new ApiBody("application/octet-stream"));
        routes.Get("/devices/{id}/telemetry", ApiRoles.Operator, (string id, ApiCaller caller) =>
            Answer(Find(id, caller), device => Results.Ok(telemetry.Last(device.Id)))).WithSummary("a device's last telemetry");
    }

    // A device of another tenant is as unknown as one that is not there.
    private Outcome<Device> Find(string id, ApiCaller caller)
    {
        return registry.Find(id) is { } device && caller.Sees(device) ? device : Refusal.UnknownDevice(id);
    }

    private async Task<IResult> ImportAsync(HttpRequest request, ApiCaller caller)
    {
        byte[] body = await ReadAsync(request, StationManifest.MaximumBytes).ConfigureAwait(false);
        Outcome<IReadOnlyList<Device>> records = stations.Open(body);
        return records.Value is null ? Problem(records.Refusal!) : Answer(registry.Import(records.Value, caller.As(Actor.Factory)), Results.Ok);
    }

    private IResult List(string? after, int? limit, string? state, string? batch, string? tenant, string? version, string? search, int? endsWithin, ApiCaller caller)
    {
        if (!ApiFilter.TryRead(state, batch, tenant, version, search, caller, out DeviceFilter? filter, out Refusal? refusal))
        {
            return Problem(refusal);
        }

        if (endsWithin is < 0 or > ApiFilter.MaximumDays)
        {
            return Problem(new Refusal("bad-filter", $"endsWithin is 0 to {ApiFilter.MaximumDays} days", 422));
        }

        IReadOnlyList<Device> page = registry.List(after ?? "", Page(limit), endsWithin is { } days ? filter with { EndsBefore = time.GetUtcNow().UtcDateTime.AddDays(days) } : filter);
        IReadOnlyDictionary<string, DeviceCertificate> inUse = registry.InUse(page);
        return Results.Ok(page.Select(device => View(device, inUse.GetValueOrDefault(device.Id))));
    }

    private async Task<IResult> ChangeStateAsync(string id, HttpRequest request, ApiCaller caller)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "state", "reason", "actor").ConfigureAwait(false);
        if (members is null)
        {
            return refused!;
        }

        if (!TryWord(members["state"], out DeviceState state))
        {
            return Problem(new Refusal("unknown-state", "there is no such state", 422));
        }

        if (!TryActor(members["actor"], out Actor actor, out refused))
        {
            return refused;
        }

        Refusal? missing = caller.MaySpeakFor(actor) ?? Find(id, caller).Refusal ?? NeedsProof(id, state, caller);
        return missing is null
            ? await ReviewedAsync(registry.ChangeState(id, state, caller.As(actor), members["reason"])).ConfigureAwait(false)
            : Problem(missing);
    }

    // No key of the API stands for the yes of a device with a label. One without, such as a gateway, is put to work by who runs the fleet.
    private Refusal? NeedsProof(string id, DeviceState state, ApiCaller caller)
    {
        return state != DeviceState.Claimed ? null
            : registry.Find(id)!.ClaimVerifier.Length > 0 ? new Refusal("needs-proof", "a device with a label is claimed by its secret and its button: POST /claims/{device}")
            : caller.NeedsWholeFleet();
    }

    private async Task<IResult> ReleaseAsync(string id, HttpRequest request, ApiCaller caller)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "reason", "actor").ConfigureAwait(false);
        if (members is null || !TryActor(members["actor"], out Actor actor, out refused))
        {
            return refused!;
        }

        Refusal? missing = caller.MaySpeakFor(actor) ?? Find(id, caller).Refusal;
        return missing is null
            ? await ReviewedAsync(registry.Release(id, caller.As(actor), members["reason"])).ConfigureAwait(false)
            : Problem(missing);
    }

    private async Task<IResult> AssignAsync(string id, HttpRequest request, ApiCaller caller)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "tenant").ConfigureAwait(false);
        if (members is null)
        {
            return refused!;
        }

        if (caller.NeedsWholeFleet() is { } refusal)
        {
            return Problem(refusal);
        }

        string before = registry.Find(id)?.Tenant ?? "";
        Outcome<Device> outcome = registry.Assign(id, members["tenant"], caller.As(Actor.Operator));
        if (outcome.Value is { } device && device.Tenant != before)
        {
            // As with a transfer: the next one is not to read what was measured for the one before.
            telemetry.Forget(id);
        }

        return await ReviewedAsync(outcome).ConfigureAwait(false);
    }

    // The answer comes when the device's connection, where it may no longer be, has ended.
    private async Task<IResult> ReviewedAsync(Outcome<Device> outcome)
    {
        if (outcome.Value is { } device)
        {
            await broker.ReviewAsync(device.Id).ConfigureAwait(false);
        }

        return Answer(outcome, Show);
    }

    private async Task<IResult> RolloutAsync(string id, HttpRequest request, ApiCaller caller)
    {
        byte[] order = await ReadAsync(request, Order.MaximumSize).ConfigureAwait(false);
        Outcome<SentOrder> outcome = await orders.AcceptAsync(id, order, onlyUpdate: true).ConfigureAwait(false);
        if (outcome.Value is { } sent)
        {
            registry.Trail.Append(
                new AuditFact { Kind = "rollout", Who = caller.As(Actor.Operator), Device = id, Tenant = registry.Find(id)!.Tenant, Reason = sent.Image });
        }

        return Answer(outcome, _ => Show(registry.Find(id)!));
    }

    private IResult Show(Device device)
    {
        return Results.Ok(View(device, registry.InUse([device]).GetValueOrDefault(device.Id)));
    }

    private object View(Device device, DeviceCertificate? inUse)
    {
        return new
        {
            device.Id,
            device.State,
            device.StateReason,
            device.StateActor,
            device.StateAt,
            device.Tenant,
            device.Owner,
            device.Counter,
            device.Trust,
            device.TrustStaged,
            device.StateBefore,
            connected = broker.IsConnected(device.Id),
            device.LastContact,
            device.ReportedVersion,
            device.LastEvent,
            device.LastVerdict,
            device.LastReason,
            device.WantedImage,
            device.Rollout,
            device.RolloutToken,
            device.RolloutReason,
            malformed = messages.Malformed(device.Id),
            device.HardwareId,
            device.PublicKeyHash,
            device.CertificateSha256,
            operationalSha256 = inUse?.Sha256,
            renewalDueAt = inUse is null ? null : RenewalWatch.DueAt(inUse),
            certificateUntil = inUse?.NotAfter,
            device.Batch,
            device.Line,
            device.Station,
            device.Operator,
            device.FirmwareVersion,
            device.ManufacturedAt,
            device.Profile,
            posture = device.Posture.Length == 0 ? null : JsonNode.Parse(device.Posture),
            exception = device.ProfileException,
        };
    }
}
