using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>The devices: import, list, states, telemetry, wanted images.</summary>
internal sealed class DevicesApi(DeviceRegistry registry, Rollouts rollouts, TelemetryStore telemetry, DeviceMessages messages, FleetBroker broker, StationKeys stations) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Post("/devices/import", ApiRoles.Factory, ImportAsync);
        routes.Get("/devices", ApiRoles.Any, List);
        routes.Get("/devices/{id}", ApiRoles.Any, (string id) => registry.Find(id) is { } device ? Show(device) : Problem(Refusal.UnknownDevice(id)));
        routes.Post("/devices/{id}/state", ApiRoles.Operator | ApiRoles.Factory, ChangeStateAsync);
        routes.Post("/devices/{id}/release", ApiRoles.Operator, ReleaseAsync);
        routes.Post("/devices/{id}/rollout", ApiRoles.Release, RolloutAsync);
        routes.Get("/devices/{id}/telemetry", ApiRoles.Operator, (string id) =>
            registry.Find(id) is null ? Problem(Refusal.UnknownDevice(id)) : Results.Ok(telemetry.Last(id)));
    }

    private async Task<IResult> ImportAsync(HttpRequest request)
    {
        byte[] body = await ReadAsync(request, StationManifest.MaximumBytes).ConfigureAwait(false);
        Outcome<IReadOnlyList<Device>> records = stations.Open(body);
        return records.Value is null ? Problem(records.Refusal!) : Answer(registry.Import(records.Value), Results.Ok);
    }

    private IResult List(string? after, int? limit, string? state, string? batch)
    {
        DeviceState? wanted = null;
        if (state is not null)
        {
            if (!TryWord(state, out DeviceState parsed))
            {
                return Problem(new Refusal("unknown-state", "there is no such state", 422));
            }

            wanted = parsed;
        }

        return Results.Ok(registry.List(after ?? "", Page(limit), wanted, batch).Select(View));
    }

    private async Task<IResult> ChangeStateAsync(string id, HttpRequest request)
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

        return TryActor(members["actor"], out Actor actor, out refused)
            ? await ReviewedAsync(registry.ChangeState(id, state, actor, members["reason"])).ConfigureAwait(false)
            : refused;
    }

    private async Task<IResult> ReleaseAsync(string id, HttpRequest request)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "reason", "actor").ConfigureAwait(false);
        return members is null || !TryActor(members["actor"], out Actor actor, out refused)
            ? refused!
            : await ReviewedAsync(registry.Release(id, actor, members["reason"])).ConfigureAwait(false);
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

    private async Task<IResult> RolloutAsync(string id, HttpRequest request)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "image").ConfigureAwait(false);
        return members is null ? refused! : Answer(await rollouts.SetAsync(id, members["image"]).ConfigureAwait(false), Show);
    }

    private IResult Show(Device device)
    {
        return Results.Ok(View(device));
    }

    private object View(Device device)
    {
        return new
        {
            device.Id,
            device.State,
            device.StateReason,
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
