using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The HTTP API, put together from its modules. On loopback only, since it has no TLS yet. Every request but <c>/health</c> carries the bearer
/// token; every refusal is a problem document (RFC 9457) with a <c>token</c> member.
/// </summary>
internal sealed class FleetApi : IAsyncDisposable
{
    private readonly ApiToken _token;
    private readonly DecisionLog _log;
    private readonly WebApplication _application;

    public FleetApi(int port, ApiToken token, IEnumerable<IApiModule> modules, DecisionLog log)
    {
        _token = token;
        _log = log;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = SmallBody;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });
        // Signals are the program's business, not the web host's.
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, NoLifetime>();
        _application = builder.Build();
        _application.Use(GuardAsync);
        ApiRoutes routes = new(_application);
        routes.Get("/health", ApiRoles.None, () => Results.Ok(new { status = "ok" }));
        foreach (IApiModule module in modules)
        {
            module.Map(routes);
        }

        _application.MapFallback(() => Problem(new Refusal("no-such-resource", "the API has no such resource", 404)));
    }

    public int Port => new Uri(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    public Task StartAsync()
    {
        return _application.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(3));
        await _application.StopAsync(patience.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    // First in the pipeline: nothing behind it runs without the token, and no failure shows its inside.
    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != "/health" && !_token.Accepts(context.Request.Headers.Authorization))
        {
            string address = TlsListener.AddressOf(new IPEndPoint(context.Connection.RemoteIpAddress ?? IPAddress.None, 0));
            string resource = $"{context.Request.Method} {context.Request.Path}";
            _log.Write("denied", ("action", "api"), ("address", address), ("resource", resource), ("token", "no-api-token"), ("reason", "the request carries no valid bearer token"));
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Problem(new Refusal("no-api-token", "the request carries no valid bearer token", 401)).ExecuteAsync(context).ConfigureAwait(false);
            return;
        }

        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException failure)
        {
            Refusal refusal = failure.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? new Refusal("too-large", "the request is too large", 413)
                : new Refusal("bad-request", "the request cannot be read", 400);
            await Problem(refusal).ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _log.Write("error", ("action", "api"), ("resource", $"{context.Request.Method} {context.Request.Path}"), ("reason", failure.GetType().Name));
            await Problem(new Refusal("unexpected-failure", "the server failed; its log says more", 500)).ExecuteAsync(context).ConfigureAwait(false);
        }
    }

    private sealed class NoLifetime : Microsoft.Extensions.Hosting.IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken)
        {
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            return Task.CompletedTask;
        }
    }
}
