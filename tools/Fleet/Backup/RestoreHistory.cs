using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>One time that the database came out of a backup.</summary>
public sealed record Restored
{
    /// <summary>Number, rising.</summary>
    public long Number { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime At { get; init; }

    /// <summary>Number of the last entry of the audit in the backup.</summary>
    public required long BackupEnd { get; init; }

    /// <summary>How many entries behind it were done again.</summary>
    public required int DoneAgain { get; init; }
}

/// <summary>What devices say of a database since it was restored.</summary>
/// <param name="Verdict"><c>never-restored</c>; <c>no-evidence</c>: no device has said otherwise; <c>behind</c>: devices prove that the backup was older; <c>accepted</c>: they did, somebody accepted it, and nothing else came since.</param>
/// <param name="Last">The last restore; null when there was none.</param>
/// <param name="SeenSince">How many devices were in contact since.</param>
/// <param name="LostUpTo">Number of the last entry of the audit that was once here, by a head that a device gave back; null when all is here that heads name.</param>
/// <param name="LostAtLeast">How many entries are missing, at least; null with the former.</param>
/// <param name="HeadTime">When that head was signed, UTC; null with the former.</param>
/// <param name="Head">That head, what <c>fleet restore --head</c> takes; null with the former.</param>
/// <param name="HeadSha256">Its name, what <c>fleet restore accept</c> takes; null with the former.</param>
/// <param name="AcceptedAt">When somebody accepted that loss, UTC; null before.</param>
/// <param name="Behind">What devices have that the database does not, first first; also without a restore.</param>
public sealed record RestoreStatus(
    string Verdict, Restored? Last, int SeenSince, long? LostUpTo, long? LostAtLeast, DateTime? HeadTime, byte[]? Head, string? HeadSha256, DateTime? AcceptedAt,
    IReadOnlyList<Anomaly> Behind);

/// <summary>The restores of a database.</summary>
internal sealed class RestoreHistory(DatabaseSource source)
{
    private const int Shown = 1000;

    /// <summary>The last one, or null.</summary>
    public Restored? Last()
    {
        using FleetDatabase database = source.Open();
        return database.Set<Restored>().AsNoTracking().OrderByDescending(row => row.Number).FirstOrDefault();
    }

    /// <summary>What devices say of it.</summary>
    public RestoreStatus Status()
    {
        Restored? last = Last();
        using FleetDatabase database = source.Open();
        DateTime since = last?.At ?? DateTime.MinValue;
        List<Anomaly> behind = [.. database.Set<Anomaly>().AsNoTracking()
            .Where(anomaly => anomaly.Kind == RestoreWatch.Kind && anomaly.At >= since).OrderBy(anomaly => anomaly.Number).Take(Shown)];
        int seen = last is null ? 0 : database.Devices.Count(device => device.LastContact >= since);
        LostEntries? lost = LostEntries.Newest(database);
        bool isBehind = lost is { AcceptedAt: null } || behind.Any(anomaly => lost is null || anomaly.At > lost.AcceptedAt);
        return new RestoreStatus(
            isBehind ? "behind" : lost is not null ? "accepted" : last is null ? "never-restored" : "no-evidence",
            last, seen, lost?.UpTo, lost?.AtLeast, lost?.HeadTime, lost?.Head, lost?.HeadSha256, lost?.AcceptedAt, behind);
    }
}

/// <summary>Restores, by number.</summary>
internal sealed class RestoredTable : IEntityTypeConfiguration<Restored>
{
    public void Configure(EntityTypeBuilder<Restored> builder)
    {
        builder.ToTable("Restores").HasKey(restored => restored.Number);
        builder.Property(restored => restored.Number).ValueGeneratedOnAdd();
    }
}
