using DeviceFirmware.Board;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Board;

/// <summary>
/// A program that takes nanoff's command lines, writes them down, and answers as it was told. It says what nanoff 2.5 prints, so that what reads
/// it is tested; whether the real one does what its options say is not.
/// </summary>
internal sealed class NanoffStandIn : IDisposable
{
    public const string Esp32 = """
        .NET nanoFramework Firmware Flasher v2.5.162+0123456789
        Copyright (C) 2019 .NET Foundation and nanoFramework project contributors

        Reading details from chip...OK

        Connected to:
        ESP32 (ESP32-D0WD-V3 (revision v3.1))
        Features Wi-Fi, BT, Dual Core, 240MHz, VRef calibration in efuse, Coding Scheme None
        Flash size 4MB GD25Q32 from GIGADEVICE (manufacturer 0xC8 device 0x4016)
        PSRAM: undetermined
        Crystal 40MHz
        MAC 24:0A:C4:00:11:22

        """;

    public const string Clr = """

        System Information
        HAL build info: nanoCLR running @ ESP32 built with ESP-IDF v5.5.4
          Target:   ESP32_PSRAM_REV3
          Platform: ESP32

        Firmware build Info:
          Date:        Jun 27 2026
          Type:        MinSizeRel build, chip rev. >= 3, support for PSRAM
          CLR Version: 1.17.0.138
          Compiler:    GNU ARM GCC v14.2.0

        OEM Product codes (vendor, model, SKU): 0, 0, 0

        AppDomains:

        Assemblies:
          DeviceFirmware.Loader, 0.1.0.0
          mscorlib, 1.17.11.0

        Native Assemblies:
          mscorlib v100.5.0.24, checksum 0x1549C856
          nanoFramework.Runtime.Native v100.0.10.0, checksum 0x0EAE898B

        """;

    private const string Script = """
        #!/bin/sh
        here=$(dirname "$0")
        echo "$*" >> "$here/calls"
        case "$*" in
            --version*) what=version ;;
            *--nanodevice*) what=clr ;;
            *--checkpsram*) what=psram ;;
            *--devicedetails*) what=chip ;;
            *--update*) what=update ;;
            *--deploy*) what=deploy
                while [ $# -gt 0 ]; do [ "$1" = --image ] && cp "$2" "$here/deployed"; shift; done ;;
            *) what=none ;;
        esac
        [ -f "$here/$what.out" ] && cat "$here/$what.out"
        [ -f "$here/$what.hangs" ] && sleep 60
        [ -f "$here/$what.dies" ] && kill -9 $$
        [ -f "$here/$what.code" ] && exit "$(cat "$here/$what.code")"
        exit 0
        """;

    private readonly TemporaryDirectory _directory = new();

    public NanoffStandIn()
    {
        File.WriteAllText(Program, Script.ReplaceLineEndings("\n") + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Says("version", $"nanoff {Pins.Nanoff}+0123456789\n");
        Says("chip", Esp32);
        Says("psram", Esp32.Replace("undetermined", "4MB", StringComparison.Ordinal));
        Says("clr", Clr);
        File.WriteAllBytes(Deployment, Assemblies.Deployment());
    }

    public string Program => _directory["nanoff"];

    public string Deployment => _directory["DeviceFirmware.Loader.bin"];

    /// <summary>How long one run may take.</summary>
    public int Seconds { get; set; } = 20;

    public string this[string name] => _directory[name];

    /// <summary>The command lines so far.</summary>
    public string[] Calls => File.Exists(_directory["calls"]) ? File.ReadAllLines(_directory["calls"]) : [];

    /// <summary>What was deployed; null when nothing was.</summary>
    public byte[]? Deployed => File.Exists(_directory["deployed"]) ? File.ReadAllBytes(_directory["deployed"]) : null;

    public void Says(string what, string output) => File.WriteAllText(_directory[what + ".out"], output.ReplaceLineEndings("\n"));

    /// <summary>Fails as nanoff does: a message, and an exit code of which eight bits are left.</summary>
    public void Fails(string what, int code, string message = "")
    {
        File.WriteAllText(_directory[what + ".code"], $"{code & 255}");
        Says(what, $"Error E{code}: {message}\n");
    }

    /// <summary>Hangs, or dies by a signal, after it has said what it says.</summary>
    public void Does(string what, string how) => File.WriteAllText(_directory[$"{what}.{how}"], "");

    public ToolRun Flash(params string[] more) =>
        ToolRun.Of("board", ["flash", "--port", "/dev/ttyUSB7", "--deployment", Deployment, "--nanoff", Program, "--nanoff-seconds", $"{Seconds}", .. more]);

    public void Dispose() => _directory.Dispose();
}
