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

    /// <summary>A sixth of the longest life: half of the least that is left when a board begins to renew.</summary>
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(OperationalCertificate.MaximumLife / 6);

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
        return [.. ending.AsEnumerable().Where(c => c.NotAfter!.Value - now < (c.NotAfter.Value - c.RegisteredAt) / 6).Select(c => c.DeviceId)];
    }

    /// <summary>How many end before that moment, those that have ended among them.</summary>
    public int EndingBefore(DateTime moment)
    {
        using FleetDatabase database = source.Open();
        return InUse(database, null, moment).Count();
    }

    /// <summary>How many end within so many days from now, those that have ended among them.</summary>
    public int EndingWithin(int days)
    {
        return EndingBefore(time.GetUtcNow().UtcDateTime.AddDays(days));
    }

    private static IQueryable<DeviceCertificate> InUse(FleetDatabase database, string? tenant, DateTime before)
    {
        IQueryable<Device> devices = database.Devices.AsNoTracking()
            .Where(device => device.State != DeviceState.Retired && device.State != DeviceState.Revoked && device.OperationalSha256 != "");
        devices = tenant is null ? devices : devices.Where(device => device.Tenant == tenant);
        return devices.Join(database.Certificates.AsNoTracking(), device => device.OperationalSha256, certificate => certificate.Sha256, (_, certificate) => certificate)
            .Where(c => c.EndedAt == null && c.NotAfter != null && c.NotAfter < before);
    }
}
