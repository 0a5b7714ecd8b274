using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Changes of many devices: previewed, then confirmed by the preview's digest. What is confirmed is stored first, whole, and then written a
/// thousand devices at a time: each part is in force at once, others change theirs between two, and a server that dies does the rest when it starts.
/// </summary>
public sealed partial class DeviceRegistry
{
    /// <summary>Most devices of one change.</summary>
    public const int MaximumBulk = 200_000;

    private const int OperationDigits = 12;
    private const int SampleSize = 10;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5); // between two parts, for those who wait

    private volatile Task _calm = Task.CompletedTask;

    /// <summary>Devices that are written in one transaction.</summary>
    internal int BulkSize { get; init; } = 1000;

    /// <summary>
    /// Done while no part of a change of many devices is being written. Who would then wait for the database waits for this, and holds no thread
    /// meanwhile: thousands of devices that come back would take all of them.
    /// </summary>
    public Task Calm => _calm;

    /// <summary>Previews, rehearses or does a change. A confirmation of anything but the present preview refuses.</summary>
    public Outcome<BulkResult> Change(BulkChange change, Account who, BulkReach? reach = null)
    {
        reach ??= BulkReach.None;
        if (change.Filter.IsEmpty)
        {
            return new Refusal("empty-filter", "name a batch, a version, a tenant or a state: this changes many devices", 422);
        }

        if (change.Reason.Length is 0 or > MaximumReason - 32 || change.Reason.Any(char.IsControl))
        {
            return new Refusal("bad-reason", $"a reason has 1 to {MaximumReason - 32} printable characters", 422);
        }

        Stopwatch watch = Stopwatch.StartNew();
        (Outcome<BulkResult> judged, List<Device> changing) = Judged(change, who, reach);
        if (judged.Value is not { } result)
        {
            return judged;
        }

        if (change.Rehearse || change.Confirm.Length > 0)
        {
            if (!change.Rehearse && change.Confirm != result.Digest)
            {
                return new Refusal("preview-differs", "what was confirmed is not what would happen now: preview again");
            }

            // Who is connected loses or gains by it now, the others when they come.
            IEnumerable<Device> ordered = changing.OrderBy(device => !reach.IsConnected(device.Id));
            BulkPiece[] pieces = [.. BulkPiece.Of(change, change.Reason + Mark(result.Operation), result.Operation, who, ordered, BulkSize)];
            int done = change.Rehearse ? Write(pieces, reach, rehearse: true) : Decide(change, result.Operation, pieces, who, reach);
            result = result with { Done = !change.Rehearse, Left = changing.Count - done };
        }

        return result with { Milliseconds = watch.Elapsed.TotalMilliseconds };
    }

    private (Outcome<BulkResult> Result, List<Device> Changing) Judged(BulkChange change, Account who, BulkReach reach)
    {
        List<Device> matched = Matched(change);
        List<Device> changing = [];
        if (matched.Count > MaximumBulk)
        {
            return (new Refusal("too-many", $"the filter names more than {MaximumBulk} devices", 422), changing);
        }

        Dictionary<string, int> refused = [];
        foreach (Device device in matched)
        {
            if (Judge(device, change.Kind, who.Actor) is { } refusal)
            {
                refused[refusal.Token] = refused.GetValueOrDefault(refusal.Token) + 1;
            }
            else
            {
                changing.Add(device);
            }
        }

        string digest = Digest(change, changing);
        BulkResult result = new(
            matched.Count,
            changing.Count,
            refused,
            digest,
            digest[..OperationDigits],
            [.. changing.Take(SampleSize).Select(device => device.Id)],
            changing.Count(device => reach.IsConnected(device.Id)));
        return (result, changing);
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

    private Refusal? Judge(Device device, BulkKind kind, Actor actor)
    {
        return Target(device, kind) is { } to ? Judge(device, to, actor) : new Refusal("not-quarantined", "");
    }

    private static string Digest(BulkChange change, List<Device> changing)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{change.Kind}\n{change.Reason}\n"));
        foreach (Device device in changing)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(BulkPiece.Line(device)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // From here on it will be done, by this server or by the next.
    private int Decide(BulkChange change, string operation, BulkPiece[] pieces, Account who, BulkReach reach)
    {
        Writing(() =>
        {
            using FleetDatabase database = _source.Open();
            using var transaction = database.Database.BeginTransaction();
            database.Set<BulkPiece>().Where(row => row.Operation == operation).ExecuteDelete(); // confirmed twice at once, or interrupted before its first part
            ManyRows.Insert(database, pieces);
            transaction.Commit();
        });
        int done = Write(pieces, reach, rehearse: false);
        _log.Write(
            "bulk",
            ("kind", Word(change.Kind)),
            ("devices", done.ToString(CultureInfo.InvariantCulture)),
            ("operation", operation),
            ("by", who.Identity),
            ("reason", change.Reason));
        return done;
    }

    /// <summary>Does what a server has decided and not finished.</summary>
    private void FinishBulk()
    {
        BulkPiece[] pieces;
        using (FleetDatabase database = _source.Open())
        {
            pieces = [.. database.Set<BulkPiece>().AsNoTracking().OrderBy(piece => piece.Operation).ThenBy(piece => piece.Number)];
        }

        foreach (IGrouping<string, BulkPiece> operation in pieces.GroupBy(piece => piece.Operation))
        {
            int done = Write([.. operation], BulkReach.None, rehearse: false);
            _log.Write("bulk-finished", ("operation", operation.Key), ("devices", done.ToString(CultureInfo.InvariantCulture)), ("by", operation.First().Identity));
        }
    }

    private int Write(BulkPiece[] pieces, BulkReach reach, bool rehearse)
    {
        int done = 0;
        foreach (BulkPiece piece in pieces)
        {
            if (piece.Number > 0)
            {
                Thread.Sleep(_pause);
            }

            string[] changed = [];
            Writing(() => changed = Write(piece, rehearse));
            done += changed.Length;
            if (!rehearse && changed.Length > 0)
            {
                reach.Changed(changed);
            }
        }

        return done;
    }

    private void Writing(Action write)
    {
        lock (_writing)
        {
            TaskCompletionSource busy = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _calm = busy.Task;
            try
            {
                write();
            }
            finally
            {
                _calm = Task.CompletedTask;
                busy.SetResult();
            }
        }
    }

    private string[] Write(BulkPiece piece, bool rehearse)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        using FleetDatabase database = _source.Open();
        using var transaction = database.Database.BeginTransaction();
        AuditWriter audit = new(database);
        List<Device> before = [.. piece.Unchanged(database).Where(device => Judge(device, piece.Kind, piece.Actor) is null)];
        List<Device> changed = [.. before.Select(device => Moved(device, Target(device, piece.Kind)!.Value, piece.Actor, piece.Reason, now))];
        WriteStates(database, changed, now);
        audit.Append(changed.Select((device, i) => Fact(before[i], device, piece.Who, piece.Reason)), now);
        if (!rehearse)
        {
            database.Set<BulkPiece>().Where(row => row.Operation == piece.Operation && row.Number == piece.Number).ExecuteDelete();
            transaction.Commit();
            foreach (Device device in changed)
            {
                Forget(device.Id);
                _known[device.Id] = device;
            }
        }

        return [.. changed.Select(device => device.Id)]; // a rehearsal's transaction ends without having happened
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
