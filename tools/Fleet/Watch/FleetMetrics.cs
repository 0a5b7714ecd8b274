using Prometheus;

namespace DeviceFirmware.Fleet;

/// <summary>
/// What the server counts, in Prometheus' terms. Labels are words of ours, never of a device or a caller: their number is bounded.
/// </summary>
public sealed class FleetMetrics
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Counter _decisions;
    private readonly Counter _denials;

    /// <summary>Counts the decisions of a log, and shows how many devices are connected and how much was refused unread.</summary>
    public FleetMetrics(DecisionLog log, Func<int> connected, Func<long> unread)
    {
        MetricFactory metrics = Metrics.WithCustomRegistry(_registry);
        _decisions = metrics.CreateCounter("fleet_decisions_total", "Lines of the log by event.", "event");
        _denials = metrics.CreateCounter("fleet_denials_total", "What was denied, by action and token.", "action", "token");
        Gauge connections = metrics.CreateGauge("fleet_connected_devices", "Devices that hold a connection.");
        Counter floods = metrics.CreateCounter("fleet_api_refused_unread_total", "Requests of the API that were refused unread, after too many keys that did not hold.");
        _registry.AddBeforeCollectCallback(() =>
        {
            connections.Set(connected());
            floods.IncTo(unread());
        });
        log.Written += Count;
    }

    /// <summary>The text format, version 0.0.4.</summary>
    public Task WriteAsync(Stream stream)
    {
        return _registry.CollectAndExportAsTextAsync(stream);
    }

    private void Count(LogEntry entry)
    {
        _decisions.WithLabels(entry.Event).Inc();
        if (entry.Event == "denied")
        {
            _denials.WithLabels(entry.Field("action"), entry.Field("token")).Inc();
        }
    }
}
