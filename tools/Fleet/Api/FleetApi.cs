using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The HTTP API of the registry. On loopback only, since it has no TLS yet. Every request but <c>/health</c> carries the bearer token; every
/// refusal is a problem document (RFC 9457) with a <c>token</c> member.
/// </summary>
internal sealed class FleetApi : IAsyncDisposable
{
    private const int SmallBody = 64 * 1024;
    private const int PageLimit = 1000;

    private readonly ApiToken _token;
    private readonly DeviceRegistry _registry;
    private readonly ImageStore _images;
    private readonly Rollouts _rollouts;
    private readonly TelemetryStore _telemetry;
    private readonly DeviceMessages _messages;
    private readonly FleetBroker _broker;
    private readonly DecisionLog _log;
    private readonly WebApplication _application;

    public FleetApi(
        int port,
        ApiToken token,
        DeviceRegistry registry,
        ImageStore images,
        Rollouts rollouts,
        TelemetryStore telemetry,
        DeviceMessages messages,
        FleetBroker broker,
        DecisionLog log)
    {
        _token = token;
        _registry = registry;
        _images = images;
        _rollouts = rollouts;
        _telemetry = telemetry;
        _messages = messages;
        _broker = broker;
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
        Map();
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

    private void Map()
    {
        _application.MapGet("/health", () => Results.Ok(new { status = "ok" }));
        _application.MapPost("/devices/import", ImportAsync);
        _application.MapGet("/devices", List);
        _application.MapGet("/devices/{id}", (string id) => _registry.Find(id) is { } device ? Show(device) : Problem(Refusal.UnknownDevice(id)));
        _application.MapPost("/devices/{id}/state", ChangeStateAsync);
        _application.MapPost("/devices/{id}/release", ReleaseAsync);
        _application.MapPost("/devices/{id}/rollout", RolloutAsync);
        _application.MapGet("/devices/{id}/telemetry", (string id) =>
            _registry.Find(id) is null ? Problem(Refusal.UnknownDevice(id)) : Results.Ok(_telemetry.Last(id)));
        _application.MapPost("/images", AddImageAsync);
        _application.MapGet("/images/{sha256}", (string sha256) =>
            _registry.FindImage(sha256) is { } image ? Results.Ok(image) : Problem(new Refusal("unknown-image", "the store has no image of that hash", 404)));
        _application.MapGet("/audit", Audit);
        _application.MapGet("/log", Log);
        _application.MapFallback(() => Problem(new Refusal("no-such-resource", "the API has no such resource", 404)));
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

    private async Task<IResult> ImportAsync(HttpRequest request)
    {
        byte[] body = await ReadAsync(request, ManufacturingRecord.MaximumBytes).ConfigureAwait(false);
        return ManufacturingRecord.TryParse(body, out IReadOnlyList<Device>? records, out string? problem)
            ? Answer(_registry.Import(records), Results.Ok)
            : Problem(new Refusal("malformed-manifest", problem, 422));
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

        return Results.Ok(_registry.List(after ?? "", Page(limit), wanted, batch).Select(View));
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
            ? await ReviewedAsync(_registry.ChangeState(id, state, actor, members["reason"])).ConfigureAwait(false)
            : refused;
    }

    private async Task<IResult> ReleaseAsync(string id, HttpRequest request)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "reason", "actor").ConfigureAwait(false);
        return members is null || !TryActor(members["actor"], out Actor actor, out refused)
            ? refused!
            : await ReviewedAsync(_registry.Release(id, actor, members["reason"])).ConfigureAwait(false);
    }

    // The answer comes when the device's connection, where it may no longer be, has ended.
    private async Task<IResult> ReviewedAsync(Outcome<Device> outcome)
    {
        if (outcome.Value is { } device)
        {
            await _broker.ReviewAsync(device.Id).ConfigureAwait(false);
        }

        return Answer(outcome, Show);
    }

    private async Task<IResult> RolloutAsync(string id, HttpRequest request)
    {
        (Dictionary<string, string>? members, IResult? refused) = await MembersAsync(request, "image").ConfigureAwait(false);
        return members is null ? refused! : Answer(await _rollouts.SetAsync(id, members["image"]).ConfigureAwait(false), Show);
    }

    private async Task<IResult> AddImageAsync(HttpRequest request)
    {
        return Answer(_images.Add(await ReadAsync(request, ImageStore.MaximumLength).ConfigureAwait(false)), Results.Ok);
    }

    private IResult Audit(long? after, int? limit, string? device)
    {
        return Results.Ok(_registry.Audit(after ?? 0, Page(limit), device));
    }

    private IResult Log(long? after, int? limit)
    {
        return Results.Ok(_log.After(after ?? 0, limit is >= 1 and <= DecisionLog.Capacity ? limit.Value : DecisionLog.Capacity).Select(entry =>
        {
            Dictionary<string, object> line = new() { ["number"] = entry.Number, ["at"] = entry.At, ["event"] = entry.Event };
            foreach ((string key, string value) in entry.Fields)
            {
                // A status has an event of its own.
                line[line.ContainsKey(key) ? "device" + char.ToUpperInvariant(key[0]) + key[1..] : key] = value;
            }

            return line;
        }));
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
            connected = _broker.IsConnected(device.Id),
            device.LastContact,
            device.ReportedVersion,
            device.LastEvent,
            device.LastVerdict,
            device.LastReason,
            device.WantedImage,
            device.Rollout,
            device.RolloutToken,
            device.RolloutReason,
            malformed = _messages.Malformed(device.Id),
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

    private static IResult Answer<T>(Outcome<T> outcome, Func<T, IResult> show)
        where T : class
    {
        return outcome.Refusal is { } refusal ? Problem(refusal) : show(outcome.Value!);
    }

    private static IResult Problem(Refusal refusal)
    {
        return Results.Problem(
            title: "refused",
            detail: refusal.Text,
            statusCode: refusal.Status,
            extensions: new Dictionary<string, object?> { ["token"] = refusal.Token });
    }

    private static int Page(int? limit)
    {
        return limit is >= 1 and <= PageLimit ? limit.Value : PageLimit;
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, int maximum)
    {
        IHttpMaxRequestBodySizeFeature? limit = request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (limit is { IsReadOnly: false })
        {
            limit.MaxRequestBodySize = maximum;
        }

        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted).ConfigureAwait(false);
        return body.ToArray();
    }

    // An object with exactly these members, all of them texts.
    private static async Task<(Dictionary<string, string>? Members, IResult? Refused)> MembersAsync(HttpRequest request, params string[] names)
    {
        byte[] body = await ReadAsync(request, SmallBody).ConfigureAwait(false);
        if (!StrictJson.TryParse(body, SmallBody, out JsonDocument? document, out string? problem))
        {
            return (null, Problem(new Refusal("malformed-request", problem, 422)));
        }

        using (document)
        {
            if (!StrictJson.TryMembers(document.RootElement, names, [], out Dictionary<string, JsonElement> members, out problem))
            {
                return (null, Problem(new Refusal("malformed-request", problem, 422)));
            }

            Dictionary<string, string> texts = [];
            foreach (string name in names)
            {
                if (!StrictJson.TryText(members[name], out string text))
                {
                    return (null, Problem(new Refusal("malformed-request", $"'{name}' must be a string", 422)));
                }

                texts[name] = text;
            }

            return (texts, null);
        }
    }

    private static bool TryActor(string word, out Actor actor, [NotNullWhen(false)] out IResult? refused)
    {
        bool known = TryWord(word, out actor) && actor is not (Actor.Device or Actor.Fleet);
        refused = known ? null : Problem(new Refusal("unknown-actor", "the actor must be factory, operator or owner", 422));
        return known;
    }

    private static bool TryWord<T>(string word, out T value)
        where T : struct, Enum
    {
        return Enum.TryParse(word, ignoreCase: true, out value) && DeviceRegistry.Word(value) == word;
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
