using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Notices in the log what no single decision shows: an address that fails again and again, one identity that comes from two places by turns
/// (a copied key), a device whose counter or ledger has gone back, or whose ledger tells two stories (a copied or rolled-back flash). Each is kept and logged; a rule may quarantine.
/// </summary>
public sealed class AnomalyWatch : IAsyncDisposable
{
    /// <summary>What there is to notice.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["failed-authentication", "cloned-key", "counter-went-back", "ledger-fork", "ledger-went-back", "ledger-gap", RestoreWatch.Kind];

    private const int FailuresAMinute = 20;
    private const int Turns = 3;
    private const int MaximumAddresses = 10_000;
    private static readonly TimeSpan _turnsWithin = TimeSpan.FromMinutes(10);

    private readonly Channel<LogEntry> _entries = Channel.CreateBounded<LogEntry>(new BoundedChannelOptions(20_000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, (long Minute, int Count)> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Places> _places = new(StringComparer.Ordinal);
    private readonly DatabaseSource _source;
    private readonly DeviceRegistry _registry;
    private readonly DecisionLog _log;
    private readonly IReadOnlyCollection<string> _quarantining;
    private readonly Func<string, Task> _review;
    private readonly Task _watching;

    /// <summary>Watches a log. <paramref name="quarantining"/>: the kinds for which a device is quarantined; <paramref name="review"/> ends its connection.</summary>
    public AnomalyWatch(DatabaseSource source, DeviceRegistry registry, DecisionLog log, IReadOnlyCollection<string> quarantining, Func<string, Task> review)
    {
        _source = source;
        _registry = registry;
        _log = log;
        _quarantining = quarantining;
        _review = review;
        log.Written += Take;
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>A page of what was noticed.</summary>
    public IReadOnlyList<Anomaly> List(long after, int limit)
    {
        using FleetDatabase database = _source.Open();
        return [.. database.Set<Anomaly>().AsNoTracking().Where(anomaly => anomaly.Number > after).OrderBy(anomaly => anomaly.Number).Take(limit)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _log.Written -= Take;
        _entries.Writer.TryComplete();
        await _watching.ConfigureAwait(false);
    }

    private void Take(LogEntry entry)
    {
        if (entry.Event is "denied" or "allowed" or "counter-went-back" or "ledger-fork" or "ledger-went-back" or "ledger-gap" or RestoreWatch.Kind)
        {
            _entries.Writer.TryWrite(entry);
        }
    }

    private async Task WatchAsync()
    {
        await foreach (LogEntry entry in _entries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                Task noticed = (entry.Event, entry.Field("action")) switch
                {
                    ("denied", "tls" or "connect" or "api") => FailedAsync(entry),
                    ("allowed", "connect") => PlaceAsync(entry),
                    ("counter-went-back" or "ledger-fork" or "ledger-went-back" or "ledger-gap" or RestoreWatch.Kind, _) => NoticeAsync(entry, entry.Event, entry.Field("device"), "", entry.Field("reason")),
                    _ => Task.CompletedTask,
                };
                await noticed.ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or DbUpdateException)
            {
                _log.Write("error", ("action", "anomaly"), ("reason", failure.GetType().Name));
            }
        }
    }

    private async Task FailedAsync(LogEntry entry)
    {
        string address = entry.Field("address");
        long minute = entry.At.Ticks / TimeSpan.TicksPerMinute;
        if (_failures.Count >= MaximumAddresses)
        {
            _failures.Clear();
        }

        (long Minute, int Count) before = _failures.GetValueOrDefault(address);
        int count = before.Minute == minute ? before.Count + 1 : 1;
        _failures[address] = (minute, count);
        if (count == FailuresAMinute)
        {
            await NoticeAsync(entry, "failed-authentication", "", address, $"{FailuresAMinute} failures within a minute, the last one {entry.Field("token")}").ConfigureAwait(false);
        }
    }

    // A device that moves changes its address once; two of them that drive each other away come back.
    private async Task PlaceAsync(LogEntry entry)
    {
        string device = entry.Field("device");
        string address = entry.Field("address");
        if (!_places.TryGetValue(device, out Places? places))
        {
            _places[device] = places = new Places();
        }

        while (places.Seen.Count > 0 && entry.At - places.Seen.Peek().At > _turnsWithin)
        {
            places.Seen.Dequeue();
        }

        if (places.Last != address)
        {
            places.Seen.Enqueue((entry.At, address));
            places.Last = address;
        }

        if (places.Seen.Count > Turns && places.Seen.Select(seen => seen.Address).Distinct().Count() < places.Seen.Count)
        {
            string[] addresses = [.. places.Seen.Select(seen => seen.Address).Distinct()];
            places.Seen.Clear();
            await NoticeAsync(entry, "cloned-key", device, address, $"connected by turns from {string.Join(", ", addresses.Take(4))}").ConfigureAwait(false);
        }
    }

    private async Task NoticeAsync(LogEntry entry, string kind, string device, string address, string text)
    {
        bool quarantined = device.Length > 0 && _quarantining.Contains(kind)
            && _registry.ChangeState(device, DeviceState.Quarantined, Account.Fleet("anomaly"), $"{kind}: {text}"[..Math.Min(256, kind.Length + 2 + text.Length)]).Refusal is null;
        using (FleetDatabase database = _source.Open())
        {
            database.Add(new Anomaly { At = entry.At, Kind = kind, DeviceId = device, Address = address, Text = text, Quarantined = quarantined });
            database.SaveChanges();
        }

        _log.Write(
            "anomaly",
            ("kind", kind),
            ("device", device.Length == 0 ? null : device),
            ("address", address.Length == 0 ? null : address),
            ("quarantined", quarantined ? "yes" : "no"),
            ("reason", text));
        if (quarantined)
        {
            await _review(device).ConfigureAwait(false);
        }
    }

    private sealed class Places
    {
        public Queue<(DateTime At, string Address)> Seen { get; } = new();

        public string Last { get; set; } = "";
    }
}
