using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>The key set that checks tokens, and what a device may do with one here.</summary>
internal sealed class TokensApi(TokenKeys keys, TelemetryHandler telemetry) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/.well-known/jwks.json", ApiRoles.None, KeySet).WithSummary("the keys that devices' tokens are checked with (RFC 7517)");
        routes.DeviceGet("/device", TokenScopes.SelfRead, (DeviceCaller caller) => Results.Ok(View(caller.Device)))
            .WithSummary("what the registry says of the device that asks");
        routes.DevicePost("/device/telemetry", TokenScopes.TelemetryWrite, TelemetryAsync)
            .WithSummary("takes telemetry, as on the topic").WithMetadata(new ApiBody("application/json"));
    }

    private static object View(Device device)
    {
        return new { device.Id, device.State, device.Tenant, device.Product, device.ReportedVersion, device.WantedImage, device.Rollout };
    }

    private IResult KeySet(HttpResponse response)
    {
        response.Headers.CacheControl = $"public, max-age={TokenKeys.KeptFor.TotalSeconds:0}";
        return Results.Ok(new { keys = keys.Published().Select(key => new { key.Kty, key.Crv, key.X, key.Y, key.Use, key.Alg, key.Kid }) });
    }

    private async Task<IResult> TelemetryAsync(HttpRequest request, DeviceCaller caller)
    {
        byte[] body = await ReadAsync(request, TelemetryReport.MaximumBytes).ConfigureAwait(false);
        string? problem = await telemetry.ReceiveAsync(new DeviceMessage(caller.Device.Id, telemetry.Topic, body)).ConfigureAwait(false);
        return problem is null ? Results.NoContent() : Problem(new Refusal("malformed-telemetry", problem, 422));
    }
}
