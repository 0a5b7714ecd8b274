using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Factory;
using DeviceFirmware.Identity;
using DeviceFirmware.Scenario.Factory;

namespace DeviceFirmware.Bench;

/// <summary>
/// The factory station: boards an hour on lines as slow as real ones and on lines that take no time, the station's own share of it, the time
/// from request to certificate beside openssl, and a long shift with faults.
/// </summary>
internal sealed class FactoryBenchmark : IBenchmark
{
    private const int Baud = 115200;
    private const int TriesABoard = 60;

    private static readonly BoardSetup _setup = new("broker.example.org", 8883, 60, "network", "password");

    public string Name => "factory";

    public Task Run(TextWriter output, bool isShort)
    {
        using BenchStation station = new();
        output.Write("the first board of a process: ");
        Lines(output, station, 1, 0, 1);
        foreach (int baud in (int[])[Baud, 0])
        {
            foreach (int lines in (int[])[1, 4, 16])
            {
                Lines(output, station, lines, baud, isShort ? lines : Math.Max(lines * 2, 8));
            }
        }

        Signing(output, station, isShort ? 5 : 200);
        Shift(output, station, isShort ? 20 : 1000);
        return Task.CompletedTask;
    }

    /// <summary>So many lines at once, each taking one board after another.</summary>
    private static void Lines(TextWriter output, BenchStation station, int lines, int baud, int boards)
    {
        using IssuingCa ca = station.OpenCa();
        using ManufacturingDatabase database = ManufacturingDatabase.Open(station[Path.GetRandomFileName()], create: true);
        SigningDesk desk = new(database, new CertificateIssuer(ca), TimeProvider.System);
        FakeBoard[] made = [.. Enumerable.Range(0, boards).Select(_ => station.NewBoard(ca))];
        Percentiles own = new();
        Percentiles whole = new();
        long bytes = 0;
        int next = -1;
        Stopwatch watch = Stopwatch.StartNew();
        Thread[] workers = [.. Enumerable.Range(0, lines).Select(_ => new Thread(() =>
        {
            for (int i = Interlocked.Increment(ref next); i < boards; i = Interlocked.Increment(ref next))
            {
                using BoardLine line = new(made[i], baud, null);
                Stopwatch one = Stopwatch.StartNew();
                StationStop? stop = Provision(line, station, ca, database, desk, made[i], TimeSpan.FromSeconds(30));
                if (stop is not null)
                {
                    throw new InvalidOperationException(stop.Line);
                }

                whole.Add(one.Elapsed);
                own.Add(one.Elapsed - line.LineTime);
                Interlocked.Exchange(ref bytes, line.Bytes);
            }
        }))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        double hour = boards / watch.Elapsed.TotalHours;
        output.WriteLine(Text(
            $"{lines,2} lines, {(baud == 0 ? "unthrottled" : $"{baud} baud"),-11}: {hour:0} boards an hour; a board {whole}; station's own work {own}; {bytes} bytes on the line without the image ({bytes * 10.0 / Baud:0.00} s at {Baud} baud), image {station.Image.File.Length}"));
    }

    /// <summary>From request to recorded certificate, by key, beside openssl signing a certificate in a process of its own.</summary>
    private static void Signing(TextWriter output, BenchStation station, int count)
    {
        using IssuingCa file = station.OpenCa();
        Percentiles fileKey = Sign(station, file, "file", count);
        output.WriteLine($"csr to certificate, file key:  {fileKey}");
        string request = station["peer.csr"];
        File.WriteAllBytes(request, Request("peer", out _));
        Percentiles peer = new();
        for (int i = 0; i < Math.Max(3, count / 5); i++)
        {
            peer.Add(BenchStation.Program(
                "openssl", "x509", "-req", "-in", request, "-CA", station.IssuingCertificate, "-CAkey", station.IssuingKey, "-days", "3650", "-out", station["peer.pem"]));
        }

        output.WriteLine(Text($"openssl x509 -req, file key:   {peer} with its process; ratio of p50 {fileKey.At(0.5) / peer.At(0.5):0.00}"));
        if (Token(station) is string reference)
        {
            using IssuingCa token = IssuingCa.Load(station["token/issuing.pem"], reference, station["token/root.pem"], TimeProvider.System);
            Percentiles tokenKey = Sign(station, token, "token", count);
            output.WriteLine(Text($"csr to certificate, SoftHSM2:  {tokenKey}; ratio of p50 {tokenKey.At(0.5) / peer.At(0.5):0.00}"));
        }
        else
        {
            output.WriteLine("csr to certificate, SoftHSM2:  not installed");
        }
    }

    /// <summary>One line, many boards, and a line that loses, garbles and is unplugged.</summary>
    private static void Shift(TextWriter output, BenchStation station, int boards)
    {
        const int Seed = 20260109;
        using IssuingCa ca = station.OpenCa();
        using ManufacturingDatabase database = ManufacturingDatabase.Open(station["shift"], create: true);
        SigningDesk desk = new(database, new CertificateIssuer(ca), TimeProvider.System);
        Random faults = new(Seed);
        Stopwatch watch = Stopwatch.StartNew();
        int attempts = 0;
        for (int i = 0; i < boards; i++)
        {
            FakeBoard board = station.NewBoard(ca);
            using BoardLine line = new(board, 0, faults);
            StationStop? stop = new("", "");
            for (int attempt = 0; stop is not null; attempt++)
            {
                line.PlugIn();
                attempts++;
                stop = attempt < TriesABoard ? Provision(line, station, ca, database, desk, board, TimeSpan.FromMilliseconds(20)) : throw new InvalidOperationException(stop.Line);
            }
        }

        IReadOnlyList<BoardRecord> records = database.All();
        string? problem = RecordVerification.WhyNot(database, []);
        int completed = records.Count(record => record.State == BoardRecordState.Completed);
        bool unique = (string[][])[[.. records.Select(r => r.DeviceId)], [.. records.Select(r => r.KeyHash)], [.. records.Select(r => r.Serial)], [.. records.Select(r => RecordJson.Fingerprint(r.Certificate))]]
            is var columns && columns.All(column => column.Distinct().Count() == boards);
        output.WriteLine(Text(
            $"{boards} boards in a row, seed {Seed}: {completed} completed in {attempts} attempts and {watch.Elapsed.TotalSeconds:0} s; record {problem ?? "verifies"}; ids, keys, serials and certificates {(unique ? "each once" : "REPEATED")}"));
        if (problem is not null || !unique || completed != boards)
        {
            throw new InvalidOperationException("the shift's record is not what it has to be");
        }
    }

    private static StationStop? Provision(
        BoardLine line, BenchStation station, IssuingCa ca, ManufacturingDatabase database, SigningDesk desk, FakeBoard board, TimeSpan answer)
    {
        StationTimes times = new(answer, TimeSpan.FromSeconds(2), answer < TimeSpan.FromSeconds(1) ? answer : TimeSpan.FromSeconds(1));
        string id = database.Reserve(board.KeyHash, "unit");
        return new ProvisioningRun(
            new BoardLink(line, times), desk, new ClaimStore(database), ca, id, BenchStation.Production, new AdmissionRule(AdmissionRule.Dev, null, null), _setup, station.Image, _ => { }).Run();
    }

    private static Percentiles Sign(BenchStation station, IssuingCa ca, string name, int count)
    {
        using ManufacturingDatabase database = ManufacturingDatabase.Open(station["sign-" + name], create: true);
        SigningDesk desk = new(database, new CertificateIssuer(ca), TimeProvider.System);
        Percentiles times = new();
        for (int i = -2; i < count; i++)
        {
            string id = $"unit-{i + 3}";
            byte[] request = Request(id, out string hardware);
            Stopwatch watch = Stopwatch.StartNew();
            DeskResult result = desk.Sign(request, new Assignment(id, hardware, null), BenchStation.Production, new Admission("dev", null, null));
            if (result.Record?.Certificate is null)
            {
                throw new InvalidOperationException(result.Check.Reason);
            }

            if (i >= 0)
            {
                times.Add(watch.Elapsed);
            }
        }

        return times;
    }

    private static byte[] Request(string id, out string hardware)
    {
        hardware = "hw-" + id;
        StoredKey key = new(P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32)));
        return Pem.Encode(CertificateRequest.PemLabel, CertificateRequest.Create(key, hardware, id));
    }

    /// <summary>An issuing key in a token of SoftHSM2, signed by this environment's root; null where there is none.</summary>
    private static string? Token(BenchStation station)
    {
        const string Module = "/usr/lib/softhsm/libsofthsm2.so";
        if (!File.Exists(Module))
        {
            return null;
        }

        Directory.CreateDirectory(station["tokens"]);
        Directory.CreateDirectory(station["token"]);
        File.WriteAllText(station["softhsm2.conf"], $"directories.tokendir = {station["tokens"]}\nobjectstore.backend = file\nlog.level = ERROR\n");
        File.WriteAllText(station["pin"], "4321\n");
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", station["softhsm2.conf"]);
        if (setenv("SOFTHSM2_CONF", station["softhsm2.conf"], 1) != 0)
        {
            return null;
        }

        BenchStation.Program("softhsm2-util", "--init-token", "--free", "--label", "bench", "--so-pin", "1234", "--pin", "4321");
        string reference = $"pkcs11:token=bench;object=issuing?module-path={Module}&pin-source=file:{station["pin"]}";
        BenchStation.Program("factory", "ca", "new", "--key", reference);
        BenchStation.Program("factory", "ca", "csr", "--key", reference, "--environment", "lab", "--out", station["token/issuing.csr"]);
        string commands = CaEquivalent.Commands("lab", withRoot: true);
        File.WriteAllText(station["token/root.pass"], "bench\n");
        BenchStation.Program("bash", "-euc", $"cd '{station["token"]}'\n{commands}");
        return reference;
    }

    /// <summary>The library in this process reads the system's variables, of which .NET keeps a copy.</summary>
    [DllImport("libc")]
    private static extern int setenv(string name, string value, int overwrite);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
