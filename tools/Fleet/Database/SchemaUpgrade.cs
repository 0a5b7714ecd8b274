using DeviceFirmware.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Brings a database to the schema of this version. One from before migrations is adopted when its tables are exactly those of the last
/// such version; any other, and one of a later version, is refused and stays as it is.
/// </summary>
internal static class SchemaUpgrade
{
    // Devices, Audit and Images of the version before migrations: name by name, in the order of creation.
    private const string FormerTables =
        "Audit:Number,At,DeviceId,Actor,From,To,Reason;"
        + "Devices:Id,HardwareId,PublicKeyHash,CertificateSha256,Batch,Line,Station,Operator,FirmwareVersion,ManufacturedAt,Profile,Posture,"
        + "ProfileException,State,StateBefore,StateReason,LastContact,ReportedVersion,LastEvent,LastVerdict,LastReason,WantedImage,Rollout,"
        + "RolloutToken,RolloutReason;"
        + "Images:Sha256,Version,BoardType,Length";

    public static void Run(FleetDatabase database)
    {
        if (database.Database.IsSqlite())
        {
            database.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
            Adopt(database);

            // The lock file says that nobody migrates: what lies here is of a process that was killed while it did.
            database.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
        }

        string? unknown = database.Database.GetAppliedMigrations().Except(database.Database.GetMigrations()).FirstOrDefault();
        if (unknown is not null)
        {
            throw ToolFailure.Refused("newer-database", $"the database was made by a later version ({unknown}): use that version, or restore a backup of before");
        }

        database.Database.Migrate();
    }

    private static void Adopt(FleetDatabase database)
    {
        List<string> tables = [.. database.Database.SqlQueryRaw<string>(
            "SELECT name AS \"Value\" FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")];
        if (tables.Count == 0 || tables.Contains("__EFMigrationsHistory"))
        {
            return;
        }

        string found = string.Join(';', tables.Select(table => $"{table}:{string.Join(',', Columns(database, table))}"));
        if (Normal(found) != Normal(FormerTables))
        {
            throw ToolFailure.Refused(
                "unknown-database",
                "the database is from a version that this one cannot adopt: move it away, start anew, and import the factory's manifests again");
        }

        IHistoryRepository history = database.GetService<IHistoryRepository>();
        using var transaction = database.Database.BeginTransaction();
        database.Database.ExecuteSqlRaw(history.GetCreateScript());
        database.Database.ExecuteSqlRaw(history.GetInsertScript(new HistoryRow(M0001Tables.Name, "0")));
        transaction.Commit();
    }

    private static IEnumerable<string> Columns(FleetDatabase database, string table)
    {
        return database.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM pragma_table_info({table})");
    }

    private static string Normal(string tables)
    {
        return string.Join(';', tables.Split(';').Select(table =>
        {
            string[] parts = table.Split(':');
            return parts[0] + ':' + string.Join(',', parts[1].Split(',').Order(StringComparer.Ordinal));
        }).Order(StringComparer.Ordinal));
    }
}
