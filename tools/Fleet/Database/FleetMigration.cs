using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace DeviceFirmware.Fleet;

/// <summary>
/// One step of the database's schema, the same source for SQLite and PostgreSQL: columns are declared by their .NET type and each provider
/// takes its own. Written by hand, without a snapshot; MigrationTests compares what all steps together make with the model, on both.
/// A new one is a new file with a later number; one that was released never changes. There is no way back down: a backup is.
/// </summary>
internal abstract class FleetMigration : Migration
{
    /// <summary>PostgreSQL's comparison byte by byte.</summary>
    internal const string OrdinalCollation = "C";

    protected bool IsPostgres => ActiveProvider!.EndsWith("PostgreSQL", StringComparison.Ordinal);

    private string? Collation => IsPostgres ? OrdinalCollation : null;

    /// <summary>A text.</summary>
    protected OperationBuilder<AddColumnOperation> Text(ColumnsBuilder table, bool nullable = false)
    {
        return table.Column<string>(nullable: nullable, collation: Collation);
    }

    /// <summary>A number that the database assigns, rising; the primary key.</summary>
    protected static OperationBuilder<AddColumnOperation> Number(ColumnsBuilder table)
    {
        return table.Column<long>(nullable: false)
            .Annotation("Sqlite:Autoincrement", true)
            .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);
    }

    /// <summary>Adds a text to a table that is there; rows of before have the given value.</summary>
    protected void AddText(MigrationBuilder migration, string table, string name, string? standard)
    {
        migration.AddColumn<string>(name, table, nullable: standard is null, defaultValue: standard, collation: Collation);
    }
}
