using System.Reflection;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Tools;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What the tests of the registry say of SQLite, said of a real PostgreSQL; and that both list the same devices in the same order.</summary>
[TestClass]
public sealed class PostgresTests
{
    /// <summary>The tests that stand on the registry alone: those that have one case, and of restores all.</summary>
    public static IEnumerable<object[]> Tests()
    {
        return new[] { typeof(ImportTests), typeof(TransitionTests), typeof(BulkTests), typeof(CertificateEndTests), typeof(FormerSettingsTests), typeof(HeldHeadTests), typeof(RestoreDoorTests) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => method.GetCustomAttribute<TestMethodAttribute>() is not null && method.ReturnType == typeof(void))
                .Where(method => method.Name != nameof(TransitionTests.EveryPairForEveryActor)) // 245 devices, the same code, and half a minute
                .Where(method => method.Name is not (nameof(HeldHeadTests.TheSameHeadUntilTheAuditGoesOnAndANewOneOnceASecond) or nameof(HeldHeadTests.WhatNoKeyOfTheDatabaseSignedSaysNothing))) // nothing is stored
                .SelectMany(method => method.GetParameters().Length == 0 ? [[]]
                    : type == typeof(RestoreDoorTests) ? method.GetCustomAttributes<DataRowAttribute>().Select(row => row.Data)
                    : Enumerable.Empty<object?[]>(), (method, data) => new object[] { type.Name, method.Name, data }));
    }

    [TestMethod]
    [DynamicData(nameof(Tests))]
    public void TheRegistryIsTheSameOnPostgres(string type, string method, object?[] data)
    {
        Records.Other.Value = new PostgresDatabases();
        try
        {
            Type tests = typeof(PostgresTests).Assembly.GetType($"{typeof(PostgresTests).Namespace}.{type}")!;
            tests.GetMethod(method)!.Invoke(Activator.CreateInstance(tests), BindingFlags.DoNotWrapExceptions, null, data, null);
        }
        finally
        {
            Records.Other.Value = null;
        }
    }

    [TestMethod]
    public void KeysOfOthersAreRefusedOnPostgresToo()
    {
        using DatabaseSource source = DatabaseSource.Postgres(PostgresCluster.NewDatabase());
        using DeviceRegistry registry = new(source, TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System));
        Assert.IsNull(Records.Import(registry, Records.Record("a")).Refusal);
        foreach ((string member, string token) in new[] { ("publicKeyHash", "key-known"), ("certificateSha256", "certificate-known"), ("batch", "record-differs") })
        {
            Dictionary<string, string> record = Records.Record(member == "batch" ? "a" : "b");
            record[member] = member == "batch" ? "other" : Records.Record("a")[member];
            Assert.AreEqual(token, Records.Import(registry, Records.Record("c"), record).Refusal!.Token);
            Assert.IsNull(registry.Find("c"), "all or none");
        }
    }

    [TestMethod]
    public void OneServerOwnsADatabaseAndTheNextWaitsAMomentForItsEnd()
    {
        string connection = PostgresCluster.NewDatabase();
        using DatabaseSource first = DatabaseSource.Postgres(connection);
        using DatabaseSource second = DatabaseSource.Postgres(connection);
        first.Prepare();
        Assert.StartsWith("refused: in-use: ", Assert.ThrowsExactly<ToolFailure>(second.Prepare).Message);
        Task next = Task.Run(second.Prepare);
        Thread.Sleep(300);
        Assert.IsFalse(next.IsCompleted, "it is not there by having asked twice");
        first.Dispose();
        Assert.IsTrue(next.Wait(TimeSpan.FromSeconds(10)));
    }

    [TestMethod]
    public void ASeededRegistryIsListedAlikeOnBoth()
    {
        using TemporaryDirectory directory = new();
        using DatabaseSource sqlite = DatabaseSource.Sqlite(directory.Path);
        using DatabaseSource postgres = DatabaseSource.Postgres(PostgresCluster.NewDatabase());
        foreach (DatabaseSource source in new[] { sqlite, postgres })
        {
            source.Prepare();
            Seed.Fill(source, 12_000);
        }

        DeviceFilter[] filters =
        [
            new(), new() { State = DeviceState.Quarantined }, new() { Batch = "seed-1" }, new() { Tenant = "tenant-7" }, new() { Version = "1.3.0+0" },
            new() { Tenant = "tenant-7", State = DeviceState.Active }, new() { Tenant = "tenant-7", Version = "1.2.0+0" }, new() { Search = "seed-000012" },
            new() { Search = "hw-00000099" }, new() { Search = 24.ToString("x64", null) }, new() { Search = "seed-0001", State = DeviceState.Revoked }, new() { Search = "" },
            new() { Version = "9" },
        ];
        foreach (DeviceFilter filter in filters)
        {
            foreach (string after in new[] { "", "seed-00001234", "seed-00011999", "z" })
            {
                string[] left = Ids(sqlite, filter, after);
                string[] right = Ids(postgres, filter, after);
                Assert.AreEqual(string.Join(' ', left), string.Join(' ', right), $"{filter} after '{after}'");
                Assert.AreEqual(string.Join(' ', left.Where(id => string.CompareOrdinal(id, after) > 0)), string.Join(' ', left), "only later ones");
            }
        }

        Assert.HasCount(50, Ids(sqlite, new DeviceFilter(), ""));
        Assert.HasCount(100, Ids(sqlite, new DeviceFilter { Search = "seed-000012" }, "", 200));
        Assert.HasCount(65, Ids(sqlite, new DeviceFilter { Search = "seed-000012" }, "seed-00001234", 200));
    }

    /// <summary>A database that PostgreSQL's own tools have put back, brought by <c>fleet restore --database-file</c> to what is known to have happened since.</summary>
    [TestMethod]
    public void WhatIsPutBackIsBroughtToTheHeadThatSomebodyElseHolds()
    {
        using TemporaryDirectory directory = new();
        string PathOf(string name) => Path.Combine(directory.Path, name);
        string database = PostgresCluster.NewDatabase();
        Directory.CreateDirectory(PathOf("data"));
        using AuditKey key = AuditKey.Open(PathOf("data"));
        File.WriteAllText(PathOf("audit.pem"), System.Security.Cryptography.PemEncoding.WriteString("PUBLIC KEY", key.PublicKey.EncodeSubjectPublicKeyInfo()));
        using (DeviceRegistry registry = Open(database))
        {
            Records.Bring(registry, "a", DeviceState.Active, null);
        }

        string putBack = PostgresCluster.NewDatabase(copyOf: database);
        using (DeviceRegistry registry = Open(database))
        {
            Assert.IsNull(registry.ChangeState("a", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
            File.WriteAllBytes(PathOf("head"), registry.Trail.Head(key));
            using FileStream entries = File.Create(PathOf("entries"));
            AuditFile.WriteAsync(entries, registry.Trail.Entries(0)).Wait();
        }

        File.WriteAllText(PathOf("connection"), putBack + "\n");
        File.WriteAllText(PathOf("none"), "no connection string");
        string[] restore = ["--database-file", PathOf("connection"), "--head", PathOf("head"), "--key", PathOf("audit.pem")];
        Run([.. restore]).MustRefuse("older-than-head");
        Run([.. restore, "--entries", PathOf("entries"), "--data", PathOf("new")]).MustBeBadInput();
        Run([.. restore, "--entries", PathOf("entries"), "--from", PathOf("new")]).MustBeBadInput();
        Run([.. restore[2..], "--database-file", PathOf("none")]).MustBeBadInput();
        Run([.. restore[2..], "--database-file", PathOf("missing")]).MustBeBadInput();
        Run([.. restore[2..]]).MustBeBadInput();
        Run([.. restore, "--entries", PathOf("entries")]).MustEndWith(0);
        using DeviceRegistry again = Open(putBack);
        Assert.AreEqual(DeviceState.Revoked, again.Find("a")!.State);
        Assert.AreEqual("restored", again.Audit(0, 1000, null)[^1].Kind);

        static DeviceRegistry Open(string connection) => new(DatabaseSource.Postgres(connection), TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System));

        static ToolRun Run(params string[] arguments) => CommandRun.Of(BackupCommands.Create().Single(command => command.Name == "restore"), arguments);
    }

    private static string[] Ids(DatabaseSource source, DeviceFilter filter, string after, int limit = 50)
    {
        using FleetDatabase database = source.Open();
        return [.. filter.Page(database, after, limit).Select(device => device.Id)];
    }

    /// <summary>A database for each directory; backed up and put back by the server's own programs.</summary>
    private sealed class PostgresDatabases : ITestDatabases
    {
        private readonly Dictionary<string, string> _of = [];

        public DatabaseSource Open(string directory)
        {
            if (!_of.TryGetValue(directory, out string? database))
            {
                _of[directory] = database = PostgresCluster.NewDatabase();
            }

            return DatabaseSource.Postgres(database);
        }

        public void Backup(string directory, string file) => PostgresServer.Dump(_of[directory], file);

        public void Restore(string file, string directory)
        {
            Directory.CreateDirectory(directory);
            _of[directory] = PostgresCluster.NewDatabase();
            PostgresServer.Load(_of[directory], file);
        }
    }
}
