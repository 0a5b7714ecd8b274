using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Judges a restored database against heads that others hold, so that a restore brings nothing back that was taken away since: no revoked
/// device, no used claim, no old sequence. What lies behind a head is refused, unless exported entries say what happened in between and each
/// of them can be done again. What nobody's head tells, devices do: <see cref="RestoreWatch"/>.
/// </summary>
internal static class Restore
{
    /// <summary>Checks, and does again what the entries say; how many were done again.</summary>
    public static int Run(DatabaseSource source, TimeProvider time, IReadOnlyList<ChainHead> heads, string? entriesFile)
    {
        AuditTrail trail = new(source, time);
        ChainPosition end = AuditWalk.Walk(trail.Entries(0), heads.Where(head => head.Position.Sequence <= trail.End().Sequence));
        long wanted = heads.Max(head => head.Position.Sequence);
        if (wanted <= end.Sequence)
        {
            return Again(source, time, end.Sequence, []);
        }

        if (entriesFile is null)
        {
            throw ToolFailure.Refused(
                "older-than-head",
                $"the backup ends at entry {end.Sequence}, a head that was handed over at {wanted}: what was revoked in between would be back. Give --entries, as 'fleet audit export' wrote them");
        }

        AuditWalk.Walk(AuditFile.Read(entriesFile), heads);
        List<ChainEntry> missing = [.. AuditFile.Read(entriesFile)
            .Select(encoded => ChainEntry.Decode(encoded, AuditBody.MaximumBytes)!)
            .Where(entry => entry.Sequence >= end.Sequence)];
        if (missing.Count == 0 || (end.Sequence > 0 && !missing[0].Position.IsSameAs(end)))
        {
            throw ToolFailure.Refused("audit-fork", "the entries are not the continuation of the backup");
        }

        return Again(source, time, end.Sequence, [.. missing.Where(entry => entry.Sequence > end.Sequence)]);
    }

    // A claim lasts ten minutes: one that is open in a backup may have been used since, and is not to be used twice.
    private static void EndOpenClaims(FleetDatabase database, DateTime now)
    {
        database.Set<Claim>().Where(claim => claim.State == ClaimState.Open)
            .ExecuteUpdate(set => set.SetProperty(claim => claim.State, ClaimState.Cancelled).SetProperty(claim => claim.EndedAt, now));
    }

    private static int Again(DatabaseSource source, TimeProvider time, long backupEnd, List<ChainEntry> entries)
    {
        using FleetDatabase database = source.Open();
        using var transaction = database.Database.BeginTransaction();
        foreach (ChainEntry entry in entries)
        {
            DoneAgain.Do(database, entry);
            database.SaveChanges();
            database.ChangeTracker.Clear();
        }

        DateTime now = time.GetUtcNow().UtcDateTime;
        EndOpenClaims(database, now);
        database.Add(new Restored { At = now, BackupEnd = backupEnd, DoneAgain = entries.Count });
        new AuditWriter(database).Append(
            new AuditFact { Kind = "restored", Who = Account.Command("restore"), Reason = $"backup ends at entry {backupEnd}, {entries.Count} entries done again" }, now);
        database.SaveChanges();
        transaction.Commit();
        return entries.Count;
    }
}
