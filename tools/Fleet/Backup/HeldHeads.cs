using System.Globalization;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Every device holds the newest signed head of the audit for the fleet and gives it back. One that names an entry which is not here proves that the
/// database is an older one, whatever is missing: told as often as it proves more than before, with numbers, and never held against the device
/// that brought it. Signing is for all devices together: once a second at most.
/// </summary>
public sealed class HeldHeads
{
    /// <summary>9999-12-31T00:00:00Z: later, a second more has no name.</summary>
    private const long LatestTime = 253_402_214_400;

    private static readonly TimeSpan _signEvery = TimeSpan.FromSeconds(1);

    private readonly DatabaseSource _source;
    private readonly AuditTrail _trail;
    private readonly AuditKey _key;
    private readonly TimeProvider _time;
    private readonly DecisionLog _log;
    private readonly IReadOnlyList<P256PublicKey> _signers;
    private readonly Lock _signing = new();
    private readonly Lock _telling = new();
    private ChainPosition? _signed;
    private byte[] _head = [];
    private long _lookedAt;
    private LostEntries? _lost;

    /// <summary>Gives and takes heads of the audit of a database.</summary>
    public HeldHeads(DatabaseSource source, AuditTrail trail, AuditKey key, TimeProvider time, DecisionLog log)
    {
        _source = source;
        _trail = trail;
        _key = key;
        _time = time;
        _log = log;
        _signers = AuditSigner.Include(source, key.PublicKey, time.GetUtcNow().UtcDateTime);
        using FleetDatabase database = source.Open();
        _lost = LostEntries.Newest(database);
    }

    /// <summary>How many entries are known to be missing, at least; 0 when nothing says so.</summary>
    public long Lost => Volatile.Read(ref _lost)?.AtLeast ?? 0;

    /// <summary>The head for a device, at most a second old: the same bytes until the audit goes on.</summary>
    public byte[] Give()
    {
        lock (_signing)
        {
            if (_signed is not null && _time.GetElapsedTime(_lookedAt) < _signEvery)
            {
                return _head;
            }

            ChainPosition end = _trail.End();
            _lookedAt = _time.GetTimestamp();
            if (!end.IsSameAs(_signed))
            {
                _head = _key.Sign(end, _time.GetUtcNow().UtcDateTime);
                _signed = end;
            }

            return _head;
        }
    }

    /// <summary>A device gives back what it held; empty for nothing.</summary>
    public HeadVerdict TakeBack(string deviceId, byte[] message)
    {
        if (message.Length == 0)
        {
            return HeadVerdict.NotEvaluated;
        }

        ReturnedHead returned = ReturnedHead.Check(message, _signers, _trail.Has);
        if (returned.Verdict == HeadVerdict.Missing)
        {
            Tell(deviceId, message, returned.Head!);
        }
        else if (returned.Verdict != HeadVerdict.Kept)
        {
            _log.Write("head-refused", ("device", deviceId), ("token", Word(returned.Verdict)));
        }

        return returned.Verdict;
    }

    private void Tell(string deviceId, byte[] message, ChainHead head)
    {
        lock (_telling)
        {
            DateTime headTime = Utc(head.Time);
            if (_lost is { } told && (headTime, head.Position.Sequence).CompareTo((told.HeadTime, told.UpTo)) <= 0)
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
            string text = string.Create(
                CultureInfo.InvariantCulture,
                $"entries up to {lost.UpTo} were here at {headTime:yyyy-MM-ddTHH:mm:ssZ}, at least {lost.AtLeast} of them are not: the database is an old one");
            writer.Append(new AuditFact { Kind = RestoreWatch.Kind, Who = Account.Fleet("restore"), Reason = $"{text}; {deviceId} brought the head" }, now);
            database.Add(lost);
            database.SaveChanges();
            transaction.Commit();
            Volatile.Write(ref _lost, lost);
            _log.Write(RestoreWatch.Kind, ("by", deviceId), ("reason", text));
        }
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

    private static DateTime Utc(long seconds) => DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, LatestTime)).UtcDateTime;

    private static string Word(HeadVerdict verdict)
    {
        return verdict switch
        {
            HeadVerdict.OtherKey => "other-key",
            HeadVerdict.BadSignature => "head-signature",
            HeadVerdict.OtherChain => "other-chain",
            _ => "malformed",
        };
    }
}
