using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Judges a restored database against heads that others hold, so that a restore brings nothing back that was taken away since: no revoked
/// device, no used claim, no old sequence. What lies behind a head is refused, unless exported entries say what happened in between and each
/// of them can be done again.
/// </summary>
internal static class Restore
{
    /// <summary>Checks, and does again what the entries say; how many were done again.</summary>
    public static int Run(DatabaseSource source, TimeProvider time, IReadOnlyList<ChainHead> heads, string? entriesFile)
    {
        AuditTrail trail = new(source, time);
        ChainPosition end = AuditCommand.Walk(trail.Entries(0), heads.Where(head => head.Position.Sequence <= trail.End().Sequence));
        long wanted = heads.Max(head => head.Position.Sequence);
        if (wanted <= end.Sequence)
        {
            return 0;
        }

        if (entriesFile is null)
        {
            throw ToolFailure.Refused(
                "older-than-head",
                $"the backup ends at entry {end.Sequence}, a head that was handed over at {wanted}: what was revoked in between would be back. Give --entries, as 'fleet audit export' wrote them");
        }

        AuditCommand.Walk(AuditFile.Read(entriesFile), heads);
        List<ChainEntry> missing = [.. AuditFile.Read(entriesFile)
            .Select(encoded => ChainEntry.Decode(encoded, AuditBody.MaximumBytes)!)
            .Where(entry => entry.Sequence >= end.Sequence)];
        if (missing.Count == 0 || (end.Sequence > 0 && !missing[0].Position.IsSameAs(end)))
        {
            throw ToolFailure.Refused("audit-fork", "the entries are not the continuation of the backup");
        }

        return Again(source, [.. missing.Where(entry => entry.Sequence > end.Sequence)]);
    }

    private static int Again(DatabaseSource source, List<ChainEntry> entries)
    {
        using FleetDatabase database = source.Open();
        using var transaction = database.Database.BeginTransaction();
        foreach (ChainEntry entry in entries)
        {
            AuditBody body = AuditBody.Decode(entry.Body) ?? throw ToolFailure.Refused("audit-malformed", $"entry {entry.Sequence} is none of a fleet");
            DateTime at = DateTimeOffset.FromUnixTimeSeconds(entry.Time).UtcDateTime;
            if (entry.Kind is "key-new" or "rollout")
            {
                // Gave something and took nothing away: it is gone, and nothing comes back by that.
                database.Add(new AuditRow { Sequence = entry.Sequence, At = at, DeviceId = body.Device, Tenant = "", Encoded = entry.Encoded });
                database.SaveChanges();
                continue;
            }

            Device? device = database.Devices.AsNoTracking().FirstOrDefault(row => row.Id == body.Device);
            if (entry.Kind != "state" || device is null || !ApiAnswers.TryWord(body.To, out DeviceState to))
            {
                throw ToolFailure.Refused(
                    "cannot-do-again",
                    $"entry {entry.Sequence} ({entry.Kind} of '{body.Device}') is not in the backup and its content is not in the audit: restore a backup from behind it");
            }

            database.Update(device with
            {
                State = to,
                StateBefore = to == DeviceState.Quarantined ? device.State : null,
                StateReason = "restored from the audit",
                StateActor = ApiAnswers.TryWord(body.Actor, out Actor actor) ? actor : Actor.Fleet,
                StateAt = at,
            });
            database.Add(new AuditRow { Sequence = entry.Sequence, At = at, DeviceId = body.Device, Tenant = device.Tenant, Encoded = entry.Encoded });
            database.SaveChanges();
            database.ChangeTracker.Clear();
        }

        transaction.Commit();
        return entries.Count;
    }
}
