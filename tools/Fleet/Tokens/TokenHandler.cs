using System.Security.Cryptography;
using DeviceFirmware.Connect;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DeviceFirmware.Fleet;

/// <summary>A device asks, over its own connection, for a token for an HTTP API: given by its state, its tenant and the scopes that devices may have.</summary>
public sealed class TokenHandler(
    DeviceRegistry registry, TokenKeys keys, TokenScopes scopes, string issuer, DeviceLimits limits, TimeProvider time, DecisionLog log, Func<string, string, byte[], Task> send)
    : ITopicHandler
{
    private const int IdBytes = 16;

    /// <inheritdoc/>
    public string Topic => "requests/token";

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (TokenRequest.Decode(message.Payload) is not { } request || registry.Find(message.DeviceId) is not { } device)
        {
            return "is not a request for a token";
        }

        Refusal? flood = limits.Token(device.Id, out bool first);
        if ((flood ?? TokenScopes.MayHave(device) ?? scopes.Judge(device, request.Audience, request.Scope)) is { } refusal)
        {
            // A flood is told of once a minute.
            if (flood is null || first)
            {
                log.Write("denied", ("action", "token"), ("device", device.Id), ("resource", request.Audience), ("token", refusal.Token), ("reason", refusal.Text));
                await send(device.Id, "token", new TokenReply(request.Nonce, "", 0, refusal.Token).Encode()).ConfigureAwait(false);
            }

            return null;
        }

        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        string token = Issue(device, request, id);
        registry.Trail.Append(new AuditFact { Kind = "token", Who = Account.Device(device.Id, "-"), Device = device.Id, Tenant = device.Tenant, Reason = $"{id} for {request.Audience}: {request.Scope}" });
        log.Write("token", ("device", device.Id), ("audience", request.Audience), ("scope", request.Scope), ("id", id));
        await send(device.Id, "token", new TokenReply(request.Nonce, token, (int)DeviceToken.Life.TotalSeconds, "").Encode()).ConfigureAwait(false);
        return null;
    }

    private string Issue(Device device, TokenRequest request, string id)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        return keys.Sign(key => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = DeviceToken.Kind,
            Issuer = issuer,
            Audience = request.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + DeviceToken.Life,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = device.Id,
                [JwtRegisteredClaimNames.Jti] = id,
                ["tenant"] = device.Tenant,
                ["product"] = device.Product,
                ["scope"] = request.Scope,
            },
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        }));
    }
}
