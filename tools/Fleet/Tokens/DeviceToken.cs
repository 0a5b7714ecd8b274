using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DeviceFirmware.Fleet;

/// <summary>Why a token does or does not open the API.</summary>
public enum TokenVerdict
{
    /// <summary>Nothing has been decided: refuses.</summary>
    NotEvaluated = 0,

    /// <summary>It is a token of ours, it holds, and the device is what it was.</summary>
    Accepted,

    /// <summary>It is no token.</summary>
    Malformed,

    /// <summary>Its header asks for another algorithm or another kind of token.</summary>
    Algorithm,

    /// <summary>No key of that id is in the key set.</summary>
    UnknownKey,

    /// <summary>The signature is not that key's.</summary>
    Signature,

    /// <summary>Somebody else issued it.</summary>
    Issuer,

    /// <summary>It is for another API.</summary>
    Audience,

    /// <summary>It is over, or not yet.</summary>
    Expired,

    /// <summary>The registry has no such device.</summary>
    UnknownDevice,

    /// <summary>The device's state gives it no token now.</summary>
    State,

    /// <summary>The device is another tenant's now.</summary>
    Tenant,

    /// <summary>The device's state changed after the token was issued.</summary>
    BeforeState,

    /// <summary>It does not name the scope that the resource needs.</summary>
    Scope,
}

/// <summary>What came of a token: the device that may, or why not.</summary>
public sealed record TokenCheck(TokenVerdict Verdict, string Token, string Reason, DeviceToken? Value);

/// <summary>
/// The door "may this device call this resource?". <see cref="CheckAsync"/> is its one entry and the only maker of its values. A token that
/// holds is not enough: what the registry says of the device at this moment decides.
/// </summary>
public sealed class DeviceToken
{
    /// <summary>How long a token holds.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>Most characters of a token that is looked at.</summary>
    public const int MaximumLength = 2048;

    /// <summary>The header's <c>typ</c> (RFC 9068).</summary>
    public const string Kind = "at+jwt";

    // A cached verifier would outlive its key's end.
    private static readonly CryptoProviderFactory _crypto = new() { CacheSignatureProviders = false };

    private DeviceToken(Device device, string id)
    {
        Device = device;
        Id = id;
    }

    /// <summary>Who calls, as the registry knows it now.</summary>
    public Device Device { get; }

    /// <summary>The token's <c>jti</c>.</summary>
    public string Id { get; }

    /// <summary>Decides. <paramref name="key"/> has the key of an id while its tokens hold, <paramref name="find"/> the registry's present record.</summary>
    public static async Task<TokenCheck> CheckAsync(
        string text, string issuer, string scope, Func<string, SecurityKey?> key, Func<string, Device?> find, DateTimeOffset now)
    {
        TokenValidationParameters wanted = new()
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            ValidTypes = [Kind],
            ValidIssuer = issuer,
            ValidAudience = TokenScopes.Own,
            CryptoProviderFactory = _crypto,
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeyResolver = (_, _, id, _) => id is not null && key(id) is { } known ? [known] : [],
            LifetimeValidator = (from, until, _, _) => from is { } begin && until is { } end && begin <= now.UtcDateTime && now.UtcDateTime < end,
        };
        if (text.Length > MaximumLength)
        {
            return Refused(TokenVerdict.Malformed, "token-malformed", "it is no token");
        }

        TokenValidationResult result = await new JsonWebTokenHandler().ValidateTokenAsync(text, wanted).ConfigureAwait(false);
        return result.IsValid && result.SecurityToken is JsonWebToken token ? Registered(token, scope, find) : Of(result.Exception);
    }

    private static TokenCheck Registered(JsonWebToken token, string scope, Func<string, Device?> find)
    {
        if (find(token.Subject ?? "") is not { } device)
        {
            return Refused(TokenVerdict.UnknownDevice, "unknown-device", "no device of this id is registered");
        }

        if (TokenScopes.MayHave(device) is { } refusal)
        {
            return Refused(TokenVerdict.State, refusal.Token, refusal.Text);
        }

        if (!token.TryGetPayloadValue("tenant", out string tenant) || tenant != device.Tenant)
        {
            return Refused(TokenVerdict.Tenant, "other-tenant", "the device is another tenant's");
        }

        // Released from quarantine or claimed again: what was given before is not given again by that.
        if (device.StateAt is { } since && token.IssuedAt < since.AddTicks(-(since.Ticks % TimeSpan.TicksPerSecond)))
        {
            return Refused(TokenVerdict.BeforeState, "token-before-state", "the device's state changed after the token was issued");
        }

        return token.TryGetPayloadValue("scope", out string scopes) && scopes.Split(' ').Contains(scope)
            ? new TokenCheck(TokenVerdict.Accepted, "accepted", "", new DeviceToken(device, token.Id ?? ""))
            : Refused(TokenVerdict.Scope, "scope-refused", $"this takes the scope {scope}");
    }

    private static TokenCheck Of(Exception? failure)
    {
        return failure switch
        {
            SecurityTokenInvalidAlgorithmException or SecurityTokenInvalidTypeException => Refused(TokenVerdict.Algorithm, "token-algorithm", "it is no token of this kind, signed by ES256"),
            SecurityTokenSignatureKeyNotFoundException => Refused(TokenVerdict.UnknownKey, "token-key", "no key of that id is in the key set"),
            SecurityTokenInvalidSignatureException => Refused(TokenVerdict.Signature, "token-signature", "its signature is not by the key that it names"),
            SecurityTokenInvalidIssuerException => Refused(TokenVerdict.Issuer, "token-issuer", "somebody else issued it"),
            SecurityTokenInvalidAudienceException => Refused(TokenVerdict.Audience, "token-audience", "it is for another API"),
            SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNoExpirationException or SecurityTokenNotYetValidException =>
                Refused(TokenVerdict.Expired, "token-expired", "it is over, or not yet"),
            _ => Refused(TokenVerdict.Malformed, "token-malformed", "it is no token"),
        };
    }

    private static TokenCheck Refused(TokenVerdict verdict, string token, string reason)
    {
        return new TokenCheck(verdict, token, reason, null);
    }
}
