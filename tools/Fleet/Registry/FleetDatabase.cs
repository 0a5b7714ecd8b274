using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace DeviceFirmware.Fleet;

/// <summary>The tables of the registry.</summary>
internal sealed class FleetDatabase(DbContextOptions<FleetDatabase> options) : DbContext(options)
{
    public DbSet<Device> Devices => Set<Device>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<StoredImage> Images => Set<StoredImage>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Device>(device =>
        {
            device.HasKey(d => d.Id);
            device.HasIndex(d => d.PublicKeyHash).IsUnique();
            device.HasIndex(d => d.CertificateSha256).IsUnique();
            device.HasIndex(d => d.State);
            device.HasIndex(d => d.Batch);
        });
        modelBuilder.Entity<AuditEntry>(entry =>
        {
            entry.HasKey(e => e.Number);
            entry.Property(e => e.Number).ValueGeneratedOnAdd();
            entry.HasIndex(e => e.DeviceId);
        });
        modelBuilder.Entity<StoredImage>().HasKey(image => image.Sha256);
    }

    // Words instead of numbers: a state added in the middle must not change the meaning of what is stored.
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DeviceState>().HaveConversion<string>();
        configurationBuilder.Properties<RolloutState>().HaveConversion<string>();
        configurationBuilder.Properties<Actor>().HaveConversion<string>();
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcConverter>();
    }

    private sealed class UtcConverter() : ValueConverter<DateTime, DateTime>(
        time => time,
        time => DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
