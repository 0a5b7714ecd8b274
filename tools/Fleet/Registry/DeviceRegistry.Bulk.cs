using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>Changes of many devices: previewed, then confirmed by the preview's digest, all or none.</summary>
public sealed partial class DeviceRegistry
{
    /// <summary>Most devices of one change.</summary>
    public const int MaximumBulk = 200_000;

    private const int OperationDigits = 12;
    private const int SampleSize = 10;
    private const int Chunk = 1000;

    private volatile Task _calm = Task.CompletedTask;

    /// <summary>
    /// Done while no change of many devices is being written. Who would then wait for the database waits for this, and holds no thread meanwhile:
    /// thousands of devices that come back would take all of them.
    /// </summary>
    public Task Calm => _calm;

    /// <summary>Previews, rehearses or does a change. A confirmation of anything but the present preview refuses.</summary>
    public Outcome<BulkResult> Change(BulkChange change, Account who)
    {
        if (change.Filter.IsEmpty)
        {
            return new Refusal("empty-filter", "name a batch, a version, a tenant or a state: this changes many devices", 422);
        }

        if (change.Reason.Length is 0 or > MaximumReason - 32 || change.Reason.Any(char.IsControl))
        {
            return new Refusal("bad-reason", $"a reason has 1 to {MaximumReason - 32} printable characters", 422);
        }

        if (!change.Rehearse && change.Confirm.Length == 0)
        {
            return Judged(change, who).Result; // reads, and keeps nobody waiting
        }

        lock (_writing)
        {
            TaskCompletionSource busy = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _calm = busy.Task;
            try
            {
                return Done(change, who);
            }
            finally
            {
                _calm = Task.CompletedTask;
                busy.SetResult();
            }
        }
    }

    private Outcome<BulkResult> Done(BulkChange change, Account who)
    {
        Stopwatch watch = Stopwatch.StartNew();
        (Outcome<BulkResult> judged, List<(Device Before, DeviceState To)> changing) = Judged(change, who);
        if (judged.Value is not { } result)
        {
            return judged;
        }

        if (!change.Rehearse && change.Confirm != result.Digest)
        {
            return new Refusal("preview-differs", "what was confirmed is not what would happen now: preview again");
        }

        Write(change, changing, who, result.Operation);
        return result with { Done = !change.Rehearse, Milliseconds = watch.Elapsed.TotalMilliseconds };
    }

    private (Outcome<BulkResult> Result, List<(Device Before, DeviceState To)> Changing) Judged(BulkChange change, Account who)
    {
        Stopwatch watch = Stopwatch.StartNew();
        List<Device> matched = Matched(change);
        List<(Device Before, DeviceState To)> changing = [];
        if (matched.Count > MaximumBulk)
        {
            return (new Refusal("too-many", $"the filter names more than {MaximumBulk} devices", 422), changing);
        }

        Dictionary<string, int> refused = [];
        foreach (Device device in matched)
        {
            DeviceState? to = Target(device, change.Kind);
            Refusal? refusal = to is null ? new Refusal("not-quarantined", "") : Judge(device, to.Value, who.Actor);
            if (refusal is null)
            {
                changing.Add((device, to!.Value));
            }
            else
            {
                refused[refusal.Token] = refused.GetValueOrDefault(refusal.Token) + 1;
            }
        }

        string digest = Digest(change, changing);
        BulkResult result = new(
            matched.Count, changing.Count, refused, digest, digest[..OperationDigits], false, [.. changing.Take(SampleSize).Select(pair => pair.Before.Id)], 0)
        {
            Ids = [.. changing.Select(pair => pair.Before.Id)],
        };
        return (result with { Milliseconds = watch.Elapsed.TotalMilliseconds }, changing);
    }

    private List<Device> Matched(BulkChange change)
    {
        using FleetDatabase database = _source.Open();
        IQueryable<Device> query = change.Filter.Apply(database);
        if (change.Operation.Length > 0)
        {
            string mark = Mark(change.Operation);
            query = query.Where(device => device.StateReason.EndsWith(mark));
        }

        return [.. query.OrderBy(device => device.Id).Take(MaximumBulk + 1)];
    }

    private static DeviceState? Target(Device device, BulkKind kind)
    {
        return kind switch
        {
            BulkKind.Quarantine => DeviceState.Quarantined,
            BulkKind.Revoke => DeviceState.Revoked,
            _ => device.StateBefore,
        };
    }

    private static string Mark(string operation)
    {
        return $" [{operation}]";
    }

    private static string Digest(BulkChange change, List<(Device Before, DeviceState To)> changing)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{change.Kind}\n{change.Reason}\n"));
        foreach ((Device before, DeviceState to) in changing)
        {
            hash.AppendData(Encoding.ASCII.GetBytes($"{before.Id} {before.State} {before.StateAt?.Ticks} {to}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Write(BulkChange change, List<(Device Before, DeviceState To)> changing, Account who, string operation)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        string reason = change.Reason + Mark(operation);
        List<Device> changed = [.. changing.Select(pair => Moved(pair.Before, pair.To, who.Actor, reason, now))];
        using FleetDatabase database = _source.Open();
        using var transaction = database.Database.BeginTransaction();
        AuditWriter audit = new(database);
        for (int begin = 0; begin < changed.Count; begin += Chunk)
        {
            List<Device> some = changed.GetRange(begin, Math.Min(Chunk, changed.Count - begin));
            WriteStates(database, some, now);
            audit.Append(some.Select((device, i) => Fact(changing[begin + i].Before, device, who, reason)), now);
        }

        if (change.Rehearse)
        {
            return; // the transaction ends without having happened
        }

        transaction.Commit();
        foreach (Device device in changed)
        {
            Forget(device.Id);
            _known[device.Id] = device;
        }

        _log.Write(
            "bulk",
            ("kind", Word(change.Kind)),
            ("devices", changed.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("operation", operation),
            ("by", who.Identity),
            ("reason", change.Reason));
    }

    // Only what Moved changes here: a device that somebody gives up is none of the bulk kinds. One statement instead of one a device.
    private static void WriteStates(FleetDatabase database, List<Device> changed, DateTime now)
    {
        foreach (IGrouping<(DeviceState State, DeviceState? Before), Device> alike in changed.GroupBy(device => (device.State, device.StateBefore)))
        {
            string[] ids = [.. alike.Select(device => device.Id)];
            Device first = alike.First();
            database.Devices.Where(device => ids.Contains(device.Id)).ExecuteUpdate(set => set
                .SetProperty(device => device.State, first.State)
                .SetProperty(device => device.StateBefore, first.StateBefore)
                .SetProperty(device => device.StateReason, first.StateReason)
                .SetProperty(device => device.StateActor, first.StateActor)
                .SetProperty(device => device.StateAt, first.StateAt));
            if (!PolicyTable.MayConnect(first.State))
            {
                database.Devices.Where(device => ids.Contains(device.Id)).ExecuteUpdate(set => set.SetProperty(device => device.OperationalEndsAt, (DateTime?)null));
                EndLocals(database, ids, Word(first.State), now);
            }
        }
    }
}
