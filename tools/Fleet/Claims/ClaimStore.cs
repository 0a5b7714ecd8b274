using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>The claims. One process owns the database; writes are one at a time.</summary>
public sealed class ClaimStore(DatabaseSource source)
{
    private readonly Lock _writing = new();

    /// <summary>
    /// Keeps a claim. False when another of the same device is open: then that one is cancelled and this one kept as cancelled. Each is in the
    /// audit in the same transaction.
    /// </summary>
    public bool Add(Claim claim, DateTime now)
    {
        lock (_writing)
        {
            using FleetDatabase database = source.Open();
            using var transaction = database.Database.BeginTransaction();
            AuditWriter audit = new(database);
            Claim[] open = [.. OpenOf(database, claim.DeviceId, now)];
            foreach (Claim other in open)
            {
                database.Update(Ended(other, now));
                audit.Append(Fact("claim-cancelled", other, "claimed by another, too"), now);
            }

            database.Add(open.Length == 0 ? claim : Ended(claim, now));
            audit.Append(Fact(open.Length == 0 ? "claim-opened" : "claim-cancelled", claim, open.Length == 0 ? "" : "claimed by another already"), now);
            database.SaveChanges();
            transaction.Commit();
            return open.Length == 0;
        }
    }

    /// <summary>Calls a claim off.</summary>
    public Claim Cancel(Claim claim, DateTime now)
    {
        lock (_writing)
        {
            using FleetDatabase database = source.Open();
            using var transaction = database.Database.BeginTransaction();
            Claim ended = Ended(claim, now);
            database.Update(ended);
            new AuditWriter(database).Append(Fact("claim-cancelled", claim, "called off"), now);
            database.SaveChanges();
            transaction.Commit();
            return ended;
        }
    }

    /// <summary>The claim of that code, or null.</summary>
    public Claim? Find(string code)
    {
        using FleetDatabase database = source.Open();
        return database.Set<Claim>().AsNoTracking().FirstOrDefault(claim => claim.Code == code);
    }

    /// <summary>A device's open claims: one, or none.</summary>
    public IReadOnlyList<Claim> Open(string deviceId, DateTime now)
    {
        using FleetDatabase database = source.Open();
        return [.. OpenOf(database, deviceId, now)];
    }

    private static List<Claim> OpenOf(FleetDatabase database, string deviceId, DateTime now)
    {
        return [.. database.Set<Claim>().AsNoTracking().Where(claim => claim.DeviceId == deviceId && claim.State == ClaimState.Open && claim.ExpiresAt > now)];
    }

    private static Claim Ended(Claim claim, DateTime now)
    {
        return claim with { State = ClaimState.Cancelled, EndedAt = now };
    }

    private static AuditFact Fact(string kind, Claim claim, string reason)
    {
        return new AuditFact { Kind = kind, Who = claim.Claimant, Device = claim.DeviceId, Tenant = claim.Tenant, Reason = reason.Length == 0 ? claim.Code : $"{claim.Code}: {reason}" };
    }
}
