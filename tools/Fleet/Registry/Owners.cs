using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>Owners of devices: noted, exported, and erased without a hole in the audit.</summary>
public sealed class Owners(DatabaseSource source, DeviceRegistry registry, TimeProvider time)
{
    private const int MaximumText = 128;

    /// <summary>Notes the owner of a device.</summary>
    public Outcome<Owner> Set(Device device, string name, string contact, Account who)
    {
        if (new[] { name, contact }.Any(text => text.Length is 0 or > MaximumText || text.Any(char.IsControl)))
        {
            return new Refusal("bad-owner", $"name and contact have 1 to {MaximumText} printable characters", 422);
        }

        Owner owner = new()
        {
            Reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Name = name,
            Contact = contact,
            Tenant = device.Tenant,
            CreatedAt = time.GetUtcNow().UtcDateTime,
        };
        using (FleetDatabase database = source.Open())
        {
            database.Add(owner);
            database.SaveChanges();
        }

        registry.Store(device.Id, known => known with { Owner = owner.Reference });
        registry.Trail.Append(new AuditFact { Kind = "owner", Who = who, Device = device.Id, Tenant = device.Tenant, Reason = owner.Reference });
        return owner;
    }

    /// <summary>Everything about an owner; of one tenant, where one is given.</summary>
    public Outcome<OwnerExport> Export(string reference, string? tenant)
    {
        using FleetDatabase database = source.Open();
        if (database.Set<Owner>().AsNoTracking().FirstOrDefault(row => row.Reference == reference) is not { } owner || (tenant is not null && owner.Tenant != tenant))
        {
            return new Refusal("unknown-owner", "there is no such owner", 404);
        }

        List<string> devices = Devices(database, reference);
        return new OwnerExport(owner, devices, [.. devices.SelectMany(device => registry.Audit(0, 1000, device))]);
    }

    /// <summary>Erases an owner: name, contact, and reasons and addresses in the audit of the owner's devices. The devices stay.</summary>
    public Outcome<OwnerExport> Erase(string reference, string? tenant, Account who)
    {
        Outcome<OwnerExport> known = Export(reference, tenant);
        if (known.Value is not { } export)
        {
            return known;
        }

        using FleetDatabase database = source.Open();
        database.Set<Owner>().Where(row => row.Reference == reference).ExecuteDelete();
        foreach (string device in export.Devices)
        {
            registry.Store(device, row => row with { Owner = null });
            registry.Trail.Erase(device, who);
        }

        return known;
    }

    private static List<string> Devices(FleetDatabase database, string reference)
    {
        return [.. database.Devices.AsNoTracking().Where(device => device.Owner == reference).Select(device => device.Id).OrderBy(id => id)];
    }
}
