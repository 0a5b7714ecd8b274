using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>The settings that devices shall have. One process owns the database; writes are one at a time.</summary>
public sealed class SettingsStore(DatabaseSource source)
{
    private readonly Lock _writing = new();

    /// <summary>A device's settings; null when it has none.</summary>
    public DeviceSettings? Find(string deviceId)
    {
        using FleetDatabase database = source.Open();
        return database.Set<DeviceSettings>().AsNoTracking().FirstOrDefault(row => row.DeviceId == deviceId);
    }

    /// <summary>Changes a device's settings; the fact, if there is one, stands in the audit in the same transaction.</summary>
    public DeviceSettings? Change(string deviceId, Func<DeviceSettings?, DeviceSettings?> change, Func<DeviceSettings, AuditFact>? fact, DateTime now)
    {
        lock (_writing)
        {
            using FleetDatabase database = source.Open();
            using var transaction = database.Database.BeginTransaction();
            DeviceSettings? before = database.Set<DeviceSettings>().AsNoTracking().FirstOrDefault(row => row.DeviceId == deviceId);
            DeviceSettings? after = change(before);
            if (after is null)
            {
                return before;
            }

            database.Entry(after).State = before is null ? EntityState.Added : EntityState.Modified;
            if (fact is not null)
            {
                new AuditWriter(database).Append(fact(after), now);
            }

            database.SaveChanges();
            transaction.Commit();
            return after;
        }
    }
}
