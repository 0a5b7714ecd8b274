using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;
using Microsoft.Data.Sqlite;

namespace DeviceFirmware.Factory;

/// <summary>The entries of the record: a chain as firmware/SPEC.md has it under "Chain". Only added to.</summary>
public sealed class RecordChain(RecordConnection connection, TimeProvider time)
{
    /// <summary>The chain's name, as in its heads.</summary>
    public string Name => RecordProjection.Get(connection, RecordProjection.Name) ?? "";

    /// <summary>The last entry's place; before the first, the chain's start.</summary>
    public ChainPosition Position => Read("ORDER BY sequence DESC LIMIT 1").FirstOrDefault()?.Position ?? ChainPosition.Start(Name);

    /// <summary>Every entry's bytes, in order.</summary>
    public IReadOnlyList<(long Sequence, byte[] Encoded)> All() =>
        connection.Query("SELECT sequence, encoded FROM entry ORDER BY sequence", row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)));

    /// <summary>The entry of that number, or null.</summary>
    public ChainEntry? At(long sequence) => Read("WHERE sequence = $sequence", ("$sequence", sequence)).FirstOrDefault();

    /// <summary>The newest head, signed: what somebody else is to hold.</summary>
    public byte[] SignHead(HeldKey key)
    {
        ChainHead head = connection.Exclusively(() => new ChainHead(Name, Position, time.GetUtcNow().ToUnixTimeSeconds()));
        return head.Encode(key.KeyHash, key.SignHash(head.Digest(key.KeyHash)));
    }

    /// <summary>Begins the chain of that name.</summary>
    internal void Begin(string name) => AppendAfter(ChainPosition.Start(name), EntryKind.Record, EntryJson.Write(new RecordBody(name)));

    /// <summary>Adds an entry and applies it.</summary>
    internal void Append(string kind, byte[] body) => connection.Exclusively(() => AppendAfter(Position, kind, body));

    private long AppendAfter(ChainPosition last, string kind, byte[] body)
    {
        ChainEntry entry = ChainEntry.After(last, time.GetUtcNow().ToUnixTimeSeconds(), kind, body);
        connection.Execute("INSERT INTO entry (sequence, encoded) VALUES ($sequence, $encoded)", ("$sequence", entry.Sequence), ("$encoded", entry.Encoded));
        return RecordProjection.Apply(connection, kind, body) ? entry.Sequence : throw new InvalidOperationException($"an entry of kind {kind} that cannot be applied");
    }

    private IReadOnlyList<ChainEntry> Read(string clause, params (string Name, object? Value)[] parameters) =>
        connection.Query($"SELECT encoded FROM entry {clause}", Decode, parameters);

    private static ChainEntry Decode(SqliteDataReader row) =>
        ChainEntry.Decode(row.GetFieldValue<byte[]>(0), ChainEntry.MaximumBody) ?? throw ToolFailure.Refused("record-damaged", "an entry of the record is damaged: factory verify says which");
}
