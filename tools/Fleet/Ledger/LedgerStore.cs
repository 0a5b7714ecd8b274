using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>The ledgers held. One process owns the database; writes are one at a time.</summary>
public sealed class LedgerStore(DatabaseSource source)
{
    private readonly Lock _writing = new();

    /// <summary>How far a chain is held, or null.</summary>
    public HeldLedger? Find(string chain)
    {
        using FleetDatabase database = source.Open();
        return database.Set<HeldLedger>().AsNoTracking().FirstOrDefault(row => row.Chain == chain);
    }

    /// <summary>The entry or checkpoint of that number, or null.</summary>
    public HeldEntry? Entry(string chain, long sequence)
    {
        using FleetDatabase database = source.Open();
        return database.Set<HeldEntry>().AsNoTracking().FirstOrDefault(row => row.Chain == chain && row.Sequence == sequence);
    }

    /// <summary>Entries and checkpoints after a number, in order; at most so many.</summary>
    public IReadOnlyList<HeldEntry> Entries(string chain, long after, int limit)
    {
        using FleetDatabase database = source.Open();
        return [.. database.Set<HeldEntry>().AsNoTracking().Where(row => row.Chain == chain && row.Sequence > after).OrderBy(row => row.Sequence).Take(limit)];
    }

    /// <summary>The receipt of an identity key, or null.</summary>
    public HeldReceipt? Receipt(string publicKeyHash)
    {
        using FleetDatabase database = source.Open();
        return database.Set<HeldReceipt>().AsNoTracking().FirstOrDefault(row => row.PublicKeyHash == publicKeyHash);
    }

    /// <summary>Keeps a receipt; the first one of a key stays.</summary>
    public void Keep(HeldReceipt receipt)
    {
        lock (_writing)
        {
            using FleetDatabase database = source.Open();
            if (!database.Set<HeldReceipt>().Any(row => row.PublicKeyHash == receipt.PublicKeyHash))
            {
                database.Add(receipt);
                database.SaveChanges();
            }
        }
    }

    /// <summary>Keeps where a ledger stands now, and what is new of it; both or neither.</summary>
    public void Put(HeldLedger ledger, IReadOnlyList<HeldEntry> entries)
    {
        lock (_writing)
        {
            using FleetDatabase database = source.Open();
            bool known = database.Set<HeldLedger>().Any(row => row.Chain == ledger.Chain);
            database.Entry(ledger).State = known ? EntityState.Modified : EntityState.Added;
            database.AddRange(entries);
            database.SaveChanges();
        }
    }
}
