using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>Operational certificates: issued, shown, ended. What the broker asks at each message comes from memory.</summary>
public sealed partial class DeviceRegistry
{
    /// <summary>For so long after its end a certificate is still told apart from one that never was.</summary>
    private static readonly TimeSpan _remembered = TimeSpan.FromDays(60);

    private readonly ConcurrentDictionary<string, IReadOnlyList<DeviceCertificate>> _locals = new(StringComparer.Ordinal);
    private readonly Lock _keeping = new();
    private long _forgotten;

    /// <summary>The certificates that a device has had, oldest first.</summary>
    public IReadOnlyList<DeviceCertificate> Certificates(string id)
    {
        using FleetDatabase database = _source.Open();
        return [.. database.Certificates.AsNoTracking().Where(c => c.DeviceId == id).OrderBy(c => c.RegisteredAt).ThenBy(c => c.Sha256)];
    }

    /// <summary>The operational certificates of a device, those that ended long ago aside.</summary>
    public IReadOnlyList<DeviceCertificate> Locals(string id)
    {
        if (_locals.TryGetValue(id, out IReadOnlyList<DeviceCertificate>? locals))
        {
            return locals;
        }

        if (Find(id) is null)
        {
            return [];
        }

        // Waits for no writer, as Find does. What one has ended since the reading began is not kept.
        long before = Volatile.Read(ref _forgotten);
        DateTime since = _time.GetUtcNow().UtcDateTime - _remembered;
        using FleetDatabase database = _source.Open();
        locals = [.. database.Certificates.AsNoTracking()
            .Where(c => c.DeviceId == id && c.Kind == CertificateKind.Ldevid && c.NotAfter > since)
            .OrderBy(c => c.RegisteredAt).ThenBy(c => c.Sha256)];
        lock (_keeping)
        {
            if (before == _forgotten)
            {
                _locals[id] = locals;
            }
        }

        return locals;
    }

    /// <summary>The device's operational certificate of that fingerprint, ended when its time is over; null when the fleet has issued none.</summary>
    public DeviceCertificate? Local(string id, string fingerprint)
    {
        DeviceCertificate? found = Locals(id).FirstOrDefault(c => c.Sha256 == fingerprint);
        return found is { EndedAt: null, NotAfter: { } end } && end < _time.GetUtcNow().UtcDateTime
            ? found with { EndedAt = end, EndReason = "expired" }
            : found;
    }

    /// <summary>True when some device has or had this key, in any certificate.</summary>
    public bool IsKeyKnown(string publicKeyHash)
    {
        using FleetDatabase database = _source.Open();
        return IsKeyKnown(database, publicKeyHash);
    }

    /// <summary>
    /// May a device get an operational certificate now, as far as losses go? One that has some which nobody has ended may always: it gets no more than
    /// it had, and the audit's key, or whoever copied it, is not to end the certificates of a fleet. Null, or why not.
    /// </summary>
    public Refusal? MayEnrol(string id)
    {
        return Locals(id).Any(local => local.EndedAt is null) ? null : Losses.NewRight();
    }

    /// <summary>Registers a certificate that was just issued, with its audit entry; refused when anything that it rests on has changed meanwhile.</summary>
    public Outcome<DeviceCertificate> AddLocal(DeviceCertificate issued)
    {
        lock (_writing)
        {
            if (Find(issued.DeviceId) is not { } device)
            {
                return Refusal.UnknownDevice(issued.DeviceId);
            }

            using FleetDatabase database = _source.Open();
            if (device.Tenant != issued.Tenant || PolicyTable.Document(device.State, CertificateKind.Ldevid) == PolicyKind.None || IsKeyKnown(database, issued.PublicKeyHash))
            {
                return new Refusal("changed-meanwhile", "the device's state or tenant has changed, or the key was registered");
            }

            if (MayEnrol(issued.DeviceId) is { } refusal)
            {
                return refusal;
            }

            DateTime now = _time.GetUtcNow().UtcDateTime;
            using var transaction = database.Database.BeginTransaction();
            database.Certificates.Add(issued);
            new AuditWriter(database).Append(
                new AuditFact { Kind = "certificate", Who = Account.Fleet("operational-ca"), Device = issued.DeviceId, Tenant = issued.Tenant, Reason = $"issued {issued.Sha256} until {issued.NotAfter:yyyy-MM-ddTHH:mm:ssZ}" },
                now);
            database.SaveChanges();
            transaction.Commit();
            Forget(issued.DeviceId);
            return issued;
        }
    }

    /// <summary>Notes that a connection was made with a certificate. False when it is none that the fleet has issued.</summary>
    public bool Shown(string id, string fingerprint)
    {
        // Read under the lock: what ended it meanwhile is not undone by this.
        lock (_writing)
        {
            if (Local(id, fingerprint) is not { } local)
            {
                return false;
            }

            if (local.EndedAt is null && Find(id) is { } device && device.OperationalSha256 != fingerprint)
            {
                Device changed = device with { OperationalSha256 = fingerprint, OperationalEndsAt = local.NotAfter };
                using FleetDatabase database = _source.Open();
                database.Devices.Update(changed);
                database.Certificates.Update(local with { ShownAt = local.ShownAt ?? _time.GetUtcNow().UtcDateTime });
                database.SaveChanges();
                Forget(id);
                _known[id] = changed;
            }

            return true;
        }
    }

    /// <summary>Ends one operational certificate, with its audit entry. The device keeps what else it has.</summary>
    public Outcome<DeviceCertificate> EndLocal(string id, string sha256, string reason, Account who)
    {
        if (reason.Length is 0 or > 256)
        {
            return new Refusal("bad-reason", "a reason has 1 to 256 characters", 422);
        }

        lock (_writing)
        {
            using FleetDatabase database = _source.Open();
            if (database.Certificates.AsNoTracking().FirstOrDefault(c => c.Sha256 == sha256 && c.DeviceId == id) is not { } certificate || Find(id) is not { } device)
            {
                return new Refusal("unknown-certificate", "the device never had a certificate of that hash", 404);
            }

            DateTime now = _time.GetUtcNow().UtcDateTime;
            if (certificate.Kind != CertificateKind.Ldevid || certificate.EndedAt is not null || certificate.NotAfter < now)
            {
                return certificate.Kind != CertificateKind.Ldevid
                    ? new Refusal("initial-certificate", "the IDevID is the device: revoke the device", 409)
                    : new Refusal("certificate-ended", "it has ended already", 409);
            }

            DeviceCertificate ended = certificate with { EndedAt = now, EndReason = reason };
            using var transaction = database.Database.BeginTransaction();
            database.Certificates.Update(ended);
            Device changed = sha256 == device.OperationalSha256 ? device with { OperationalEndsAt = null } : device;
            database.Devices.Update(changed);
            new AuditWriter(database).Append(new AuditFact { Kind = "certificate-ended", Who = who, Device = id, Tenant = device.Tenant, Reason = $"{sha256}: {reason}" }, now);
            database.SaveChanges();
            transaction.Commit();
            Forget(id);
            _known[id] = changed;
            _log.Write("certificate-ended", ("device", id), ("sha256", sha256), ("reason", reason));
            return ended;
        }
    }

    /// <summary>The operational certificates that these devices work under, by device.</summary>
    public IReadOnlyDictionary<string, DeviceCertificate> InUse(IReadOnlyList<Device> devices)
    {
        string[] shown = [.. devices.Select(device => device.OperationalSha256).Where(sha256 => sha256.Length > 0)];
        using FleetDatabase database = _source.Open();
        return shown.Length == 0 ? new Dictionary<string, DeviceCertificate>() : database.Certificates.AsNoTracking()
            .Where(c => shown.Contains(c.Sha256) && c.EndedAt == null).ToDictionary(c => c.DeviceId);
    }

    private static bool IsKeyKnown(FleetDatabase database, string publicKeyHash)
    {
        return database.Certificates.AsNoTracking().Any(c => c.PublicKeyHash == publicKeyHash)
            || database.Devices.AsNoTracking().Any(d => d.PublicKeyHash == publicKeyHash);
    }

    /// <summary>Ends the operational certificates of devices, in the transaction of what ends them.</summary>
    internal static void EndLocals(FleetDatabase database, string[] ids, string reason, DateTime now)
    {
        database.Certificates.Where(c => ids.Contains(c.DeviceId) && c.Kind == CertificateKind.Ldevid && c.EndedAt == null)
            .ExecuteUpdate(set => set.SetProperty(c => c.EndedAt, now).SetProperty(c => c.EndReason, reason));
    }

    private void Forget(string id)
    {
        lock (_keeping)
        {
            _forgotten++;
            _locals.TryRemove(id, out _);
        }
    }
}
