using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>How a device that was shipped comes to work: the binding of device and tenant, and contacts.</summary>
public sealed partial class DeviceRegistry
{
    /// <summary>What is proved to be lost of the database: asked before a right is given that was not there.</summary>
    public Losses Losses { get; }

    /// <summary>
    /// Makes a device its claimant's: claimed on the owner's account, active on the device's own, the code used up, all in one transaction with
    /// the audit. There is no other way from shipped to active.
    /// </summary>
    public Outcome<Device> Bind(ProvenClaim proven)
    {
        Claim claim = proven.Claim;
        lock (_writing)
        {
            if (Find(claim.DeviceId) is not { } device)
            {
                return Refusal.UnknownDevice(claim.DeviceId);
            }

            if (Judge(device, DeviceState.Claimed, Actor.Owner) is { } refusal)
            {
                return refusal;
            }

            DateTime now = _time.GetUtcNow().UtcDateTime;
            Account who = Account.Device(device.Id, "-");
            Device claimed = Moved(device, DeviceState.Claimed, Actor.Owner, "claim " + claim.Code, now) with { Tenant = claim.Tenant, Owner = null };
            Device active = Moved(claimed, DeviceState.Active, Actor.Device, "claim " + claim.Code, now);
            using FleetDatabase database = _source.Open();
            using var transaction = database.Database.BeginTransaction();
            AuditWriter audit = new(database);
            audit.Append(Fact(device, claimed, claim.Claimant, claimed.StateReason), now);
            audit.Append(Fact(claimed, active, who, active.StateReason), now);
            database.Devices.Update(active);
            database.Update(claim with { State = ClaimState.Done, EndedAt = now });
            EndSettings(database, device, active, now);
            database.SaveChanges();
            transaction.Commit();
            _known[device.Id] = active;
            _log.Write("state", ("device", device.Id), ("from", Word(device.State)), ("to", Word(active.State)), ("actor", Word(Actor.Owner)), ("by", claim.Identity), ("reason", claimed.StateReason));
            return active;
        }
    }

    /// <summary>Does something with a device while nobody changes it, if it is still that tenant's; null, and nothing done, when it is not.</summary>
    public T? WhileOf<T>(string id, string tenant, Func<T> act)
        where T : class?
    {
        lock (_writing)
        {
            return Find(id)?.Tenant == tenant ? act() : null;
        }
    }

    private static void EndSettings(FleetDatabase database, Device before, Device after, DateTime now)
    {
        if (before.Tenant != after.Tenant)
        {
            FormerSettings.End(database, after.Id, now);
        }
    }

    /// <summary>Notes a contact. One of a claimed device makes it active; a shipped one stays so until it is claimed (<see cref="Bind"/>).</summary>
    public void Contacted(string id, string address = "-")
    {
        lock (_writing)
        {
            if (Find(id) is { State: DeviceState.Claimed })
            {
                ChangeState(id, DeviceState.Active, Account.Device(id, address), "contact");
            }

            Store(id, device => device with { LastContact = _time.GetUtcNow().UtcDateTime });
        }
    }

    private void NoteVersion(FleetDatabase database, Device device)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        FirmwareSeen? seen = database.FirmwareSeen.AsNoTracking().FirstOrDefault(f => f.DeviceId == device.Id && f.Version == device.ReportedVersion);
        if (seen is null)
        {
            database.Add(new FirmwareSeen { DeviceId = device.Id, Version = device.ReportedVersion, FirstAt = now, LastAt = now });
        }
        else
        {
            database.Update(seen with { LastAt = now });
        }
    }
}
