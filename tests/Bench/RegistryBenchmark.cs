using System.Diagnostics;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Bench;

/// <summary>
/// List, filter and search of a registry with 1,000,000 devices, p50 and p99 of pages of 100 that begin anywhere. The peer is the same
/// question with an offset instead of the last id. Then what goes over many devices: quarantines by filter with their previews and back, a drill,
/// the posture. On SQLite and on a PostgreSQL of its own that waits for the disk, where one is installed.
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
            using (DatabaseSource sqlite = DatabaseSource.Sqlite(directory))
            {
                Measure(output, "SQLite", sqlite, devices, questions);
            }

            if (PostgresServer.Programs is not { } programs)
            {
                output.WriteLine("PostgreSQL: not measured, it is not installed");
                return Task.CompletedTask;
            }

            using PostgresServer postgres = new(programs, durable: true);
            using DatabaseSource server = DatabaseSource.Postgres(postgres.NewDatabase(pooling: true));
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
        DateTime now = DateTime.UtcNow;
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
            ("ends in 11 days", () => (Id(), new DeviceFilter { EndsBefore = now.AddDays(11) })),
            ("ends in 10 days", () => (Id(), new DeviceFilter { EndsBefore = now.AddHours(241.5) })),
            ("ended already", () => ("", new DeviceFilter { EndsBefore = now })),
            ("tenant and ends", () => ("", new DeviceFilter { EndsBefore = now.AddDays(11), Tenant = $"tenant-{random.Next(50)}" })),
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

        using DeviceRegistry registry = new(source, TimeProvider.System, new DecisionLog(TextWriter.Null, TimeProvider.System));
        Account who = Account.Command("bench");
        ChangeMany(output, registry, who, "one batch", new DeviceFilter { Batch = "seed-1" });
        ChangeMany(output, registry, who, "one tenant", new DeviceFilter { Tenant = "tenant-7" });
        ChangeMany(output, registry, who, "one version", new DeviceFilter { Version = "1.3.0+0" });
        Posture posture = new(source, PolicySetOf("policies"), TimeProvider.System);
        watch.Restart();
        IReadOnlyList<Finding> findings = posture.Report(null);
        output.WriteLine($"  posture of all: {watch.Elapsed.TotalSeconds:0.00} s, {findings.Count} findings");
        watch.Restart();
        RenewalCounts renewals = new RenewalWatch(source, TimeProvider.System).Count();
        output.WriteLine($"  certificates that end: {watch.Elapsed.TotalSeconds:0.00} s, {string.Join(", ", renewals.Ending)} within 1, 3, 7, 14 days, {renewals.Overdue} overdue");
        watch.Restart();
        findings = posture.Report("tenant-7");
        output.WriteLine($"  posture of a tenant: {watch.Elapsed.TotalSeconds:0.00} s, {findings.Count} findings");
        output.WriteLine($"  resident at most: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
    }

    private static PolicySet PolicySetOf(string directory)
    {
        return new PolicySet(PolicySet.Kinds.Select(kind =>
            PolicyParser.TryParse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, directory, DeviceRegistry.Word(kind) + ".json")), out PolicyDocument? document, out string? problem)
                ? new PolicyEdition(kind, document, new string('0', 64))
                : throw new InvalidOperationException(problem)));
    }

    private static void ChangeMany(TextWriter output, DeviceRegistry registry, Account who, string what, DeviceFilter filter)
    {
        double Ask(BulkChange change, out BulkResult result)
        {
            Stopwatch watch = Stopwatch.StartNew();
            Outcome<BulkResult> outcome = registry.Change(change, who);
            result = outcome.Value ?? throw new InvalidOperationException(outcome.Refusal!.Text);
            return watch.Elapsed.TotalSeconds;
        }

        BulkChange quarantine = new() { Filter = filter, Kind = BulkKind.Quarantine, Reason = "bench" };
        double previewed = Ask(quarantine, out BulkResult preview);
        double drilled = Ask(quarantine with { Rehearse = true }, out _);
        using OneAtATime other = new(registry, who, registry.List("", 200, new DeviceFilter { State = DeviceState.Active }).First(device => !IsIn(device, filter)).Id);
        double done = Ask(quarantine with { Confirm = preview.Digest }, out _);
        string waited = other.Stop();
        BulkChange release = quarantine with { Kind = BulkKind.Release, Operation = preview.Operation };
        double asked = Ask(release, out BulkResult back);
        double released = Ask(release with { Confirm = back.Digest }, out _);
        output.WriteLine(
            $"  {what}: of {preview.Matched} devices {preview.Changing}: previewed {previewed:0.00} s, drilled {drilled:0.00} s, quarantined {done:0.00} s; of {back.Changing}: previewed {asked:0.00} s, released {released:0.00} s; {waited}");
    }

    private static bool IsIn(Device device, DeviceFilter filter)
    {
        return device.Batch == filter.Batch || device.Tenant == filter.Tenant || device.ReportedVersion == filter.Version;
    }

    /// <summary>Somebody else who moves one device there and back while many are changed: how long that takes.</summary>
    private sealed class OneAtATime : IDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly List<double> _waits = [];
        private readonly Task _task;

        public OneAtATime(DeviceRegistry registry, Account who, string id)
        {
            _task = Task.Run(async () =>
            {
                while (!_end.IsCancellationRequested)
                {
                    long start = Stopwatch.GetTimestamp();
                    bool isAway = registry.Find(id)!.State == DeviceState.Quarantined;
                    Outcome<Device> outcome = isAway ? registry.Release(id, who, "bench") : registry.ChangeState(id, DeviceState.Quarantined, who, "bench");
                    _waits.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    if (outcome.Refusal is { } refusal)
                    {
                        throw new InvalidOperationException(refusal.Text);
                    }

                    await Task.Delay(20);
                }
            });
        }

        public string Stop()
        {
            _end.Cancel();
            _task.Wait();
            double[] waits = [.. _waits.Order()];
            return $"{waits.Length} changes of one other device meanwhile: p50 {waits[waits.Length / 2]:0} ms, p99 {waits[waits.Length * 99 / 100]:0} ms, longest {waits[^1]:0} ms";
        }

        public void Dispose()
        {
            _end.Dispose();
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
