using System.Net;
using Microsoft.AspNetCore.Http;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Stands before every resource: a key that holds, with a role that the resource's <see cref="ApiEndpoint"/> names. Nothing behind it runs
/// without, and no failure shows its inside.
/// </summary>
internal sealed class ApiGuard(ApiKeys keys, DecisionLog log)
{
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        ApiEndpoint? endpoint = context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>();
        if (endpoint is not { Roles: ApiRoles.None } && Admit(context, endpoint) is { } refusal)
        {
            if (refusal.Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
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

    private Refusal? Admit(HttpContext context, ApiEndpoint? endpoint)
    {
        string address = TlsListener.AddressOf(new IPEndPoint(context.Connection.RemoteIpAddress ?? IPAddress.None, 0));
        ApiKey? key = keys.Authenticate(context.Request.Headers.Authorization);
        Refusal? refusal = key is null
            ? new Refusal("no-api-key", "the request carries no API key that holds", 401)
            : endpoint is not null && (key.Roles & endpoint.Roles) == 0
            ? new Refusal("role-refused", $"this needs one of the roles {ApiRoleWords.Of(endpoint.Roles)}", 403)
            : null;
        if (refusal is not null)
        {
            log.Write(
                "denied",
                ("action", "api"),
                ("key", key?.Id),
                ("address", address),
                ("resource", $"{context.Request.Method} {context.Request.Path}"),
                ("token", refusal.Token),
                ("reason", refusal.Text));
            return refusal;
        }

        context.Items[typeof(ApiCaller)] = new ApiCaller(key!, address);
        return null;
    }
}
