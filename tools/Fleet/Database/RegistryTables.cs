using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace DeviceFirmware.Fleet;

/// <summary>Devices, in the orders in which they are listed: each index ends with the id, which pages go by.</summary>
internal sealed class DeviceTable : IEntityTypeConfiguration<Device>
{
    public void Configure(EntityTypeBuilder<Device> builder)
    {
        builder.ToTable("Devices").HasKey(device => device.Id);
        builder.HasIndex(device => device.PublicKeyHash).IsUnique();
        builder.HasIndex(device => device.CertificateSha256).IsUnique();
        builder.HasIndex(device => device.HardwareId);
        builder.HasIndex(device => device.Owner);
        builder.HasIndex(device => device.OperationalEndsAt);
        builder.HasIndex(device => new { device.State, device.Id });
        builder.HasIndex(device => new { device.Batch, device.Id });
        builder.HasIndex(device => new { device.Batch, device.State, device.Id });
        builder.HasIndex(device => new { device.ReportedVersion, device.Id });
        builder.HasIndex(device => new { device.Tenant, device.State, device.Id });
        builder.HasIndex(device => new { device.Tenant, device.ReportedVersion, device.Id });
        builder.HasIndex(device => new { device.Tenant, device.Id });
    }
}

/// <summary>Images that can be offered.</summary>
internal sealed class ImageTable : IEntityTypeConfiguration<StoredImage>
{
    public void Configure(EntityTypeBuilder<StoredImage> builder)
    {
        builder.ToTable("Images").HasKey(image => image.Sha256);
    }
}

/// <summary>Certificates, by fingerprint: one belongs to one device for ever.</summary>
internal sealed class CertificateTable : IEntityTypeConfiguration<DeviceCertificate>
{
    public void Configure(EntityTypeBuilder<DeviceCertificate> builder)
    {
        builder.ToTable("Certificates").HasKey(certificate => certificate.Sha256);
        builder.HasIndex(certificate => certificate.DeviceId);
        builder.HasIndex(certificate => new { certificate.PublicKeyHash, certificate.DeviceId });
        builder.HasIndex(certificate => certificate.NotAfter);
    }
}

/// <summary>Versions that devices have reported.</summary>
internal sealed class FirmwareSeenTable : IEntityTypeConfiguration<FirmwareSeen>
{
    public void Configure(EntityTypeBuilder<FirmwareSeen> builder)
    {
        builder.ToTable("FirmwareSeen").HasKey(seen => new { seen.DeviceId, seen.Version });
    }
}
