using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The tables. One model for SQLite and PostgreSQL; <see cref="FleetMigration"/> says how they come to be. What belongs to a subject of its
/// own is configured by a file of its own, with <see cref="IEntityTypeConfiguration{TEntity}"/>.
/// </summary>
internal sealed class FleetDatabase(DbContextOptions<FleetDatabase> options) : DbContext(options)
{
    public DbSet<Device> Devices => Set<Device>();

    public DbSet<StoredImage> Images => Set<StoredImage>();

    public DbSet<DeviceCertificate> Certificates => Set<DeviceCertificate>();

    public DbSet<FirmwareSeen> FirmwareSeen => Set<FirmwareSeen>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(FleetDatabase).Assembly);
    }

    // Words instead of numbers: a state added in the middle must not change the meaning of what is stored.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DeviceState>().HaveConversion<string>();
        configurationBuilder.Properties<RolloutState>().HaveConversion<string>();
        configurationBuilder.Properties<Actor>().HaveConversion<string>();
        configurationBuilder.Properties<BulkKind>().HaveConversion<string>();
        configurationBuilder.Properties<CertificateKind>().HaveConversion<string>();
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
        if (Database.IsNpgsql())
        {
            // Texts are compared byte by byte, as SQLite does: pages are ordered by them.
            configurationBuilder.Conventions.Add(_ => new OrdinalCollation());
        }
    }

    // PostgreSQL keeps microseconds: so does SQLite, for one meaning of "the same time".
    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        time => new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc),
        time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
