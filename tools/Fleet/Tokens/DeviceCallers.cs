using Microsoft.AspNetCore.Http;

namespace DeviceFirmware.Fleet;

/// <summary>A device that calls the API with a token. A handler takes it as a parameter.</summary>
/// <param name="Device">The device, as the registry knew it when the request came.</param>
public sealed record DeviceCaller(Device Device)
{
    /// <summary>From the request, where the guard has put it.</summary>
    public static ValueTask<DeviceCaller?> BindAsync(HttpContext context)
    {
        return ValueTask.FromResult(context.Items[typeof(DeviceCaller)] as DeviceCaller);
    }
}

/// <summary>Which device calls, by the token in the <c>Authorization</c> header and the registry of now.</summary>
public sealed class DeviceCallers(TokenKeys keys, DeviceRegistry registry, DeviceLimits limits, string issuer, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    /// <summary>
    /// The device, or the refusal. <c>IsForeign</c>: what was shown never was a token of ours. <c>IsTold</c>: the refusal belongs into the log; a
    /// flood is one line a minute.
    /// </summary>
    internal async Task<(DeviceCaller? Caller, Refusal? Refusal, bool IsForeign, bool IsTold)> AdmitAsync(string? authorization, string scope)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return (null, new Refusal("no-token", "the request carries no token: a device asks for one on requests/token", 401), false, true);
        }

        TokenCheck check = await DeviceToken.CheckAsync(authorization[Scheme.Length..], issuer, scope, keys.Find, registry.Find, time.GetUtcNow()).ConfigureAwait(false);
        if (check.Value is not { } token)
        {
            bool isForeign = check.Verdict is TokenVerdict.Malformed or TokenVerdict.Algorithm or TokenVerdict.UnknownKey or TokenVerdict.Signature;
            bool isKnown = check.Verdict is TokenVerdict.State or TokenVerdict.Tenant or TokenVerdict.BeforeState or TokenVerdict.Scope;
            return (null, new Refusal(check.Token, check.Reason, isKnown ? 403 : 401), isForeign, true);
        }

        return limits.Request(token.Device.Id, out bool first) is { } flood
            ? (new DeviceCaller(token.Device), flood, false, first)
            : (new DeviceCaller(token.Device), null, false, false);
    }
}
