using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>How many records an import added, and how many it knew already.</summary>
public sealed record ImportResult(int Imported, int Unchanged);

/// <summary>
/// The devices, their states and the audit. One process owns the database (<see cref="FleetParts"/> holds the lock), one writer at a time;
/// what the broker asks for on every message comes from memory, which is changed only after the database has committed.
/// </summary>
public sealed partial class DeviceRegistry : IDisposable
{
    private const int MaximumReason = 256;

    private readonly ConcurrentDictionary<string, Device> _known = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();
    private readonly DatabaseSource _source;
    private readonly TimeProvider _time;
    private readonly DecisionLog _log;

    /// <summary>The registry of a database, which is taken and brought to this version first. Disposes the source.</summary>
    public DeviceRegistry(DatabaseSource source, TimeProvider time, DecisionLog log)
    {
        _source = source;
        _time = time;
        _log = log;
        source.Prepare();
        Losses = new Losses(source, time, log);
        Trail = new AuditTrail(source, time);
        Trail.AdoptFormer();
        FinishBulk();
    }

    /// <summary>The audit.</summary>
    public AuditTrail Trail { get; }

    /// <summary>The device, or null.</summary>
    public Device? Find(string id)
    {
        if (!DeviceId.IsValid(id))
        {
            return null;
        }

        if (_known.TryGetValue(id, out Device? device))
        {
            return device;
        }

        // Waits for no writer. An old row does not replace what one puts into memory meanwhile, and he replaces an old row.
        using FleetDatabase database = _source.Open();
        device = database.Devices.AsNoTracking().FirstOrDefault(d => d.Id == id);
        return device is null ? null : _known.GetOrAdd(id, device);
    }

    /// <summary>A page of devices ordered by id, from the one after <paramref name="after"/>.</summary>
    public IReadOnlyList<Device> List(string after, int limit, DeviceFilter filter)
    {
        using FleetDatabase database = _source.Open();
        return filter.Page(database, after, limit);
    }

    /// <summary>A page of the audit.</summary>
    public IReadOnlyList<AuditEntry> Audit(long after, int limit, string? deviceId)
    {
        return Trail.List(after, limit, deviceId, null);
    }

    /// <summary>
    /// Takes the factory's records in, all or none. A record that is known already changes nothing; a different one under a known id, or a
    /// known key or certificate under another id, refuses the whole manifest.
    /// </summary>
    public Outcome<ImportResult> Import(IReadOnlyList<Device> records, Account? who = null)
    {
        who ??= Actor.Factory;
        DateTime now = _time.GetUtcNow().UtcDateTime;
        lock (_writing)
        {
            using FleetDatabase database = _source.Open();
            using var transaction = database.Database.BeginTransaction();
            AuditWriter audit = new(database);
            List<Device> added = [];
            List<Device> completed = [];
            foreach (Device record in records)
            {
                Device? known = database.Devices.AsNoTracking().FirstOrDefault(d => d.Id == record.Id);
                if (known is not null)
                {
                    if (!SameRecord(known, record))
                    {
                        return new Refusal("record-differs", $"device '{record.Id}' is registered with a different record");
                    }

                    if (known.ClaimVerifier.Length == 0 && record.ClaimVerifier.Length > 0)
                    {
                        // Imported before its label was printed.
                        Device labelled = known with { ClaimVerifier = record.ClaimVerifier };
                        database.Devices.Update(labelled);
                        database.SaveChanges();
                        database.ChangeTracker.Clear();
                        completed.Add(labelled);
                    }

                    continue;
                }

                Device? owner = database.Devices.AsNoTracking()
                    .FirstOrDefault(d => d.PublicKeyHash == record.PublicKeyHash || d.CertificateSha256 == record.CertificateSha256);
                if (owner is not null)
                {
                    return owner.PublicKeyHash == record.PublicKeyHash
                        ? new Refusal("key-known", $"the key of '{record.Id}' is registered for device '{owner.Id}'")
                        : new Refusal("certificate-known", $"the certificate of '{record.Id}' is registered for device '{owner.Id}'");
                }

                // A key or a certificate that some device had once is that device's for ever.
                DeviceCertificate? former = database.Certificates.AsNoTracking()
                    .FirstOrDefault(c => c.PublicKeyHash == record.PublicKeyHash || c.Sha256 == record.CertificateSha256);
                if (former is not null)
                {
                    return new Refusal("key-known", $"the key of '{record.Id}' was registered for device '{former.DeviceId}'");
                }

                Device device = record with { StateReason = "manufactured", StateActor = who.Actor, StateAt = now };
                database.Devices.Add(device);
                database.Certificates.Add(DeviceCertificate.Of(device, now));
                audit.Append(new AuditFact { Kind = "import", Who = who, Device = device.Id, To = DeviceState.Manufactured, Reason = "imported" }, now);
                database.SaveChanges();
                database.ChangeTracker.Clear();
                added.Add(device);
            }

            transaction.Commit();
            foreach (Device device in completed)
            {
                _known[device.Id] = device;
            }

            foreach (Device device in added)
            {
                _known[device.Id] = device;
                _log.Write("state", ("device", device.Id), ("from", "none"), ("to", Word(device.State)), ("actor", "factory"), ("reason", "imported"));
            }

            return new ImportResult(added.Count, records.Count - added.Count);
        }
    }

    /// <summary>Moves a device to another state, when the table of transitions lets this actor.</summary>
    public Outcome<Device> ChangeState(string id, DeviceState to, Account who, string reason)
    {
        Actor actor = who.Actor;
        if (reason.Length is 0 or > MaximumReason || reason.Any(char.IsControl))
        {
            return new Refusal("bad-reason", $"a reason has 1 to {MaximumReason} printable characters", 422);
        }

        lock (_writing)
        {
            if (Find(id) is not { } device)
            {
                return Refusal.UnknownDevice(id);
            }

            if (Judge(device, to, actor) is { } refusal)
            {
                return refusal;
            }

            DateTime now = _time.GetUtcNow().UtcDateTime;
            Device changed = Moved(device, to, actor, reason, now);
            using FleetDatabase database = _source.Open();
            using var transaction = database.Database.BeginTransaction(); // a state without its audit entry cannot be
            database.Devices.Update(changed);
            if (changed.Tenant != device.Tenant || !PolicyTable.MayConnect(to))
            {
                EndLocals(database, [id], Word(to), now);
            }

            EndSettings(database, device, changed, now);
            new AuditWriter(database).Append(Fact(device, changed, who, reason), now);
            database.SaveChanges();
            transaction.Commit();
            Forget(id);
            _known[id] = changed;
            _log.Write("state", ("device", id), ("from", Word(device.State)), ("to", Word(to)), ("actor", Word(actor)), ("by", who.Identity), ("reason", reason));
            return changed;
        }
    }

    /// <summary>Ends a quarantine: back to the state before it.</summary>
    public Outcome<Device> Release(string id, Account who, string reason)
    {
        lock (_writing)
        {
            return Find(id) switch
            {
                null => Refusal.UnknownDevice(id),
                { StateBefore: { } before } => ChangeState(id, before, who, reason),
                { } device => new Refusal("not-quarantined", $"the device is {Word(device.State)}, not quarantined"),
            };
        }
    }

    /// <summary>Gives a device to a tenant; an empty name takes it from everybody.</summary>
    public Outcome<Device> Assign(string id, string tenant, Account who)
    {
        if (tenant.Length > 0 && !Tenants.IsValid(tenant))
        {
            return new Refusal("bad-tenant", "a tenant is [a-z0-9-]{1,32}", 422);
        }

        lock (_writing)
        {
            if (Find(id) is not { } device)
            {
                return Refusal.UnknownDevice(id);
            }

            bool isSame = tenant == device.Tenant;
            if (!isSame && tenant.Length > 0 && Losses.NewRight() is { } refusal)
            {
                return refusal;
            }

            DateTime now = _time.GetUtcNow().UtcDateTime;
            Device changed = isSame ? device : Freed(device) with { Tenant = tenant };
            using FleetDatabase database = _source.Open();
            using var transaction = database.Database.BeginTransaction();
            database.Devices.Update(changed);
            if (!isSame)
            {
                EndLocals(database, [id], "another tenant", now);
            }

            EndSettings(database, device, changed, now);
            new AuditWriter(database).Append(new AuditFact { Kind = "tenant", Who = who, Device = id, Tenant = tenant, Reason = $"{device.Tenant} to {tenant}" }, now);
            database.SaveChanges();
            transaction.Commit();
            Forget(id);
            _known[id] = changed;
            return changed;
        }
    }

    /// <summary>The versions that a device has reported, oldest first.</summary>
    public IReadOnlyList<FirmwareSeen> Firmware(string id)
    {
        using FleetDatabase database = _source.Open();
        return [.. database.FirmwareSeen.AsNoTracking().Where(f => f.DeviceId == id).OrderBy(f => f.FirstAt).ThenBy(f => f.Version)];
    }

    /// <summary>Stores a change that is no change of state; null when there is no such device.</summary>
    public Device? Store(string id, Func<Device, Device> change)
    {
        lock (_writing)
        {
            if (Find(id) is not { } device)
            {
                return null;
            }

            Device changed = change(device);
            if (changed.State != device.State || changed.Id != device.Id)
            {
                throw new InvalidOperationException("a state changes by ChangeState only");
            }

            using FleetDatabase database = _source.Open();
            database.Devices.Update(changed);
            if (changed.ReportedVersion != device.ReportedVersion)
            {
                NoteVersion(database, changed);
            }

            database.SaveChanges();
            _known[id] = changed;
            return changed;
        }
    }

    /// <summary>What is known of an image; null when the store has none of that hash.</summary>
    public StoredImage? FindImage(string sha256)
    {
        using FleetDatabase database = _source.Open();
        return database.Images.AsNoTracking().FirstOrDefault(image => image.Sha256 == sha256);
    }

    /// <summary>Notes an image; one that is known changes nothing.</summary>
    public void AddImage(StoredImage image)
    {
        lock (_writing)
        {
            if (FindImage(image.Sha256) is null)
            {
                using FleetDatabase database = _source.Open();
                database.Images.Add(image);
                database.SaveChanges();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
    }

    private static AuditFact Fact(Device before, Device after, Account who, string reason)
    {
        return new AuditFact
        {
            Kind = "state",
            Who = who,
            Device = after.Id,
            Tenant = after.Tenant.Length > 0 ? after.Tenant : before.Tenant, // who gives a device up still sees that
            From = before.State,
            To = after.State,
            Reason = reason,
        };
    }

    private Refusal? Judge(Device device, DeviceState to, Actor actor)
    {
        IReadOnlyList<Actor> actors = Transitions.Actors(device.State, to);
        if (actors.Count == 0)
        {
            return new Refusal("transition-refused", $"a device that is {Word(device.State)} cannot become {Word(to)}");
        }

        if (!actors.Contains(actor))
        {
            return new Refusal("actor-refused", $"{Word(actor)} may not make a device that is {Word(device.State)} {Word(to)}");
        }

        bool releases = device.State == DeviceState.Quarantined && PolicyTable.MayConnect(to);
        if (releases && to != device.StateBefore)
        {
            return new Refusal("not-the-state-before", $"before its quarantine the device was {Word(device.StateBefore)}, not {Word(to)}");
        }

        return releases || to == DeviceState.Claimed ? Losses.NewRight() : null;
    }

    /// <summary>The device in another state, with what goes with it; judges nothing.</summary>
    internal static Device Moved(Device device, DeviceState to, Actor actor, string reason, DateTime now)
    {
        // Given up by its owner: nobody's, as it left the factory.
        bool isFree = to == DeviceState.Shipped && device.State is DeviceState.Claimed or DeviceState.Active;
        Device kept = isFree ? Freed(device) : device;
        return kept with
        {
            OperationalEndsAt = PolicyTable.MayConnect(to) ? kept.OperationalEndsAt : null, // its certificates are ended with it
            State = to,
            StateReason = reason,
            StateActor = actor,
            StateAt = now,
            StateBefore = to == DeviceState.Quarantined ? device.State : null,
        };
    }

    /// <summary>The device as nobody's.</summary>
    internal static Device Freed(Device device)
    {
        // Reasons are words of its owner, or of the device about what its owner has set. One for a quarantine is what a release goes by.
        string reason = device.State is DeviceState.Claimed or DeviceState.Active ? "another tenant" : device.StateReason;
        return device with { Tenant = "", Owner = null, OperationalSha256 = "", OperationalEndsAt = null, StateReason = reason, LastEvent = "", LastVerdict = "", LastReason = "" };
    }

    // What the factory says, without what the fleet has learnt since.
    private static bool SameRecord(Device known, Device record)
    {
        return known.HardwareId == record.HardwareId
            && known.PublicKeyHash == record.PublicKeyHash
            && known.CertificateSha256 == record.CertificateSha256
            && known.Batch == record.Batch
            && known.Line == record.Line
            && known.Station == record.Station
            && known.Operator == record.Operator
            && known.FirmwareVersion == record.FirmwareVersion
            && known.ManufacturedAt == record.ManufacturedAt
            && known.Profile == record.Profile
            && known.Posture == record.Posture
            && known.ProfileException == record.ProfileException
            && (known.ClaimVerifier.Length == 0 || record.ClaimVerifier.Length == 0 || known.ClaimVerifier == record.ClaimVerifier);
    }
}
