using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>A signed order that is carried to a device, and what the device said to it.</summary>
public sealed record SentOrder
{
    /// <summary>Whose.</summary>
    public required string DeviceId { get; init; }

    /// <summary>SHA-256 of the signed order, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The signed order, byte for byte.</summary>
    public required byte[] Message { get; init; }

    /// <summary>What it says to do; not judged here.</summary>
    public required string Verb { get; init; }

    /// <summary>Its number.</summary>
    public required long Sequence { get; init; }

    /// <summary>SHA-256 of the image of an order to update; empty for others.</summary>
    public string Image { get; init; } = "";

    /// <summary>When it came in.</summary>
    public required DateTime AcceptedAt { get; init; }

    /// <summary>When the device last answered it.</summary>
    public DateTime? AnsweredAt { get; init; }

    /// <summary>The device's answer: a token; empty before.</summary>
    public string Token { get; init; } = "";

    /// <summary>The same for people.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>Orders, by device.</summary>
internal sealed class SentOrderTable : IEntityTypeConfiguration<SentOrder>
{
    public void Configure(EntityTypeBuilder<SentOrder> builder)
    {
        builder.ToTable("Orders").HasKey(order => new { order.DeviceId, order.Sha256 });
    }
}

/// <summary>Orders to devices.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261122000020_Orders")]
internal sealed class M0020Orders : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Orders",
            table => new
            {
                DeviceId = Text(table),
                Sha256 = Text(table),
                Message = table.Column<byte[]>(),
                Verb = Text(table),
                Sequence = table.Column<long>(),
                Image = Text(table),
                AcceptedAt = table.Column<DateTime>(),
                AnsweredAt = table.Column<DateTime>(nullable: true),
                Token = Text(table),
                Reason = Text(table),
            },
            constraints: table => table.PrimaryKey("PK_Orders", row => new { row.DeviceId, row.Sha256 }));
    }
}
