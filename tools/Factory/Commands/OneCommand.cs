using System.CommandLine;
using DeviceFirmware.Bytes;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary><c>factory one</c>: provisions the board on one serial line.</summary>
public static class OneCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> port = new("--port") { Required = true, Description = "serial port, e.g. /dev/ttyUSB0, or tcp:HOST:PORT" };
        Option<string?> id = new("--id") { Description = "the id to assign, 1 to 32 of a-z, 0-9, '-'" };
        Option<string?> prefix = ServeCommand.PrefixOption();
        Option<string> data = StationOptions.DataOption();
        StationOptions station = new();
        SetupOptions setup = new();
        Command command = new("one", "provisions the board on one serial line; repeat it after any interruption") { port, id, prefix, data };
        setup.AddTo(command);
        station.AddTo(command);
        command.SetAction(parsed =>
        {
            string? deviceId = parsed.GetValue(id) is string given ? ParseId(given) : null;
            string? numbered = ServeCommand.ParsePrefix(parsed.GetValue(prefix));
            if ((deviceId is null) == (numbered is null))
            {
                throw ToolFailure.BadInput("--id or --id-prefix, one of them");
            }

            FirstImage first = setup.ReadImage(parsed);
            Production production = station.ReadProduction(parsed, first.Version);
            BoardSetup told = setup.ReadSetup(parsed);
            StationTimes times = setup.ReadTimes(parsed);
            int bits = setup.ReadBaud(parsed);
            using IssuingCa ca = station.LoadCa(parsed);
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: true);
            using IStationLine line = OpenLine(parsed.GetRequiredValue(port), bits);
            SigningDesk desk = new(database, new CertificateIssuer(ca), TimeProvider.System);
            BoardLink link = new(line, times);
            StationStop? stop = null;
            if (deviceId is null)
            {
                Reply<BoardMessage> board = link.Greet(_ => true);
                stop = board.Stop;
                deviceId = board.Message is null ? "" : database.Reserve(Hex.Encode(board.Message.KeyHash), numbered!);
            }

            stop ??= new ProvisioningRun(link, desk, new ClaimStore(database), ca, deviceId, production, station.ReadAdmission(parsed, ca.Environment), told, first, Console.WriteLine).Run();
            return stop is null ? 0 : throw ToolFailure.RefusedElsewhere(stop.Line);
        });
        return command;
    }

    /// <summary>A device id, or bad input.</summary>
    public static string ParseId(string text) =>
        Bytes.Ascii.IsName(text) ? text : throw ToolFailure.BadInput("a device id is 1 to 32 of a-z, 0-9 and '-'");

    private static IStationLine OpenLine(string port, int baud)
    {
        try
        {
            return PortPatterns.Open(port, baud);
        }
        catch (IOException problem)
        {
            throw ToolFailure.BadInput(problem.Message.StartsWith("error: ", StringComparison.Ordinal) ? problem.Message[7..] : problem.Message);
        }
    }
}
