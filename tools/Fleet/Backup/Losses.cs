using System.Globalization;
using DeviceFirmware.Ledger;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// What is proved to be lost of this database, and whether somebody has looked and accepted it. Between the two the fleet gives no new right: what
/// the lost entries took away could be given again. A proof of more is another loss, with an acceptance of its own.
/// </summary>
public sealed class Losses
{
    private const int MaximumReason = 256;

    /// <summary>9999-12-31T00:00:00Z: later, a second more has no name.</summary>
    private const long LatestTime = 253_402_214_400;

    private readonly DatabaseSource _source;
    private readonly TimeProvider _time;
    private readonly DecisionLog _log;
    private readonly Lock _changing = new();
    private LostEntries? _newest;

    /// <summary>The losses of a database that has its tables.</summary>
    public Losses(DatabaseSource source, TimeProvider time, DecisionLog log)
    {
        _source = source;
        _time = time;
        _log = log;
        using FleetDatabase database = source.Open();
        _newest = LostEntries.Newest(database);
    }

    /// <summary>How many entries are proved to be missing, at least, and nobody has accepted that; 0 when there is no such proof.</summary>
    public long Open => Volatile.Read(ref _newest) is { AcceptedAt: null } lost ? lost.AtLeast : 0;

    /// <summary>The question before every right that a device, or a tenant over a device, did not have: null, or why it is not given now.</summary>
    public Refusal? NewRight()
    {
        return Volatile.Read(ref _newest) is { AcceptedAt: null } lost
            ? new Refusal(RestoreWatch.Kind, $"{Text(lost)}. Nobody gets a new right until 'fleet restore accept': 'fleet restore status' has the proof")
            : null;
    }

    /// <summary>Somebody has looked, and accepts the loss that this head proves: that one, when it is the newest, and none that is proved later.</summary>
    /// <param name="headSha256">SHA-256 of the head's bytes, lower-case hexadecimal.</param>
    /// <param name="reason">Why, for the audit.</param>
    /// <param name="who">Who.</param>
    public Outcome<LostEntries> Accept(string headSha256, string reason, Account who)
    {
        if (reason.Length is 0 or > MaximumReason || reason.Any(char.IsControl))
        {
            return new Refusal("bad-reason", $"a reason has 1 to {MaximumReason} printable characters", 422);
        }

        lock (_changing)
        {
            if (_newest is not { AcceptedAt: null } lost)
            {
                return new Refusal("nothing-lost", "no head proves a loss that was not accepted");
            }

            if (headSha256 != lost.HeadSha256)
            {
                return new Refusal("head-differs", "the newest proof is another head, of another loss: look at 'fleet restore status' again");
            }

            DateTime now = _time.GetUtcNow().UtcDateTime;
            LostEntries accepted = lost with { AcceptedAt = now };
            using FleetDatabase database = _source.Open();
            using var transaction = database.Database.BeginTransaction();
            AuditWriter writer = new(database);
            writer.Append(new AuditFact { Kind = "loss-accepted", Who = who, Reason = $"entries up to {lost.UpTo}, head {lost.HeadSha256}: {reason}" }, now);
            database.Update(accepted);
            database.SaveChanges();
            transaction.Commit();
            Volatile.Write(ref _newest, accepted);
            _log.Write("loss-accepted", ("by", who.Identity), ("head", lost.HeadSha256), ("reason", reason));
            return accepted;
        }
    }

    /// <summary>A device has brought a head of this database's whose entry is not here: told when it proves more than those before.</summary>
    internal void Tell(string deviceId, byte[] message, ChainHead head)
    {
        lock (_changing)
        {
            DateTime headTime = DateTimeOffset.FromUnixTimeSeconds(Math.Min(head.Time, LatestTime)).UtcDateTime;
            if (_newest is { } told && (headTime, head.Position.Sequence).CompareTo((told.HeadTime, told.UpTo)) <= 0)
            {
                return;
            }

            DateTime now = _time.GetUtcNow().UtcDateTime;
            using FleetDatabase database = _source.Open();
            using var transaction = database.Database.BeginTransaction();
            AuditWriter writer = new(database);
            LostEntries lost = new()
            {
                At = now,
                BroughtBy = deviceId,
                UpTo = head.Position.Sequence,
                AtLeast = head.Position.Sequence - LastInCommon(database, head, headTime),
                HeadTime = headTime,
                Head = message,
            };
            writer.Append(new AuditFact { Kind = RestoreWatch.Kind, Who = Account.Fleet("restore"), Reason = $"{Text(lost)}; {deviceId} brought the head" }, now);
            database.Add(lost);
            database.SaveChanges();
            transaction.Commit();
            Volatile.Write(ref _newest, lost);
            _log.Write(RestoreWatch.Kind, ("by", deviceId), ("reason", Text(lost)));
        }
    }

    private static string Text(LostEntries lost)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"entries up to {lost.UpTo} were here at {lost.HeadTime:yyyy-MM-ddTHH:mm:ssZ}, at least {lost.AtLeast} of them are not: the database is an old one");
    }

    /// <summary>
    /// The last entry that this audit and the head's can have in common: no later than before the head's, than the end, and than the end of what any
    /// restore since the head brought back.
    /// </summary>
    private static long LastInCommon(FleetDatabase database, ChainHead head, DateTime headTime)
    {
        long last = Math.Min(head.Position.Sequence - 1, AuditWriter.End(database).Sequence);
        DateTime signed = headTime.AddSeconds(1);
        return database.Set<Restored>().Where(row => row.At >= signed).Select(row => row.BackupEnd + row.DoneAgain).AsEnumerable().Append(last).Min();
    }
}
