using DeviceFirmware.Fleet;
using DeviceFirmware.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The schema: what the migrations make is what the model says, on both databases, and no foreign database is touched.</summary>
[TestClass]
public sealed class MigrationTests
{
    private const string SqliteColumns = """
        SELECT m.name || '.' || c.name || ' ' || c.type || CASE WHEN c."notnull" THEN ' not null' ELSE '' END || CASE WHEN c.pk THEN ' key ' || c.pk ELSE '' END AS "Value"
        FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\_\_EF%' ESCAPE '\'
        UNION ALL
        SELECT m.name || ' index ' || CASE WHEN i."unique" THEN 'unique ' ELSE '' END || i.origin || ' (' || (SELECT group_concat(x.name, ',') FROM pragma_index_info(i.name) x) || ')'
        FROM sqlite_master m JOIN pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\_\_EF%' ESCAPE '\'
        """;

    private const string PostgresColumns = """
        SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || is_identity || ' ' || coalesce(collation_name, '') AS "Value"
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_EF%'
        UNION ALL
        SELECT regexp_replace(indexdef, 'INDEX ".*" ON', 'INDEX ON') FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_EF%'
        """;

    [TestMethod]
    public void TheStepsMakeTheModelOnSqlite()
    {
        using TemporaryDirectory migrated = new();
        using TemporaryDirectory created = new();
        Compare(DatabaseSource.Sqlite(migrated.Path), DatabaseSource.Sqlite(created.Path), SqliteColumns);
    }

    [TestMethod]
    public void TheStepsMakeTheModelOnPostgres()
    {
        Compare(DatabaseSource.Postgres(Tools.PostgresCluster.NewDatabase()), DatabaseSource.Postgres(Tools.PostgresCluster.NewDatabase()), PostgresColumns);
    }

    [TestMethod]
    public void ADatabaseFromBeforeMigrationsIsAdopted()
    {
        using TemporaryDirectory directory = new();
        Former(directory);
        using DeviceRegistry registry = Records.Open(directory);
        Assert.AreEqual(DeviceState.Revoked, registry.Find("a")!.State);
        Assert.AreEqual("stolen", registry.Find("a")!.StateReason);
        Assert.AreEqual(new ImportResult(0, 1), Records.Import(registry, Records.Record("a")).Value);
    }

    [TestMethod]
    [DataRow("ALTER TABLE \"Devices\" DROP COLUMN \"Posture\"")]
    [DataRow("CREATE TABLE \"Guests\" (\"Name\" TEXT)")]
    public void AnyOtherDatabaseFromBeforeIsRefusedAndStaysAsItIs(string difference)
    {
        using TemporaryDirectory directory = new();
        Former(directory);
        Execute(directory, difference);
        ToolFailure failure = Assert.ThrowsExactly<ToolFailure>(() => Records.Open(directory));
        Assert.StartsWith("refused: unknown-database: ", failure.Message);
        Assert.Contains("import the factory's manifests again", failure.Message);
        using DatabaseSource source = DatabaseSource.Sqlite(directory.Path);
        using FleetDatabase database = source.Open();
        Assert.DoesNotContain("Certificates.Sha256", string.Join(' ', Schema(database, SqliteColumns)));
    }

    [TestMethod]
    public void ADatabaseOfALaterVersionIsRefused()
    {
        using TemporaryDirectory directory = new();
        Records.Open(directory).Dispose();
        Execute(directory, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('29991231000000_Later', '0')");
        ToolFailure failure = Assert.ThrowsExactly<ToolFailure>(() => Records.Open(directory));
        Assert.StartsWith("refused: newer-database: ", failure.Message);
    }

    [TestMethod]
    public void AMigrationThatWasKilledDoesNotLockTheDatabase()
    {
        using TemporaryDirectory directory = new();
        Records.Open(directory).Dispose();
        Execute(directory, """
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
            """);
        Records.Open(directory).Dispose();
    }

    [TestMethod]
    public void APostgresDatabaseHasOneOwner()
    {
        string database = Tools.PostgresCluster.NewDatabase();
        using DatabaseSource first = DatabaseSource.Postgres(database);
        using DatabaseSource second = DatabaseSource.Postgres(database);
        first.Prepare();
        Assert.StartsWith("refused: in-use: ", Assert.ThrowsExactly<ToolFailure>(second.Prepare).Message);
        first.Dispose();
        second.Prepare();
    }

    [TestMethod]
    public void WhatIsNoConnectionStringIsNamedWithoutBeingShown()
    {
        Assert.StartsWith("error: the file of --database-file", Assert.ThrowsExactly<ToolFailure>(() => DatabaseSource.Postgres("a secret")).Message);
        string nobody = "Host=127.0.0.1;Port=1;Username=a;Password=hidden;Database=c";
        using DatabaseSource source = DatabaseSource.Postgres(nobody);
        ToolFailure failure = Assert.ThrowsExactly<ToolFailure>(source.Prepare);
        Assert.StartsWith("error: the database cannot be used: ", failure.Message);
        Assert.DoesNotContain("hidden", failure.Message);
    }

    private static void Compare(DatabaseSource migrated, DatabaseSource created, string query)
    {
        using (migrated)
        using (created)
        {
            migrated.Prepare();
            using FleetDatabase left = migrated.Open();
            using FleetDatabase right = created.Open();
            right.Database.EnsureCreated();
            List<string> model = Schema(right, query);
            Assert.IsNotEmpty(model);
            Assert.AreEqual(string.Join('\n', model), string.Join('\n', Schema(left, query)), "the migrations differ from the model: what is missing wants a migration");
        }
    }

    private static List<string> Schema(FleetDatabase database, string query)
    {
        return [.. database.Database.SqlQueryRaw<string>(query).AsEnumerable().Order(StringComparer.Ordinal)];
    }

    // As the last version without migrations made it, with one device of a short life.
    private static void Former(TemporaryDirectory directory)
    {
        Execute(directory, """
            CREATE TABLE "Audit" ("Number" INTEGER NOT NULL CONSTRAINT "PK_Audit" PRIMARY KEY AUTOINCREMENT, "At" TEXT NOT NULL, "DeviceId" TEXT NOT NULL,
                "Actor" TEXT NOT NULL, "From" TEXT NULL, "To" TEXT NOT NULL, "Reason" TEXT NOT NULL);
            CREATE TABLE "Devices" ("Id" TEXT NOT NULL CONSTRAINT "PK_Devices" PRIMARY KEY, "Batch" TEXT NOT NULL, "CertificateSha256" TEXT NOT NULL,
                "FirmwareVersion" TEXT NOT NULL, "HardwareId" TEXT NOT NULL, "LastContact" TEXT NULL, "LastEvent" TEXT NOT NULL, "LastReason" TEXT NOT NULL,
                "LastVerdict" TEXT NOT NULL, "Line" TEXT NOT NULL, "ManufacturedAt" TEXT NOT NULL, "Operator" TEXT NOT NULL, "Posture" TEXT NOT NULL,
                "Profile" TEXT NOT NULL, "ProfileException" TEXT NOT NULL, "PublicKeyHash" TEXT NOT NULL, "ReportedVersion" TEXT NOT NULL,
                "Rollout" TEXT NOT NULL, "RolloutReason" TEXT NOT NULL, "RolloutToken" TEXT NOT NULL, "State" TEXT NOT NULL, "StateBefore" TEXT NULL,
                "StateReason" TEXT NOT NULL, "Station" TEXT NOT NULL, "WantedImage" TEXT NULL);
            CREATE TABLE "Images" ("Sha256" TEXT NOT NULL CONSTRAINT "PK_Images" PRIMARY KEY, "Version" TEXT NOT NULL, "BoardType" TEXT NOT NULL, "Length" INTEGER NOT NULL);
            CREATE INDEX "IX_Audit_DeviceId" ON "Audit" ("DeviceId");
            CREATE INDEX "IX_Devices_Batch" ON "Devices" ("Batch");
            CREATE UNIQUE INDEX "IX_Devices_CertificateSha256" ON "Devices" ("CertificateSha256");
            CREATE UNIQUE INDEX "IX_Devices_PublicKeyHash" ON "Devices" ("PublicKeyHash");
            CREATE INDEX "IX_Devices_State" ON "Devices" ("State");
            """);
        Dictionary<string, string> record = Records.Record("a");
        Execute(directory, $"""
            INSERT INTO "Devices" VALUES ('a', 'b1', '{record["certificateSha256"]}', '0.1.0', 'hw-a', NULL, '', '', '', 'l1', '2026-11-22 10:00:00', 'o1', '', '', '',
                '{record["publicKeyHash"]}', '', 'None', '', '', 'Revoked', NULL, 'stolen', 's1', NULL);
            INSERT INTO "Audit" VALUES (1, '2026-11-22 10:00:01', 'a', 'Factory', NULL, 'Manufactured', 'imported'),
                (2, '2026-11-22 10:00:02', 'a', 'Operator', 'Manufactured', 'Revoked', 'stolen');
            """);
    }

    private static void Execute(TemporaryDirectory directory, string sql)
    {
        using DatabaseSource source = DatabaseSource.Sqlite(directory.Path);
        using FleetDatabase database = source.Open();
        database.Database.ExecuteSqlRaw(sql);
    }
}
