using System.Text.RegularExpressions;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>
/// nanoff, as a process. Its exit codes do not fit eight bits, so the code is read out of what it printed. Below normal verbosity where it
/// writes: at normal verbosity it moves a cursor that a redirected output does not have, and fails half-way.
/// </summary>
public sealed partial class Nanoff(string program, string port, TimeSpan patience, bool dryRun, Action<string> tell)
{
    /// <summary>How to get it.</summary>
    public static string InstallCommand => $"dotnet tool install -g nanoff --version {Pins.Nanoff}";

    /// <summary>Its version, or null when there is none to run.</summary>
    public static string? FindVersion(string program, TimeSpan patience)
    {
        ProgramResult said = OtherProgram.Run(program, ["--version"], patience);
        return said.End == ProgramEnd.Missing ? null : VersionNumber().Match(said.Text) is { Success: true } found ? found.Value : "";
    }

    /// <summary>The chip's details. With <paramref name="checkPsram"/> a small program is written over the CLR to find out.</summary>
    public ProgramResult ChipDetails(bool checkPsram) =>
        Run(checkPsram ? ["--platform", "esp32", "--serialport", port, "--devicedetails", "--checkpsram"] : ["--platform", "esp32", "--serialport", port, "--devicedetails"]);

    /// <summary>What the running CLR says.</summary>
    public ProgramResult ClrDetails() => Run(["--nanodevice", "--serialport", port, "--devicedetails"]);

    /// <summary>Writes second-stage loader, partition table and CLR. The storage partition is left alone: no copy of it comes to this computer.</summary>
    public ProgramResult WriteClr(string target, string? version, bool massErase) => Run(
        [
            "--target", target, "--serialport", port, "--update",
            .. version is null ? Array.Empty<string>() : ["--fwversion", version],
            massErase ? "--masserase" : "--nobackupconfig", "-v", "minimal",
        ]);

    /// <summary>Writes a file to an address. Without the address nanoff takes one that is right for some chips only.</summary>
    public ProgramResult WriteDeployment(string target, string file, int address) => Run(
        ["--target", target, "--serialport", port, "--deploy", "--image", file, "--address", $"0x{address:X}", "-v", "minimal"]);

    /// <summary>Why it did not do what it was asked, in a person's words.</summary>
    public ToolFailure Failure(ProgramResult result, string doing)
    {
        string code = ErrorCode().Matches(result.Text).LastOrDefault()?.Value ?? "";
        (string token, string text) = result.End switch
        {
            ProgramEnd.Missing => ("no-nanoff", $"there is no {program}. Install it: {InstallCommand}"),
            ProgramEnd.TimedOut => ("nanoff-hangs", $"nanoff did not end within {patience.TotalSeconds:0} s while {doing}, and was stopped. Unplug the board, plug it in, hold BOOT while you try again"),
            _ => code switch
            {
                "E4005" or "E6000" => ("port-unusable", $"nanoff could not open {port}: not there, not permitted, or in use. `board doctor --port {port}` says which"),
                "E6002" => ("port-busy", $"another program has {port}: a terminal, Visual Studio's device explorer. Close it"),
                "E2000" or "E2001" or "E2002" => ("no-clr", $"no CLR answers on {port} while {doing}. If the board was just flashed, press its reset button once"),
                "E4001" => ("flash-too-small", "nanoff has no partition table for this size of flash"),
                "E9005" or "E9007" or "E9015" => ("no-such-clr", "nanoff found no such CLR image. `nanoff --listtargets --platform esp32` shows what there is; give another with --clr-version, or none with --clr-version newest; the checks afterwards say whether it fits"),
                "E4000" or "E4002" or "E4003" or "E4004" => ("no-bootloader", $"the chip's boot loader did not do it ({code}) while {doing}. Hold the BOOT button down while you try again; try another cable"),
                _ => ("nanoff-failed", $"nanoff ended with {(code.Length > 0 ? code : $"exit code {result.ExitCode}")} while {doing}: {result.Lines.LastOrDefault(line => line.Trim().Length > 0)?.Trim() ?? "it said nothing"}"),
            },
        };
        return ToolFailure.Refused(token, text);
    }

    private ProgramResult Run(string[] arguments)
    {
        string[] all = [.. arguments, "--suppressnanoffversioncheck"];
        tell("$ " + OtherProgram.CommandLine(program, all));
        return dryRun ? new ProgramResult(ProgramEnd.Ended, 0, []) : OtherProgram.Run(program, all, patience);
    }

    [GeneratedRegex(@"\bE\d{4}\b")]
    private static partial Regex ErrorCode();

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex VersionNumber();
}
