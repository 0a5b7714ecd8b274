using System.CommandLine;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>The options of every command that provisions over a line: what a board is told, what it is given, and how long the station waits.</summary>
public sealed class SetupOptions
{
    private const int MaximumHost = 128;
    private const int MaximumNetworkName = 32;
    private const int MaximumNetworkPassword = 64;

    private readonly Option<string> _host = new("--broker-host") { Required = true, Description = "the broker's host name, as in its certificate" };
    private readonly Option<int> _brokerPort = new("--broker-port") { Required = true, Description = "the broker's TCP port, 1 to 65535" };
    private readonly Option<string> _image = new("--image") { Required = true, Description = "the first application image" };
    private readonly Option<int> _telemetry = new("--telemetry-seconds") { DefaultValueFactory = _ => 60, Description = "seconds between telemetry messages, 1 to 86400" };
    private readonly Option<string> _ssid = new("--ssid") { DefaultValueFactory = _ => "", Description = "Wi-Fi network name; none by default" };
    private readonly Option<string?> _passwordFile = new("--password-file") { Description = "file with the Wi-Fi password in its first line; an open network by default" };
    private readonly Option<int> _baud = new("--baud") { DefaultValueFactory = _ => 115200, Description = "bits per second on the line" };
    private readonly Option<double> _answer = new("--answer-seconds") { DefaultValueFactory = _ => 30, Description = $"seconds to wait for an answer before sending again, {StationTimes.Tries} times in all" };
    private readonly Option<double> _greeting = new("--greeting-seconds") { DefaultValueFactory = _ => 30, Description = "seconds to wait for a board to be greeted, its restart included" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_host, _brokerPort, _image, _telemetry, _ssid, _passwordFile, _baud, _answer, _greeting])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The first image.</summary>
    public FirstImage ReadImage(ParseResult parsed) => FirstImage.Read(parsed.GetRequiredValue(_image));

    /// <summary>What a board is told about its world.</summary>
    public BoardSetup ReadSetup(ParseResult parsed) => new(
        ParseAscii(parsed.GetRequiredValue(_host), 1, MaximumHost, "--broker-host"),
        ParseNumber(parsed.GetRequiredValue(_brokerPort), 1, 65535, "--broker-port"),
        ParseNumber(parsed.GetRequiredValue(_telemetry), 1, 86400, "--telemetry-seconds"),
        ParseAscii(parsed.GetRequiredValue(_ssid), 0, MaximumNetworkName, "--ssid"),
        ReadPassword(parsed.GetValue(_passwordFile)));

    /// <summary>How long the station waits.</summary>
    public StationTimes ReadTimes(ParseResult parsed) => new(
        ParseSeconds(parsed.GetRequiredValue(_answer), "--answer-seconds"),
        ParseSeconds(parsed.GetRequiredValue(_greeting), "--greeting-seconds"),
        TimeSpan.FromSeconds(1));

    /// <summary>Bits per second.</summary>
    public int ReadBaud(ParseResult parsed) => ParseNumber(parsed.GetRequiredValue(_baud), 300, 4_000_000, "--baud");

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
