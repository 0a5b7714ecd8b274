using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>The whole server, running. What it is made of: <see cref="FleetParts"/>.</summary>
public sealed class FleetServer : IAsyncDisposable
{
    private static readonly TimeSpan _headEvery = TimeSpan.FromMinutes(1);

    private readonly FleetParts _parts;
    private readonly ITimer _heads;

    private FleetServer(FleetOptions options)
    {
        _parts = new FleetParts(options);
        _heads = options.Time.CreateTimer(_ => WriteHead(), null, _headEvery, _headEvery);
    }

    /// <summary>The decisions.</summary>
    public DecisionLog Log => _parts.Log;

    /// <summary>The devices.</summary>
    public DeviceRegistry Registry => _parts.Registry;

    /// <summary>The orders that are carried.</summary>
    public Orders Orders => _parts.Orders;

    /// <summary>The keys of the API.</summary>
    public ApiKeys Keys => _parts.Keys;

    /// <summary>What was denied.</summary>
    public DenialStore Denials => _parts.Denials;

    /// <summary>What was noticed.</summary>
    public AnomalyWatch Anomalies => _parts.Anomalies;

    /// <summary>Every resource of the API with its roles.</summary>
    public IReadOnlyList<ApiEndpoint> Endpoints => _parts.Api.Endpoints;

    /// <summary>The broker.</summary>
    public IBroker Broker => _parts.Broker;

    /// <summary>Port of the broker.</summary>
    public int MqttPort => Broker.Port;

    /// <summary>Port of the broker's other certificate; 0 when there is none.</summary>
    public int NextPort => Broker.NextPort;

    /// <summary>Port of the API.</summary>
    public int ApiPort => _parts.Api.Port;

    /// <summary>Starts everything, or fails with one line that says why.</summary>
    public static async Task<FleetServer> StartAsync(FleetOptions options)
    {
        FleetServer server = new(options);
        try
        {
            await server.Broker.StartAsync().ConfigureAwait(false);
            await server._parts.Api.StartAsync().ConfigureAwait(false);
            return server;
        }
        catch (Exception failure)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw failure is System.Net.Sockets.SocketException or IOException
                ? ToolFailure.BadInput($"cannot listen: {failure.Message}")
                : failure;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _parts.Api.DisposeAsync().ConfigureAwait(false);
        await Broker.DisposeAsync().ConfigureAwait(false);
        await Anomalies.DisposeAsync().ConfigureAwait(false);
        await Denials.DisposeAsync().ConfigureAwait(false);
        await _heads.DisposeAsync().ConfigureAwait(false);
        WriteHead();
        await _parts.DisposeAsync().ConfigureAwait(false);
    }

    // A disk that is full now ends nothing: the next minute writes it.
    private void WriteHead()
    {
        try
        {
            _parts.Head.Write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            Log.Write("error", ("action", "audit-head"), ("reason", failure.GetType().Name));
        }
    }
}
