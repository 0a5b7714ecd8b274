using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Keeps every denial of the log in the database, in its order, some at a time, within half a second. A flood fills neither memory nor disk:
/// of more than wait, the newest are counted instead, and of more than are kept, the oldest go.
/// </summary>
public sealed class DenialStore : IAsyncDisposable
{
    /// <summary>Most denials that are kept.</summary>
    public const int Kept = 1_000_000;

    private const int Waiting = 20_000;
    private const int Batch = 500;

    private readonly Channel<Denial> _waiting = Channel.CreateBounded<Denial>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait });
    private readonly DatabaseSource _source;
    private readonly DecisionLog _log;
    private readonly int _kept;
    private readonly Task _writing;
    private long _lost;

    /// <summary>Keeps the denials of a log.</summary>
    public DenialStore(DatabaseSource source, DecisionLog log, int kept = Kept)
    {
        _source = source;
        _log = log;
        _kept = kept;
        log.Written += Take;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>A page of what was kept; of one identity, where one is given.</summary>
    public IReadOnlyList<Denial> List(long after, int limit, string? identity)
    {
        using FleetDatabase database = _source.Open();
        IQueryable<Denial> query = database.Set<Denial>().AsNoTracking().Where(denial => denial.Number > after);
        query = identity is null ? query : query.Where(denial => denial.Identity == identity);
        return [.. query.OrderBy(denial => denial.Number).Take(limit)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _log.Written -= Take;
        _waiting.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private void Take(LogEntry entry)
    {
        if (entry.Event != "denied")
        {
            return;
        }

        string identity = new[] { "device", "key", "subject" }.Select(entry.Field).FirstOrDefault(value => value.Length > 0) ?? "-";
        Denial denial = new()
        {
            At = entry.At,
            Action = entry.Field("action"),
            Identity = identity,
            Address = entry.Field("address"),
            Resource = entry.Field("resource"),
            Token = entry.Field("token"),
            Statement = entry.Field("statement"),
            Reason = entry.Field("reason"),
        };
        if (!_waiting.Writer.TryWrite(denial))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    private async Task WriteAsync()
    {
        List<Denial> batch = [];
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (batch.Count < Batch && _waiting.Reader.TryRead(out Denial? denial))
            {
                batch.Add(denial);
            }

            try
            {
                Keep(batch);
            }
            catch (Exception failure) when (failure is System.Data.Common.DbException or DbUpdateException)
            {
                Interlocked.Add(ref _lost, batch.Count);
            }

            batch.Clear();
            if (Interlocked.Exchange(ref _lost, 0) is > 0 and long lost)
            {
                _log.Write("denials-lost", ("count", lost.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("reason", "more came than could be kept"));
            }
        }
    }

    // PostgreSQL has no text with a NUL in it.
    private static string Clean(string text)
    {
        return text.Replace("\0", "\\0", StringComparison.Ordinal);
    }

    private void Keep(List<Denial> batch)
    {
        using FleetDatabase database = _source.Open();
        database.AddRange(batch.Select(denial => denial with { Identity = Clean(denial.Identity), Resource = Clean(denial.Resource), Reason = Clean(denial.Reason) }));
        database.SaveChanges();
        long last = database.Set<Denial>().Max(denial => denial.Number);
        if (last / Batch != (last - batch.Count) / Batch)
        {
            database.Set<Denial>().Where(denial => denial.Number <= last - _kept).ExecuteDelete();
        }
    }
}
