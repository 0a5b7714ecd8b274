using System.Net;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Stands before every resource: a key that holds, with a role that the resource's <see cref="ApiEndpoint"/> names, or a device's token with its
/// scope. Nothing behind it runs without, and no failure shows its inside.
/// </summary>
internal sealed class ApiGuard(ApiKeys keys, DeviceCallers devices, FailedKeys failures, AuditTrail trail, DecisionLog log)
{
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        ApiEndpoint? endpoint = context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>();
        Refusal? refusal = endpoint is { Scope: { } scope } ? await AdmitDeviceAsync(context, scope).ConfigureAwait(false)
            : endpoint is { Roles: ApiRoles.None } ? null
            : Admit(context, endpoint);
        if (refusal is not null)
        {
            if (refusal.Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }
            else if (refusal.Status == StatusCodes.Status429TooManyRequests)
            {
                context.Response.Headers.RetryAfter = "60";
            }

            await Problem(refusal).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException failure)
        {
            Refusal refused = failure.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new Refusal("too-large", "the request is too large", 413)
                : new Refusal("bad-request", "the request cannot be read", 400);
            await Problem(refused).ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.Write("error", ("action", "api"), ("resource", $"{context.Request.Method} {context.Request.Path}"), ("reason", failure.GetType().Name));
            await Problem(new Refusal("unexpected-failure", "the server failed; its log says more", 500)).ExecuteAsync(context).ConfigureAwait(false);
        }
    }

    private static string AddressOf(HttpContext context)
    {
        return TlsListener.AddressOf(new IPEndPoint(context.Connection.RemoteIpAddress ?? IPAddress.None, 0));
    }

    // A token that is over, or of a device that may no more, was somebody's: only what was never ours counts as a try.
    private async Task<Refusal?> AdmitDeviceAsync(HttpContext context, string scope)
    {
        string address = AddressOf(context);
        if (failures.Judge(address, null, out bool first, out bool firstOfAll) is { } flood)
        {
            Tell(context, flood, address, null, first, firstOfAll);
            return flood;
        }

        (DeviceCaller? caller, Refusal? refusal, bool isForeign, bool isTold) = await devices.AdmitAsync(context.Request.Headers.Authorization, scope).ConfigureAwait(false);
        if (isForeign)
        {
            failures.Failed(address, null);
        }

        if (refusal is not null && isTold)
        {
            Log(context, refusal, address, caller is null ? null : "device:" + caller.Device.Id);
        }

        context.Items[typeof(DeviceCaller)] = caller;
        return refusal;
    }

    private Refusal? Admit(HttpContext context, ApiEndpoint? endpoint)
    {
        string address = AddressOf(context);
        string? authorization = context.Request.Headers.Authorization;
        string? keyId = ApiKeys.IdOf(authorization);
        if (failures.Judge(address, keyId, out bool first, out bool firstOfAll) is { } flood)
        {
            Tell(context, flood, address, keyId, first, firstOfAll);
            return flood;
        }

        ApiKey? key = keys.Authenticate(authorization);
        Note(address, authorization, keyId, key);
        if (ApiCaller.Admit(key, endpoint?.Roles ?? ApiRoles.Any) is { } refusal)
        {
            Log(context, refusal, address, key?.Id);
            return refusal;
        }

        context.Items[typeof(ApiCaller)] = new ApiCaller(key!, address);
        return null;
    }

    // Who shows no key at all costs nothing and guesses nothing.
    private void Note(string address, string? authorization, string? keyId, ApiKey? key)
    {
        if (key is not null)
        {
            failures.Held(address, key.Id);
        }
        else if (!string.IsNullOrEmpty(authorization))
        {
            failures.Failed(address, keyId);
        }
    }

    // A flood is one line of an address and a minute, and one entry of the audit in a minute.
    private void Tell(HttpContext context, Refusal flood, string address, string? keyId, bool first, bool firstOfAll)
    {
        if (first)
        {
            Log(context, flood, address, keyId);
        }

        if (firstOfAll)
        {
            trail.Append(new AuditFact { Kind = "api-flood", Who = new Account(Actor.Fleet, "fleet:api", address), Reason = flood.Token });
        }
    }

    private void Log(HttpContext context, Refusal refusal, string address, string? keyId)
    {
        log.Write(
            "denied",
            ("action", "api"),
            ("key", keyId),
            ("address", address),
            ("resource", $"{context.Request.Method} {context.Request.Path}"),
            ("token", refusal.Token),
            ("reason", refusal.Text));
    }
}
