using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace DeviceFirmware.Fleet;

/// <summary>Public half and life of a key that signs tokens: next, then current, then former until its last token has ended.</summary>
public sealed record TokenKey
{
    /// <summary>Its thumbprint (RFC 7638), base64url: the <c>kid</c> of its tokens.</summary>
    public required string Id { get; init; }

    /// <summary>SubjectPublicKeyInfo, P-256.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>Since when it is in the key set, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Since when it signs, UTC; null while it is the next one.</summary>
    public DateTime? SignsFrom { get; init; }

    /// <summary>When it ceased to sign, UTC; null before.</summary>
    public DateTime? SignsUntil { get; init; }

    /// <summary>Until when it is in the key set and its tokens hold, UTC; null before it ceased to sign.</summary>
    public DateTime? EndsAt { get; init; }

    /// <summary>True while its tokens hold and the key set has it.</summary>
    public bool IsPublished(DateTime now)
    {
        return EndsAt is null || now < EndsAt;
    }
}

/// <summary>Keys of tokens, by id.</summary>
internal sealed class TokenKeyTable : IEntityTypeConfiguration<TokenKey>
{
    public void Configure(EntityTypeBuilder<TokenKey> builder)
    {
        builder.ToTable("TokenKeys").HasKey(key => key.Id);
    }
}

/// <summary>The keys that sign tokens; their private halves are files.</summary>
[DbContext(typeof(FleetDatabase))]
[Migration("20261123000060_Tokens")]
internal sealed class M0060Tokens : FleetMigration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "TokenKeys",
            table => new
            {
                Id = Text(table),
                PublicKey = table.Column<byte[]>(),
                CreatedAt = table.Column<DateTime>(),
                SignsFrom = table.Column<DateTime>(nullable: true),
                SignsUntil = table.Column<DateTime>(nullable: true),
                EndsAt = table.Column<DateTime>(nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_TokenKeys", row => row.Id));
    }
}
