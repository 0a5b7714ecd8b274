using System.Diagnostics;
using DeviceFirmware.Identity;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The ends of the operational certificates that devices work under: the one that each has shown last. Certificates before it end by themselves and do
/// not count. With a broker that cannot tell certificates apart none is in use.
/// </summary>
public sealed class RenewalWatch(DatabaseSource source, TimeProvider time)
{
    /// <summary>Ends that are counted apart, days ahead.</summary>
    internal static readonly int[] Days = [1, 3, 7, 14];

    /// <summary>Counting takes at most one part in so many of a core, however often it is asked for and however large the fleet is.</summary>
    private const int Share = 20;

    /// <summary>A sixth of the longest life: half of the least that is left when a board begins to renew.</summary>
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(OperationalCertificate.MaximumLife / 6);

    private readonly Lock _counting = new();
    private RenewalCounts? _counts;
    private DateTime _countedAt;
    private TimeSpan _took;

    /// <summary>When the board begins to renew a certificate, by its own rule (<see cref="RenewalTime"/>). Null for one without an end.</summary>
    public static DateTime? DueAt(DeviceCertificate certificate)
    {
        return certificate is { Kind: CertificateKind.Ldevid, NotAfter: { } end }
            ? DateTime.UnixEpoch.AddSeconds(RenewalTime.Of(Seconds(certificate.RegisteredAt), Seconds(end), Convert.FromHexString(certificate.Sha256)))
            : null;
    }

    // A certificate begins with the second in which it is registered.
    private static long Seconds(DateTime moment) => new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)).ToUnixTimeSeconds();

    /// <summary>Devices, of a tenant or of all, that should have renewed theirs: less than a sixth of its life is left, or nothing.</summary>
    public IReadOnlyList<string> Overdue(string? tenant)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        using FleetDatabase database = source.Open();
        var ending = InUse(database, tenant, now + _late).Select(c => new { c.DeviceId, c.RegisteredAt, c.NotAfter });
        return [.. ending.AsEnumerable().Where(c => IsOverdue(c.RegisteredAt, c.NotAfter!.Value, now)).Select(c => c.DeviceId)];
    }

    /// <summary>How many end, and are overdue, now; in a large fleet as of a little before.</summary>
    public RenewalCounts Count()
    {
        lock (_counting)
        {
            DateTime now = time.GetUtcNow().UtcDateTime;
            if (_counts is null || now < _countedAt || now > _countedAt + (Share * _took))
            {
                Stopwatch watch = Stopwatch.StartNew();
                _counts = CountAt(now);
                _took = watch.Elapsed;
                _countedAt = now;
            }

            return _counts;
        }
    }

    private RenewalCounts CountAt(DateTime now)
    {
        int[] ending = new int[Days.Length];
        int overdue = 0;
        using FleetDatabase database = source.Open();
        foreach (var end in InUse(database, null, now.AddDays(Days[^1])).Select(c => new { c.RegisteredAt, c.NotAfter }))
        {
            overdue += IsOverdue(end.RegisteredAt, end.NotAfter!.Value, now) ? 1 : 0;
            for (int i = 0; i < Days.Length; i++)
            {
                ending[i] += end.NotAfter < now.AddDays(Days[i]) ? 1 : 0;
            }
        }

        return new RenewalCounts(ending, overdue);
    }

    private static bool IsOverdue(DateTime from, DateTime until, DateTime now) => until - now < (until - from) / 6;

    private static IQueryable<DeviceCertificate> InUse(FleetDatabase database, string? tenant, DateTime before)
    {
        IQueryable<Device> devices = database.Devices.AsNoTracking().Where(device => device.OperationalEndsAt < before);
        devices = tenant is null ? devices : devices.Where(device => device.Tenant == tenant);
        return devices.Join(database.Certificates.AsNoTracking(), device => device.OperationalSha256, certificate => certificate.Sha256, (_, certificate) => certificate);
    }
}

/// <summary>Operational certificates in use: how many end within each of <see cref="RenewalWatch.Days"/> or have ended, and how many should have been renewed.</summary>
public sealed record RenewalCounts(IReadOnlyList<int> Ending, int Overdue);
