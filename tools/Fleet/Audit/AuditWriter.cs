using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Ledger;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>What happened, for the audit.</summary>
public sealed record AuditFact
{
    /// <summary>What: a name of at most 32 characters <c>a-z 0-9 -</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>On whose account.</summary>
    public required Account Who { get; init; }

    /// <summary>Which device; empty when it is about none.</summary>
    public string Device { get; init; } = "";

    /// <summary>Whose device; empty when it is nobody's.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>State before.</summary>
    public DeviceState? From { get; init; }

    /// <summary>State after.</summary>
    public DeviceState? To { get; init; }

    /// <summary>Why, in somebody's words: stands outside the chain.</summary>
    public required string Reason { get; init; }
}

/// <summary>
/// Appends to the audit in the transaction of what it tells of: neither is there without the other. Begin the transaction first; it excludes
/// every other writer, of other processes too.
/// </summary>
internal sealed class AuditWriter
{
    private const long ChainLock = 0x44_46_61_75_64_69_74;

    private readonly FleetDatabase _database;
    private ChainPosition _last;

    public AuditWriter(FleetDatabase database)
    {
        if (database.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("the audit is written inside a transaction only");
        }

        _database = database;
        if (database.Database.IsNpgsql())
        {
            database.Database.ExecuteSql($"SELECT pg_advisory_xact_lock({ChainLock})");
        }

        _last = End(database);
    }

    /// <summary>Where the chain ends.</summary>
    public static ChainPosition End(FleetDatabase database)
    {
        AuditRow? last = database.Set<AuditRow>().AsNoTracking().OrderByDescending(row => row.Sequence).FirstOrDefault();
        return last is null ? ChainPosition.Start(AuditKey.Chain) : new ChainPosition(last.Sequence, SHA256.HashData(last.Encoded));
    }

    /// <summary>Appends one entry, with the session's next saving.</summary>
    public void Append(AuditFact fact, DateTime at)
    {
        (AuditRow row, AuditDetail detail) = Next(fact, at);
        _database.Add(row);
        _database.Add(detail);
    }

    /// <summary>Appends very many, at once.</summary>
    public void Append(IEnumerable<AuditFact> facts, DateTime at)
    {
        (AuditRow Row, AuditDetail Detail)[] entries = [.. facts.Select(fact => Next(fact, at))];
        ManyRows.Insert(_database, [.. entries.Select(entry => entry.Row)]);
        ManyRows.Insert(_database, [.. entries.Select(entry => entry.Detail)]);
    }

    /// <summary>What the chain says of fields that stand outside it.</summary>
    public static byte[] Commitment(byte[] salt, string fields)
    {
        return SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(fields)]);
    }

    private (AuditRow Row, AuditDetail Detail) Next(AuditFact fact, DateTime at)
    {
        byte[] reference = RandomNumberGenerator.GetBytes(16);
        byte[] salt = RandomNumberGenerator.GetBytes(32);
        string fields = JsonSerializer.Serialize(new Dictionary<string, string> { ["address"] = fact.Who.Address, ["reason"] = fact.Reason });
        AuditBody body = new(
            DeviceRegistry.Word(fact.Who.Actor),
            fact.Who.Identity,
            fact.Device,
            fact.From is null ? "" : DeviceRegistry.Word(fact.From),
            fact.To is null ? "" : DeviceRegistry.Word(fact.To),
            reference,
            Commitment(salt, fields));
        ChainEntry entry = ChainEntry.After(_last, new DateTimeOffset(at).ToUnixTimeSeconds(), fact.Kind, body.Encode());
        _last = entry.Position;
        return (
            new AuditRow { Sequence = entry.Sequence, At = at, DeviceId = fact.Device, Tenant = fact.Tenant, Encoded = entry.Encoded },
            new AuditDetail { Reference = Convert.ToHexStringLower(reference), DeviceId = fact.Device, Salt = salt, Fields = fields });
    }
}
