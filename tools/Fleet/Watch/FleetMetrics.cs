using System.Globalization;
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
    private readonly Counter _certificates;
    private readonly Counter _tokens;

    /// <summary>Counts the decisions of a log, and shows how many devices are connected, how much was refused unread and how many entries of the audit are lost.</summary>
    public FleetMetrics(DecisionLog log, RenewalWatch renewals, Func<int> connected, Func<long> unread, Func<long> lost)
    {
        MetricFactory metrics = Metrics.WithCustomRegistry(_registry);
        _decisions = metrics.CreateCounter("fleet_decisions_total", "Lines of the log by event.", "event");
        _denials = metrics.CreateCounter("fleet_denials_total", "What was denied, by action and token.", "action", "token");
        Gauge connections = metrics.CreateGauge("fleet_connected_devices", "Devices that hold a connection.");
        Counter floods = metrics.CreateCounter("fleet_api_refused_unread_total", "Requests of the API that were refused unread, after too many keys that did not hold.");
        _certificates = metrics.CreateCounter("fleet_operational_certificates_total", "Requests for operational certificates: first, renewed, recovered (asked for by the IDevID though the device had one), refused.", "outcome");
        _tokens = metrics.CreateCounter("fleet_device_tokens_total", "Devices' requests for tokens: given, refused.", "outcome");
        Gauge ending = metrics.CreateGauge("fleet_operational_certificates_ending", "Devices whose operational certificate in use ends within so many days, or has ended.", "days");
        Gauge overdue = metrics.CreateGauge("fleet_operational_certificates_overdue", "Devices that should have renewed their operational certificate: less than a sixth of its life is left.");
        Gauge behind = metrics.CreateGauge("fleet_database_behind_entries", "Entries of the audit that were once here and are not, at least, as heads prove that devices give back; 0 once somebody has accepted that.");
        foreach (string outcome in (string[])["first", "renewed", "recovered", "refused"])
        {
            _certificates.WithLabels(outcome);
        }

        _tokens.WithLabels("given");
        _tokens.WithLabels("refused");
        _registry.AddBeforeCollectCallback(() =>
        {
            RenewalCounts counts = renewals.Count();
            for (int i = 0; i < RenewalWatch.Days.Length; i++)
            {
                ending.WithLabels(RenewalWatch.Days[i].ToString(CultureInfo.InvariantCulture)).Set(counts.Ending[i]);
            }

            overdue.Set(counts.Overdue);
            connections.Set(connected());
            behind.Set(lost());
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

        (Counter? counter, string outcome) = (entry.Event, entry.Field("action")) switch
        {
            ("certificate", _) => (_certificates, entry.Field("outcome")),
            ("denied", "certificate") => (_certificates, "refused"),
            ("token", _) => (_tokens, "given"),
            ("denied", "token") => (_tokens, "refused"),
            _ => (null, ""),
        };
        counter?.WithLabels(outcome).Inc();
    }
}
