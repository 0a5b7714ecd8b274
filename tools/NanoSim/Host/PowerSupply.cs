using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>
/// The outer process of a virtual board: holds its wires and powers it. The powered board is a second process of the same program, so that
/// its power can end without warning and start again.
/// </summary>
public static class PowerSupply
{
    private const int UsageCode = 2;
    private const string PoweredOption = "--powered";

    private static readonly Option<DirectoryInfo> _flash = new("--flash")
    {
        Description = "Folder that is the board's flash (its littlefs partition). Made when missing. Required.",
        Required = true,
    };

    private static readonly Option<string?> _serial = new("--serial")
    {
        Description = "Symbolic link to make to the terminal device of the serial line (115200 8N1 in spirit). Default: nothing is connected.",
    };

    private static readonly Option<string?> _mac = new("--mac")
    {
        Description = "Station MAC address, 12 hexadecimal digits. Default: made from the path of the flash folder.",
    };

    private static readonly Option<long> _cutAfter = new("--cut-after")
    {
        Description = "Cut the power when storage operation N + 1 is about to happen, counted from this start over all restarts; ends with code 137. Default: never.",
        DefaultValueFactory = _ => -1,
    };

    private static readonly Option<string?> _count = new("--count")
    {
        Description = "File that always holds the number of storage operations done so far, in decimal. Default: none.",
    };

    private static readonly Option<bool> _noSntp = new("--no-sntp")
    {
        Description = "The network answers no time requests: the clock stays where the board sets it. Default: it answers with this machine's time.",
    };

    private static readonly Option<string?> _button = new("--button")
    {
        Description = "File that is the board's button: making it presses the button, and the board removes it. Default: no button.",
    };

    private static readonly Option<string?> _pins = new("--pins")
    {
        Description = "Folder with a file for each GPIO that pulses come to, named by its number; each byte added to it is a pulse. Default: none come.",
    };

    private static readonly Option<int> _setupPort = new("--setup-port")
    {
        Description = "Port of 127.0.0.1 that stands for port 80 of the board's own access point, 1 to 65535. Default: no access point.",
    };

    private static readonly Option<int> _powered = new(PoweredOption) { Hidden = true, DefaultValueFactory = _ => -1 };

    /// <summary>Runs the command line.</summary>
    /// <param name="args">Arguments of the process.</param>
    /// <param name="firmware">The firmware's entry, called once in the board's own process.</param>
    public static int Run(string[] args, Action firmware)
    {
        RootCommand command = new("A board as a process: the firmware of an ESP32, compiled for .NET, on simulated hardware. No option sets a trust anchor.")
        {
            _flash, _serial, _mac, _cutAfter, _count, _noSntp, _button, _pins, _setupPort, _powered,
        };
        command.SetAction(result => Run(result, firmware));
        ParseResult parsed = command.Parse(args);
        return parsed.Errors.Count > 0 ? Usage(string.Join("; ", parsed.Errors.Select(e => e.Message))) : parsed.Invoke();
    }

    private static int Run(ParseResult result, Action firmware)
    {
        string flash = result.GetValue(_flash)!.FullName;
        byte[]? mac = Mac(result.GetValue(_mac), flash);
        if (mac is null)
        {
            return Usage("--mac is not 12 hexadecimal digits of a station address");
        }

        int port = result.GetValue(_setupPort);
        if (port is < 0 or > 65535)
        {
            return Usage("--setup-port is not 1 to 65535");
        }

        SimOptions options = new(flash, mac, -1, result.GetValue(_cutAfter), result.GetValue(_count), !result.GetValue(_noSntp))
        {
            ButtonFile = result.GetValue(_button) is { } button ? Path.GetFullPath(button) : null,
            PinsFolder = result.GetValue(_pins) is { } pins ? Path.GetFullPath(pins) : null,
            SetupPort = port,
        };
        bool isBoard = result.GetResult(_powered) is OptionResult { Implicit: false };
        if (isBoard)
        {
            PoweredBoard.Run(options with { SerialDescriptor = result.GetValue(_powered) }, firmware);
        }

        try
        {
            return Supply(options, result.GetValue(_serial));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Usage(exception.Message);
        }
    }

    private static int Usage(string message)
    {
        Console.Error.WriteLine("error: " + message);
        return UsageCode;
    }

    private static byte[]? Mac(string? text, string flash)
    {
        if (text is null)
        {
            byte[] made = SHA256.HashData(Encoding.UTF8.GetBytes(flash))[..6];
            made[0] = (byte)((made[0] & 0xFC) | 2);
            return made;
        }

        try
        {
            byte[] mac = Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));
            return mac.Length == 6 && (mac[0] & 1) == 0 ? mac : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static int Supply(SimOptions options, string? serial)
    {
        Directory.CreateDirectory(options.FlashDirectory);
        using SerialWire? wire = serial is null ? null : SerialWire.Create(serial);
        string count = Path.GetFullPath(options.CountFile ?? Path.GetTempFileName());
        try
        {
            File.WriteAllText(count, "0\n");
            if (wire is not null)
            {
                Console.WriteLine($"power: serial line {serial} is {wire.Device}");
            }

            using Switch off = new();
            while (true)
            {
                Console.WriteLine("power: on");
                int code = off.RunUntilEnd(Start(options with { CountFile = count, SerialDescriptor = wire?.Descriptor ?? -1 }));
                if (off.IsOff)
                {
                    return 0;
                }

                if (code != SimPower.RestartCode)
                {
                    if (code == SimPower.CutCode)
                    {
                        Console.WriteLine($"power cut after operation {File.ReadAllText(count).Trim()}");
                    }

                    return code;
                }
            }
        }
        finally
        {
            if (options.CountFile is null)
            {
                File.Delete(count);
            }
        }
    }

    private static Process Start(SimOptions options)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.GetFullPath(Environment.GetCommandLineArgs()[0]));
        }

        string[] arguments =
        [
            _flash.Name, options.FlashDirectory,
            _mac.Name, Convert.ToHexString(options.Mac),
            _cutAfter.Name, options.CutAfter.ToString(CultureInfo.InvariantCulture),
            _count.Name, options.CountFile!,
            PoweredOption, options.SerialDescriptor.ToString(CultureInfo.InvariantCulture),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (options.PinsFolder is not null)
        {
            start.ArgumentList.Add(_pins.Name);
            start.ArgumentList.Add(options.PinsFolder);
        }

        if (options.ButtonFile is not null)
        {
            start.ArgumentList.Add(_button.Name);
            start.ArgumentList.Add(options.ButtonFile);
        }

        if (options.SetupPort != 0)
        {
            start.ArgumentList.Add(_setupPort.Name);
            start.ArgumentList.Add(options.SetupPort.ToString(CultureInfo.InvariantCulture));
        }

        if (!options.HasNetworkTime)
        {
            start.ArgumentList.Add(_noSntp.Name);
        }

        // The board is only ever killed, which leaves the runtime's diagnostic pipes in the temporary folder. Set to 1, a debugger can attach.
        start.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        return Process.Start(start)!;
    }

    /// <summary>The main switch: a signal to this process turns the board off, at any time.</summary>
    private sealed class Switch : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly List<PosixSignalRegistration> _signals = [];
        private Process? _board;

        public Switch()
        {
            foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            {
                _signals.Add(PosixSignalRegistration.Create(signal, TurnOff));
            }
        }

        public bool IsOff { get; private set; }

        public int RunUntilEnd(Process board)
        {
            lock (_lock)
            {
                _board = board;
                if (IsOff)
                {
                    board.Kill();
                }
            }

            board.WaitForExit();
            lock (_lock)
            {
                _board = null;
                int code = board.ExitCode;
                board.Dispose();
                return code;
            }
        }

        public void Dispose() => _signals.ForEach(signal => signal.Dispose());

        private void TurnOff(PosixSignalContext context)
        {
            context.Cancel = true;
            lock (_lock)
            {
                IsOff = true;
                _board?.Kill();
            }
        }
    }
}
