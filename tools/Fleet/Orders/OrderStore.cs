using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>The orders that are carried. One process owns the database; writes are one at a time.</summary>
public sealed class OrderStore(DatabaseSource source)
{
    private readonly Lock _writing = new();

    /// <summary>Keeps an order; one that is there already counts as not answered.</summary>
    public void Put(SentOrder order)
    {
        lock (_writing)
        {
            using FleetDatabase database = source.Open();
            bool known = database.Set<SentOrder>().Any(row => row.DeviceId == order.DeviceId && row.Sha256 == order.Sha256);
            database.Entry(order).State = known ? EntityState.Modified : EntityState.Added;
            database.SaveChanges();
        }
    }

    /// <summary>The order of that hash, or null.</summary>
    public SentOrder? Find(string deviceId, string sha256)
    {
        using FleetDatabase database = source.Open();
        return database.Set<SentOrder>().AsNoTracking().FirstOrDefault(row => row.DeviceId == deviceId && row.Sha256 == sha256);
    }

    /// <summary>A device's orders, by their numbers; the last so many.</summary>
    public IReadOnlyList<SentOrder> Of(string deviceId, int limit)
    {
        using FleetDatabase database = source.Open();
        List<SentOrder> last = [.. database.Set<SentOrder>().AsNoTracking().Where(row => row.DeviceId == deviceId).OrderByDescending(row => row.Sequence).Take(limit)];
        last.Reverse();
        return last;
    }

    /// <summary>The newest order to update a device to that image, or null.</summary>
    public SentOrder? ForImage(string deviceId, string image)
    {
        using FleetDatabase database = source.Open();
        return database.Set<SentOrder>().AsNoTracking().Where(row => row.DeviceId == deviceId && row.Image == image)
            .OrderByDescending(row => row.Sequence).FirstOrDefault();
    }
}
