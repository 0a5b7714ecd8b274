using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static DeviceFirmware.Fleet.ApiAnswers;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The HTTP API, put together from its modules, behind <see cref="ApiGuard"/>. TLS unless the certificate is null, which only loopback may
/// have. Every refusal is a problem document (RFC 9457) with a <c>token</c> member.
/// </summary>
internal sealed class FleetApi : IAsyncDisposable
{
    private readonly WebApplication _application;

    public FleetApi(IPEndPoint endPoint, X509Certificate2? certificate, ApiGuard guard, IEnumerable<IApiModule> modules)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = SmallBody;
            kestrel.Listen(endPoint, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(certificate);
                }
            });
        });
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        });
        builder.Services.AddOpenApi("v1", OpenApiDocument.Configure);
        // Signals are the program's business, not the web host's.
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, NoLifetime>();
        _application = builder.Build();
        _application.UseRouting();
        _application.Use(guard.RunAsync);
        ApiRoutes routes = new(_application);
        foreach (IApiModule module in modules)
        {
            module.Map(routes);
        }

        Endpoints = routes.Endpoints;
        _application.MapOpenApi("/openapi.json").WithMetadata(new ApiEndpoint("GET", "/openapi.json", ApiRoles.None));
        _application.MapFallback(() => Problem(new Refusal("no-such-resource", "the API has no such resource", 404)));
    }

    /// <summary>Every resource with its roles.</summary>
    public IReadOnlyList<ApiEndpoint> Endpoints { get; }

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
