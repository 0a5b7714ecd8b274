using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>Which devices are meant. What is null does not matter; everything else must fit.</summary>
public sealed record DeviceFilter
{
    private const int Few = 5000;

    /// <summary>State.</summary>
    public DeviceState? State { get; init; }

    /// <summary>Production batch.</summary>
    public string? Batch { get; init; }

    /// <summary>Tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Version that the device has reported last.</summary>
    public string? Version { get; init; }

    /// <summary>The beginning of an id; or a whole hardware id, key hash or certificate hash.</summary>
    public string? Search { get; init; }

    /// <summary>The operational certificate that the device works under ends before that moment, UTC, or has ended by itself.</summary>
    public DateTime? EndsBefore { get; init; }

    /// <summary>True when every device is meant.</summary>
    public bool IsEmpty => this == new DeviceFilter();

    /// <summary>A page of these devices, ordered by id. Each order has its index: the cost does not grow with the page's number.</summary>
    internal List<Device> Page(FleetDatabase database, string after, int limit)
    {
        if (Search is null)
        {
            IQueryable<Device> rest = Apply(database).Where(device => string.Compare(device.Id, after) > 0);
            return [.. (AreFew(database) ? rest.OrderBy(device => device.Id + "") : rest.OrderBy(device => device.Id)).Take(limit)];
        }

        // Two questions of one index each, instead of one that no index answers.
        string end = Search.Length == 0 ? "\uffff" : Search[..^1] + (char)(Search[^1] + 1);
        IQueryable<Device> from = string.CompareOrdinal(after, Search) < 0
            ? Apply(database).Where(device => string.Compare(device.Id, Search) >= 0)
            : Apply(database).Where(device => string.Compare(device.Id, after) > 0); // never both: SQLite enters its index by one of them, and not the later
        List<Device> begins = [.. from.Where(device => string.Compare(device.Id, end) < 0).OrderBy(device => device.Id).Take(limit)];
        List<Device> exact = [.. Exact(database).Where(device => string.CompareOrdinal(device.Id, after) > 0)];
        return [.. begins.Concat(exact).DistinctBy(device => device.Id).OrderBy(device => device.Id, StringComparer.Ordinal).Take(limit)];
    }

    /// <summary>The devices that fit, without what <see cref="Search"/> says.</summary>
    internal IQueryable<Device> Apply(FleetDatabase database)
    {
        IQueryable<Device> query = database.Devices.AsNoTracking();
        query = State is null ? query : query.Where(device => device.State == State);
        query = Batch is null ? query : query.Where(device => device.Batch == Batch);
        query = EndsBefore is null ? query : query.Where(device => device.OperationalEndsAt < EndsBefore);
        query = Tenant is null ? query : query.Where(device => device.Tenant == Tenant);
        return Version is null ? query : query.Where(device => device.ReportedVersion == Version);
    }

    // Ends are a range, so no index has both them and the order. Of many, a page's devices are met soon in order; few are found by their end and
    // sorted then: the sum is an order that the database cannot go by.
    private bool AreFew(FleetDatabase database)
    {
        return EndsBefore is not null && database.Devices.Where(device => device.OperationalEndsAt < EndsBefore).Take(Few + 1).Count() <= Few;
    }

    private IEnumerable<Device> Exact(FleetDatabase database)
    {
        return Apply(database).Where(device => device.HardwareId == Search).Take(100).AsEnumerable()
            .Concat(Apply(database).Where(device => device.PublicKeyHash == Search))
            .Concat(Apply(database).Where(device => device.CertificateSha256 == Search));
    }
}
