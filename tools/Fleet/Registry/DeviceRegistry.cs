using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>How many records an import added, and how many it knew already.</summary>
public sealed record ImportResult(int Imported, int Unchanged);

/// <summary>
/// The devices, their states and the audit. One process owns the database (<see cref="FleetServer"/> holds the lock), one writer at a time;
/// what the broker asks for on every message comes from memory, which is changed only after the database has committed.
/// </summary>
public sealed class DeviceRegistry : IDisposable
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
    }

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

        // Under the lock, so that an old row cannot overwrite what a writer has just put into memory.
        lock (_writing)
        {
            using FleetDatabase database = _source.Open();
            device = database.Devices.AsNoTracking().FirstOrDefault(d => d.Id == id);
            return device is null ? null : _known.GetOrAdd(id, device);
        }
    }

    /// <summary>A page of devices ordered by id.</summary>
    public IReadOnlyList<Device> List(string after, int limit, DeviceState? state, string? batch)
    {
        using FleetDatabase database = _source.Open();
        IQueryable<Device> query = database.Devices.AsNoTracking().Where(device => string.Compare(device.Id, after) > 0);
        query = state is null ? query : query.Where(device => device.State == state);
        query = batch is null ? query : query.Where(device => device.Batch == batch);
        return [.. query.OrderBy(device => device.Id).Take(limit)];
    }

    /// <summary>A page of the audit.</summary>
    public IReadOnlyList<AuditEntry> Audit(long after, int limit, string? deviceId)
    {
        using FleetDatabase database = _source.Open();
        IQueryable<AuditEntry> query = database.Audit.AsNoTracking().Where(entry => entry.Number > after);
        query = deviceId is null ? query : query.Where(entry => entry.DeviceId == deviceId);
        return [.. query.OrderBy(entry => entry.Number).Take(limit)];
    }

    /// <summary>
    /// Takes the factory's records in, all or none. A record that is known already changes nothing; a different one under a known id, or a
    /// known key or certificate under another id, refuses the whole manifest.
    /// </summary>
    public Outcome<ImportResult> Import(IReadOnlyList<Device> records)
    {
        lock (_writing)
        {
            using FleetDatabase database = _source.Open();
            using var transaction = database.Database.BeginTransaction();
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

                Device device = record with { StateReason = "manufactured" };
                database.Devices.Add(device);
                database.Audit.Add(Row(device.Id, Actor.Factory, null, DeviceState.Manufactured, "imported"));
                database.SaveChanges();
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
    public Outcome<Device> ChangeState(string id, DeviceState to, Actor actor, string reason)
    {
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

            IReadOnlyList<Actor> actors = Transitions.Actors(device.State, to);
            if (actors.Count == 0)
            {
                return new Refusal("transition-refused", $"a device that is {Word(device.State)} cannot become {Word(to)}");
            }

            if (!actors.Contains(actor))
            {
                return new Refusal("actor-refused", $"{Word(actor)} may not make a device that is {Word(device.State)} {Word(to)}");
            }

            bool releases = device.State == DeviceState.Quarantined && Transitions.MayConnect(to);
            if (releases && to != device.StateBefore)
            {
                return new Refusal("not-the-state-before", $"before its quarantine the device was {Word(device.StateBefore)}, not {Word(to)}");
            }

            Device changed = device with
            {
                State = to,
                StateReason = reason,
                StateBefore = to == DeviceState.Quarantined ? device.State : null,
            };
            using FleetDatabase database = _source.Open();
            database.Devices.Update(changed);
            database.Audit.Add(Row(id, actor, device.State, to, reason));
            database.SaveChanges(); // one transaction: a state without its audit row cannot be
            _known[id] = changed;
            _log.Write("state", ("device", id), ("from", Word(device.State)), ("to", Word(to)), ("actor", Word(actor)), ("reason", reason));
            return changed;
        }
    }

    /// <summary>Ends a quarantine: back to the state before it.</summary>
    public Outcome<Device> Release(string id, Actor actor, string reason)
    {
        lock (_writing)
        {
            return Find(id) switch
            {
                null => Refusal.UnknownDevice(id),
                { StateBefore: { } before } => ChangeState(id, before, actor, reason),
                { } device => new Refusal("not-quarantined", $"the device is {Word(device.State)}, not quarantined"),
            };
        }
    }

    /// <summary>Notes a contact. The first one of a shipped device makes it active; a claim by proof of possession will come between.</summary>
    public void Contacted(string id)
    {
        lock (_writing)
        {
            if (Find(id) is { State: DeviceState.Shipped or DeviceState.Claimed })
            {
                ChangeState(id, DeviceState.Active, Actor.Device, "first contact");
            }

            Store(id, device => device with { LastContact = _time.GetUtcNow().UtcDateTime });
        }
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

    /// <summary>The word of a state, an actor or a rollout state, as it stands in logs and in the API.</summary>
    public static string Word<T>(T value)
    {
        return value?.ToString()?.ToLowerInvariant() ?? "none";
    }

    private AuditEntry Row(string id, Actor actor, DeviceState? from, DeviceState to, string reason)
    {
        return new AuditEntry { At = _time.GetUtcNow().UtcDateTime, DeviceId = id, Actor = actor, From = from, To = to, Reason = reason };
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
