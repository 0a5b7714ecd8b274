using System.CommandLine;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary><c>factory one</c>: provisions the board on one serial line.</summary>
public static class OneCommand
{
    private const int MaximumHost = 128;
    private const int MaximumNetworkName = 32;
    private const int MaximumNetworkPassword = 64;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> port = new("--port") { Required = true, Description = "serial port, e.g. /dev/ttyUSB0" };
        Option<string> id = new("--id") { Required = true, Description = "the id to assign, 1 to 32 of a-z, 0-9, '-'" };
        Option<string> data = StationOptions.DataOption();
        Option<string> host = new("--broker-host") { Required = true, Description = "the broker's host name, as in its certificate" };
        Option<int> brokerPort = new("--broker-port") { Required = true, Description = "the broker's TCP port, 1 to 65535" };
        Option<string> image = new("--image") { Required = true, Description = "the first application image" };
        Option<int> telemetry = new("--telemetry-seconds") { DefaultValueFactory = _ => 60, Description = "seconds between telemetry messages, 1 to 86400" };
        Option<string> ssid = new("--ssid") { DefaultValueFactory = _ => "", Description = "Wi-Fi network name; none by default" };
        Option<string?> passwordFile = new("--password-file") { Description = "file with the Wi-Fi password in its first line; an open network by default" };
        Option<int> baud = new("--baud") { DefaultValueFactory = _ => 115200, Description = "bits per second on the line" };
        Option<double> answer = new("--answer-seconds") { DefaultValueFactory = _ => 30, Description = $"seconds to wait for an answer before sending again, {StationTimes.Tries} times in all" };
        Option<double> greeting = new("--greeting-seconds") { DefaultValueFactory = _ => 30, Description = "seconds to wait for a board to be greeted, its restart included" };
        StationOptions station = new();
        Command command = new("one", "provisions the board on one serial line; repeat it after any interruption")
        {
            port, id, data, host, brokerPort, image, telemetry, ssid, passwordFile, baud, answer, greeting,
        };
        station.AddTo(command);
        command.SetAction(parsed =>
        {
            string deviceId = ParseId(parsed.GetRequiredValue(id));
            FirstImage first = FirstImage.Read(parsed.GetRequiredValue(image));
            Production production = station.ReadProduction(parsed, first.Version);
            BoardSetup setup = new(
                ParseAscii(parsed.GetRequiredValue(host), 1, MaximumHost, "--broker-host"),
                ParseNumber(parsed.GetRequiredValue(brokerPort), 1, 65535, "--broker-port"),
                ParseNumber(parsed.GetRequiredValue(telemetry), 1, 86400, "--telemetry-seconds"),
                ParseAscii(parsed.GetRequiredValue(ssid), 0, MaximumNetworkName, "--ssid"),
                ReadPassword(parsed.GetValue(passwordFile)));
            StationTimes times = new(
                ParseSeconds(parsed.GetRequiredValue(answer), "--answer-seconds"),
                ParseSeconds(parsed.GetRequiredValue(greeting), "--greeting-seconds"),
                TimeSpan.FromSeconds(1));
            int bits = ParseNumber(parsed.GetRequiredValue(baud), 300, 4_000_000, "--baud");

            using IssuingCa ca = station.LoadCa(parsed);
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: true);
            using SerialPortLine line = SerialPortLine.Open(parsed.GetRequiredValue(port), bits);
            SigningDesk desk = new(database, new CertificateIssuer(ca), TimeProvider.System);
            ProvisioningRun run = new(
                new BoardLink(line, times), desk, ca, deviceId, production, station.ReadAdmission(parsed, ca.Environment), setup, first, Console.WriteLine);
            StationStop? stop = run.Run();
            return stop is null ? 0 : throw ToolFailure.RefusedElsewhere(stop.Line);
        });
        return command;
    }

    /// <summary>A device id, or bad input.</summary>
    public static string ParseId(string text) =>
        Bytes.Ascii.IsName(text) ? text : throw ToolFailure.BadInput("a device id is 1 to 32 of a-z, 0-9 and '-'");

    private static string ReadPassword(string? path)
    {
        if (path is null)
        {
            return "";
        }

        string text = Encoding.Latin1.GetString(WholeFile.Read(path, 1024));
        return ParseAscii(text.Split('\n')[0].TrimEnd('\r'), 0, MaximumNetworkPassword, "the Wi-Fi password");
    }

    private static string ParseAscii(string text, int minimum, int maximum, string name) =>
        text.Length >= minimum && text.Length <= maximum && text.All(c => c is >= ' ' and <= '~')
            ? text
            : throw ToolFailure.BadInput($"{name} is {minimum} to {maximum} printable ASCII characters");

    private static int ParseNumber(int value, int minimum, int maximum, string name) =>
        value >= minimum && value <= maximum ? value : throw ToolFailure.BadInput($"{name} is {minimum} to {maximum}");

    private static TimeSpan ParseSeconds(double value, string name) =>
        value is > 0 and <= 3600 ? TimeSpan.FromSeconds(value) : throw ToolFailure.BadInput($"{name} is above 0 and at most 3600");
}
