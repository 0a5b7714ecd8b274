using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>A directory that goes when the test ends.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fleet-test-").FullName;

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
    }
}

/// <summary>Where the registries of tests are, each by its directory.</summary>
internal interface ITestDatabases
{
    DatabaseSource Open(string directory);

    void Backup(string directory, string file);

    void Restore(string file, string directory);
}

/// <summary>Manufacturing records and registries for tests.</summary>
internal static class Records
{
    /// <summary>Where registries are in this flow of tests, instead of SQLite in the directory.</summary>
    public static AsyncLocal<ITestDatabases?> Other { get; } = new();

    /// <summary>Where they are.</summary>
    public static ITestDatabases Databases => Other.Value ?? SqliteDatabases.Instance;

    public static DeviceRegistry Open(TemporaryDirectory directory)
    {
        return Open(Databases.Open(directory.Path));
    }

    public static DeviceRegistry Open(DatabaseSource source)
    {
        return new DeviceRegistry(source, TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System));
    }

    public static Dictionary<string, string> Record(string id)
    {
        return new()
        {
            ["id"] = id,
            ["hardwareId"] = "hw-" + id,
            ["publicKeyHash"] = Hash("key of " + id),
            ["certificateSha256"] = Hash("certificate of " + id),
            ["batch"] = "b1",
            ["line"] = "l1",
            ["station"] = "s1",
            ["operator"] = "o1",
            ["firmwareVersion"] = "0.1.0",
            ["manufacturedAt"] = "2026-11-22T10:00:00Z",
        };
    }

    public static byte[] Manifest(params Dictionary<string, string>[] records)
    {
        return JsonSerializer.SerializeToUtf8Bytes(records);
    }

    public static Outcome<ImportResult> Import(DeviceRegistry registry, params Dictionary<string, string>[] records)
    {
        Assert.IsTrue(ManufacturingRecord.TryParse(Manifest(records), out IReadOnlyList<Device>? devices, out string? problem), problem);
        return registry.Import(devices);
    }

    /// <summary>Registers a device and leads it to a state by allowed steps; into a quarantine from where <paramref name="next"/> can follow.</summary>
    public static void Bring(DeviceRegistry registry, string id, DeviceState state, DeviceState? next)
    {
        Assert.IsNull(Import(registry, Record(id)).Refusal);
        DeviceState before = next is DeviceState.Shipped or DeviceState.Claimed ? next.Value : DeviceState.Active;
        (DeviceState To, Actor Actor)[] path = state switch
        {
            DeviceState.Manufactured => [],
            DeviceState.Shipped => [(DeviceState.Shipped, Actor.Factory)],
            DeviceState.Claimed => [(DeviceState.Shipped, Actor.Factory), (DeviceState.Claimed, Actor.Owner)],
            DeviceState.Active => [(DeviceState.Shipped, Actor.Factory), (DeviceState.Claimed, Actor.Owner), (DeviceState.Active, Actor.Device)],
            DeviceState.Revoked => [(DeviceState.Revoked, Actor.Operator)],
            DeviceState.Retired => [(DeviceState.Retired, Actor.Operator)],
            _ => before == DeviceState.Shipped
                ? [(DeviceState.Shipped, Actor.Factory), (DeviceState.Quarantined, Actor.Operator)]
                : before == DeviceState.Claimed
                ? [(DeviceState.Shipped, Actor.Factory), (DeviceState.Claimed, Actor.Owner), (DeviceState.Quarantined, Actor.Operator)]
                : [(DeviceState.Shipped, Actor.Factory), (DeviceState.Claimed, Actor.Owner), (DeviceState.Active, Actor.Device), (DeviceState.Quarantined, Actor.Operator)],
        };
        foreach ((DeviceState to, Actor actor) in path)
        {
            Assert.IsNull(registry.ChangeState(id, to, actor, "set-up").Refusal);
        }
    }

    public static string Hash(string text)
    {
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private sealed class SqliteDatabases : ITestDatabases
    {
        public static SqliteDatabases Instance { get; } = new();

        public DatabaseSource Open(string directory) => DatabaseSource.Sqlite(directory);

        public void Backup(string directory, string file) => BackupFile.Write(directory, file);

        public void Restore(string file, string directory) => BackupFile.Unpack(file, directory);
    }
}
