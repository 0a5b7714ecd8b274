using System.Collections.Concurrent;
using System.Globalization;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Sees by what devices have that the database is older than they are: an order that a board has obeyed, by the ledger that its key signs, or an
/// answer to an order or a claim that the database does not know. Heads that they give back are judged by <see cref="HeldHeads"/>. Each such device is told
/// of once, in log, anomalies and audit. After a restore
/// it is quarantined too: what the database says of it is known to be old. A board that lies so only keeps itself away.
/// </summary>
public sealed class RestoreWatch(DeviceRegistry registry, OrderStore orders, DecisionLog log)
{
    /// <summary>The event, the anomaly and the audit entry.</summary>
    public const string Kind = "database-behind";

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    /// <summary>Entries of a board's ledger that are new here and signed.</summary>
    internal void See(string deviceId, IEnumerable<ChainEntry> entries)
    {
        foreach (ChainEntry entry in entries)
        {
            if (entry.Kind == LedgerKind.Order && LedgerEvent.Read(entry) is { Hash.Length: > 0 } what && orders.Find(deviceId, Convert.ToHexStringLower(what.Hash)) is null)
            {
                Tell(deviceId, string.Create(CultureInfo.InvariantCulture, $"it obeyed order {what.Number} ({what.Word}), entry {entry.Sequence} of its ledger, which is not here"));
                return;
            }
        }
    }

    /// <summary>The device answers an order that is not here.</summary>
    internal void UnknownOrder(string deviceId) => Tell(deviceId, "it answered an order that is not here");

    /// <summary>The device answers a claim that is not here.</summary>
    internal void UnknownClaim(string deviceId) => Tell(deviceId, "it answered a claim that is not here");

    private void Tell(string deviceId, string text)
    {
        if (!_told.TryAdd(deviceId, true))
        {
            return;
        }

        registry.Trail.Append(new AuditFact { Kind = Kind, Who = Account.Fleet("restore"), Device = deviceId, Tenant = registry.Find(deviceId)?.Tenant ?? "", Reason = text });
        log.Write(Kind, ("device", deviceId), ("reason", text + ": the database may be an old one"));
    }
}
