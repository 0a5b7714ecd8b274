using System.Diagnostics;
using DeviceFirmware.Fleet;

namespace DeviceFirmware.Bench;

/// <summary>
/// List, filter and search of a registry with 1,000,000 devices, p50 and p99 of pages of 100 that begin anywhere. The peer is the same
/// question with an offset instead of the last id.
/// </summary>
public sealed class RegistryBenchmark : IBenchmark
{
    private const int PageSize = 100;

    /// <inheritdoc/>
    public string Name => "registry";

    /// <inheritdoc/>
    public Task Run(TextWriter output, bool isShort)
    {
        int devices = isShort ? 20_000 : 1_000_000;
        int questions = isShort ? 50 : 2000;
        string directory = Directory.CreateTempSubdirectory("devicefirmware-bench-").FullName;
        try
        {
            string? postgres = Environment.GetEnvironmentVariable("FLEET_BENCH_POSTGRES");
            using (DatabaseSource sqlite = DatabaseSource.Sqlite(directory))
            {
                Measure(output, "SQLite", sqlite, devices, questions);
            }

            if (postgres is null)
            {
                output.WriteLine("PostgreSQL: not measured; FLEET_BENCH_POSTGRES names a connection string of an empty database");
                return Task.CompletedTask;
            }

            using DatabaseSource server = DatabaseSource.Postgres(postgres);
            Measure(output, "PostgreSQL", server, devices, questions);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        return Task.CompletedTask;
    }

    private static void Measure(TextWriter output, string name, DatabaseSource source, int devices, int questions)
    {
        Stopwatch watch = Stopwatch.StartNew();
        source.Prepare();
        Seed.Fill(source, devices);
        output.WriteLine($"{name}: {devices} devices seeded in {watch.Elapsed.TotalSeconds:0.0} s");
        Random random = new(1);
        string Id() => $"seed-{random.Next(devices):00000000}";
        (string What, Func<(string After, DeviceFilter Filter)> Next)[] cases =
        [
            ("list", () => (Id(), new DeviceFilter())),
            ("one state", () => (Id(), new DeviceFilter { State = DeviceState.Quarantined })),
            ("one batch", () => ("", new DeviceFilter { Batch = $"seed-{random.Next(devices / 10000)}" })),
            ("one tenant", () => (Id(), new DeviceFilter { Tenant = $"tenant-{random.Next(50)}" })),
            ("tenant and state", () => (Id(), new DeviceFilter { Tenant = $"tenant-{random.Next(50)}", State = DeviceState.Active })),
            ("batch and state", () => ("", new DeviceFilter { Batch = $"seed-{random.Next(devices / 10000)}", State = DeviceState.Revoked })),
            ("one version", () => (Id(), new DeviceFilter { Version = $"1.{random.Next(5)}.0+0" })),
            ("version and tenant", () => (Id(), new DeviceFilter { Version = $"1.{random.Next(5)}.0+0", Tenant = $"tenant-{random.Next(50)}" })),
            ("search by id", () => ("", new DeviceFilter { Search = Id()[..11] })),
            ("search by hardware", () => ("", new DeviceFilter { Search = $"hw-{random.Next(devices):00000000}" })),
            ("search by key", () => ("", new DeviceFilter { Search = (random.Next(devices) * 2L).ToString("x64") })),
            ("nothing found", () => ("", new DeviceFilter { Version = "9.9.9+9" })),
        ];
        using FleetDatabase peer = source.Open();
        Time(questions, () => [.. peer.Devices.OrderBy(device => device.Id).Skip(random.Next(devices)).Take(PageSize)], Math.Max(questions / 100, 5), out double peer50, out double peer99);
        output.WriteLine($"  {"",-20} {"p50 ms",8} {"p99 ms",8} {"of peer's p99",14}");
        output.WriteLine($"  {"peer: by offset",-20} {peer50,8:0.00} {peer99,8:0.00}");
        foreach ((string what, Func<(string After, DeviceFilter Filter)> next) in cases)
        {
            Time(questions, () =>
            {
                (string after, DeviceFilter filter) = next();
                using FleetDatabase database = source.Open();
                return filter.Page(database, after, PageSize);
            }, questions, out double p50, out double p99);
            output.WriteLine($"  {what,-20} {p50,8:0.00} {p99,8:0.00} {p99 / peer99,14:0.000}");
        }
    }

    private static void Time(int warm, Func<List<Device>> ask, int questions, out double p50, out double p99)
    {
        for (int i = 0; i < Math.Min(warm, 20) && i < questions; i++)
        {
            ask();
        }

        double[] times = new double[questions];
        for (int i = 0; i < questions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            ask();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        p50 = times[questions / 2];
        p99 = times[(questions * 99) / 100];
    }
}
