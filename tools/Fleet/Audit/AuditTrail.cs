using System.Text.Json;
using DeviceFirmware.Ledger;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>The audit: appended to, read, verified, and its personal fields erased. One chain of the project's one format.</summary>
public sealed class AuditTrail(DatabaseSource source, TimeProvider time)
{
    private const int Batch = 1000;

    /// <summary>Appends a fact that changes nothing else.</summary>
    public void Append(AuditFact fact)
    {
        using FleetDatabase database = source.Open();
        using var transaction = database.Database.BeginTransaction();
        new AuditWriter(database).Append(fact, time.GetUtcNow().UtcDateTime);
        database.SaveChanges();
        transaction.Commit();
    }

    /// <summary>A page of the audit; of a device, or of a tenant, where one is given.</summary>
    public IReadOnlyList<AuditEntry> List(long after, int limit, string? deviceId, string? tenant)
    {
        using FleetDatabase database = source.Open();
        IQueryable<AuditRow> query = database.Set<AuditRow>().AsNoTracking().Where(row => row.Sequence > after);
        query = deviceId is null ? query : query.Where(row => row.DeviceId == deviceId);
        query = tenant is null ? query : query.Where(row => row.Tenant == tenant);
        List<AuditRow> rows = [.. query.OrderBy(row => row.Sequence).Take(limit)];
        List<(AuditRow Row, ChainEntry Entry, AuditBody Body)> read = [.. rows.Select(row =>
        {
            ChainEntry entry = ChainEntry.Decode(row.Encoded, AuditBody.MaximumBytes) ?? throw new InvalidDataException($"audit entry {row.Sequence} is malformed");
            return (row, entry, AuditBody.Decode(entry.Body) ?? throw new InvalidDataException($"audit entry {row.Sequence} is malformed"));
        })];
        Dictionary<string, AuditDetail> details = Details(database, [.. read.Select(item => Convert.ToHexStringLower(item.Body.Reference))]);
        return [.. read.Select(item => Show(item.Row, item.Entry, item.Body, details.GetValueOrDefault(Convert.ToHexStringLower(item.Body.Reference))))];
    }

    /// <summary>The entries' bytes from a number on, in order.</summary>
    public IEnumerable<byte[]> Entries(long after)
    {
        while (true)
        {
            using FleetDatabase database = source.Open();
            List<AuditRow> rows = [.. database.Set<AuditRow>().AsNoTracking().Where(row => row.Sequence > after).OrderBy(row => row.Sequence).Take(Batch)];
            foreach (AuditRow row in rows)
            {
                yield return row.Encoded;
            }

            if (rows.Count < Batch)
            {
                yield break;
            }

            after = rows[^1].Sequence;
        }
    }

    /// <summary>Where it ends.</summary>
    public ChainPosition End()
    {
        using FleetDatabase database = source.Open();
        return AuditWriter.End(database);
    }

    /// <summary>True when the audit has this entry, and it says this.</summary>
    public bool Has(ChainPosition position)
    {
        if (position.Sequence == 0)
        {
            return position.IsSameAs(ChainPosition.Start(AuditKey.Chain));
        }

        using FleetDatabase database = source.Open();
        byte[]? encoded = database.Set<AuditRow>().AsNoTracking().Where(row => row.Sequence == position.Sequence).Select(row => row.Encoded).FirstOrDefault();
        return encoded is not null && System.Security.Cryptography.SHA256.HashData(encoded).AsSpan().SequenceEqual(position.Hash);
    }

    /// <summary>A signed head of now.</summary>
    public byte[] Head(AuditKey key)
    {
        return key.Sign(End(), time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Erases reason and address of every entry about a device. The chain stays as it is, and valid.</summary>
    public int Erase(string deviceId, Account who)
    {
        using FleetDatabase database = source.Open();
        using var transaction = database.Database.BeginTransaction();
        int erased = database.Set<AuditDetail>().Where(detail => detail.DeviceId == deviceId).ExecuteDelete();
        new AuditWriter(database).Append(
            new AuditFact { Kind = "details-erased", Who = who, Device = deviceId, Reason = "" }, time.GetUtcNow().UtcDateTime);
        database.SaveChanges();
        transaction.Commit();
        return erased;
    }

    /// <summary>The first entry whose outside fields are not those that the chain promised; null when all that are here are.</summary>
    public string? WrongDetail()
    {
        using FleetDatabase database = source.Open();
        foreach (byte[][] some in Entries(0).Chunk(Batch))
        {
            List<(ChainEntry Entry, AuditBody Body, string Reference)> read = [];
            foreach (byte[] encoded in some)
            {
                ChainEntry? entry = ChainEntry.Decode(encoded, AuditBody.MaximumBytes);
                if (entry is null || AuditBody.Decode(entry.Body) is not { } body)
                {
                    return "an entry is malformed";
                }

                read.Add((entry, body, Convert.ToHexStringLower(body.Reference)));
            }

            Dictionary<string, AuditDetail> details = Details(database, [.. read.Select(item => item.Reference)]);
            foreach ((ChainEntry entry, AuditBody body, string reference) in read)
            {
                if (details.TryGetValue(reference, out AuditDetail? detail) && !AuditWriter.Commitment(detail.Salt, detail.Fields).AsSpan().SequenceEqual(body.Commitment))
                {
                    return $"reason or address of entry {entry.Sequence} was changed";
                }
            }
        }

        return null;
    }

    /// <summary>Takes the rows of before into the chain, once.</summary>
    internal void AdoptFormer()
    {
        using FleetDatabase database = source.Open();
        if (!database.Set<FormerAuditEntry>().Any())
        {
            return;
        }

        using var transaction = database.Database.BeginTransaction();
        AuditWriter writer = new(database);
        foreach (FormerAuditEntry row in database.Set<FormerAuditEntry>().AsNoTracking().OrderBy(row => row.Number))
        {
            writer.Append(
                new AuditFact { Kind = "adopted", Who = row.Actor, Device = row.DeviceId, From = row.From, To = row.To, Reason = row.Reason }, row.At);
        }

        database.SaveChanges();
        database.Set<FormerAuditEntry>().ExecuteDelete();
        transaction.Commit();
    }

    private static Dictionary<string, AuditDetail> Details(FleetDatabase database, List<string> references)
    {
        return database.Set<AuditDetail>().AsNoTracking().Where(detail => references.Contains(detail.Reference)).ToDictionary(detail => detail.Reference);
    }

    private static AuditEntry Show(AuditRow row, ChainEntry entry, AuditBody body, AuditDetail? detail)
    {
        Dictionary<string, string>? fields = detail is null ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(detail.Fields);
        return new AuditEntry
        {
            Number = entry.Sequence,
            At = row.At,
            Kind = entry.Kind,
            DeviceId = body.Device,
            Actor = Enum.Parse<Actor>(body.Actor, ignoreCase: true),
            Identity = body.Identity,
            Address = fields?.GetValueOrDefault("address"),
            From = body.From.Length == 0 ? null : Enum.Parse<DeviceState>(body.From, ignoreCase: true),
            To = body.To.Length == 0 ? null : Enum.Parse<DeviceState>(body.To, ignoreCase: true),
            Reason = fields?.GetValueOrDefault("reason"),
        };
    }
}
