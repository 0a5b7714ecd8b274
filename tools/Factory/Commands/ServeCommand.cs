using System.CommandLine;
using System.Runtime.InteropServices;
using DeviceFirmware.Tools;
using Spectre.Console;

namespace DeviceFirmware.Factory;

/// <summary><c>factory serve</c>: the line, all day: whatever appears on the ports is provisioned.</summary>
public static class ServeCommand
{
    private const int MaximumPrefix = 16;
    private const int MaximumPosture = BoardPosture.MaximumBytes;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string[]> ports = new("--port") { Required = true, Description = "a port, or a pattern such as '/dev/ttyUSB*' or 'COM*', or tcp:HOST:PORT; may be repeated" };
        Option<string?> prefix = PrefixOption();
        Option<string?> postures = new("--postures") { Description = "directory with HARDWAREID.json of each board, as `board doctor --posture` wrote it" };
        Option<int> boards = new("--boards") { Description = "end after so many boards; 0, the default, never" };
        Option<bool> plain = new("--plain") { Description = "lines instead of the live table, as where the output is no terminal" };
        Option<string> data = StationOptions.DataOption();
        StationOptions station = new();
        SetupOptions setup = new();
        prefix.Required = true;
        Command command = new("serve", "watches serial ports and provisions whatever appears, any number at once; Ctrl+C ends it after the boards in work") { ports, prefix, postures, boards, plain, data };
        setup.AddTo(command);
        station.AddTo(command);
        command.SetAction(parsed =>
        {
            string numbered = ParsePrefix(parsed.GetValue(prefix))!;
            FirstImage image = setup.ReadImage(parsed);
            Production production = station.ReadProduction(parsed, image.Version);
            BoardSetup told = setup.ReadSetup(parsed);
            StationTimes times = setup.ReadTimes(parsed);
            int baud = setup.ReadBaud(parsed);
            using IssuingCa ca = station.LoadCa(parsed);
            AdmissionRule common = station.ReadAdmission(parsed, ca.Environment);
            string? folder = parsed.GetValue(postures);
            AdmissionRule Admission(string hardwareId) => folder is null ? common : common.With(ReadPosture(folder, hardwareId));
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: true);
            SigningDesk desk = new(database, new CertificateIssuer(ca), TimeProvider.System);
            Floor floor = new(TimeProvider.System);
            Provisioner provisioner = new(database, desk, ca, production, Admission, told, image, numbered);
            PortWatch watch = new(new PortPatterns(parsed.GetRequiredValue(ports)), port => PortPatterns.Open(port, baud), times, provisioner, floor);
            bool isPlain = parsed.GetValue(plain) || Console.IsOutputRedirected;
            Run(watch, parsed.GetValue(boards), floor, database, isPlain);
            return 0;
        });
        return command;
    }

    /// <summary>The option of numbered ids.</summary>
    public static Option<string?> PrefixOption() =>
        new("--id-prefix") { Description = $"boards are numbered behind this, 1 to {MaximumPrefix} of a-z, 0-9, '-': unit gives unit-000001" };

    /// <summary>A prefix, or bad input; null for none.</summary>
    public static string? ParsePrefix(string? text) =>
        text is null || (text.Length <= MaximumPrefix && Bytes.Ascii.IsName(text)) ? text : throw ToolFailure.BadInput($"--id-prefix is 1 to {MaximumPrefix} of a-z, 0-9 and '-'");

    private static void Run(PortWatch watch, int boards, Floor floor, ManufacturingDatabase database, bool isPlain)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, stop));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, stop));
        PlainView plain = new(Console.Out);
        using CancellationTokenSource drawn = new();
        Thread? drawing = null;
        if (isPlain)
        {
            floor.Changed += plain.Show;
        }
        else
        {
            drawing = new Thread(() => LiveView.Run(AnsiConsole.Console, floor, () => database.StoppedBecause, drawn.Token));
            drawing.Start();
        }

        watch.Run(boards, stop.Token);
        drawn.Cancel();
        drawing?.Join();
        plain.Show(floor.Totals());
    }

    private static void End(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    private static BoardPosture? ReadPosture(string folder, string hardwareId)
    {
        string path = Path.Combine(folder, hardwareId + ".json");
        return !Bytes.Ascii.IsName(hardwareId) || !File.Exists(path) ? null
            : BoardPosture.Decode(WholeFile.Read(path, MaximumPosture), out string problem) ?? throw ToolFailure.BadInput($"{path} is no posture: it {problem}");
    }
}
