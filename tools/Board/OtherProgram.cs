using System.ComponentModel;
using System.Diagnostics;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>How a program ended.</summary>
public enum ProgramEnd
{
    /// <summary>It never started: there is no such program.</summary>
    Missing = 0,

    /// <summary>It was killed because it took too long.</summary>
    TimedOut,

    /// <summary>It ended with <see cref="ProgramResult.ExitCode"/>.</summary>
    Ended,
}

/// <summary>What a program printed, both streams together, and how it ended.</summary>
public sealed record ProgramResult(ProgramEnd End, int ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>It ended well.</summary>
    public bool IsGood => End == ProgramEnd.Ended && ExitCode == 0;

    /// <summary>Everything it printed.</summary>
    public string Text => string.Join('\n', Lines);
}

/// <summary>Another program, run as a person would: its command line is printed first, what it prints is data.</summary>
public static class OtherProgram
{
    private const int MostLines = 10_000;

    /// <summary>The command line as a person would type it.</summary>
    public static string CommandLine(string program, IEnumerable<string> arguments) => string.Join(' ', arguments.Prepend(program).Select(Quote));

    /// <summary>Runs it to its end, or kills it with all its children when the patience is over. Lines are handed on as they come.</summary>
    public static ProgramResult Run(string program, IReadOnlyList<string> arguments, TimeSpan patience, Action<string>? tell = null)
    {
        List<string> lines = [];
        void Take(string? line)
        {
            if (line is null)
            {
                return;
            }

            lock (lines)
            {
                if (lines.Count < MostLines)
                {
                    lines.Add(ToolFailure.OneLine(line));
                    tell?.Invoke(lines[^1]);
                }
            }
        }

        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            // Not found, or no program.
        }

        if (process is null)
        {
            return new ProgramResult(ProgramEnd.Missing, -1, []);
        }

        using (process)
        {
            process.StandardInput.Close();
            process.OutputDataReceived += (_, data) => Take(data.Data);
            process.ErrorDataReceived += (_, data) => Take(data.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            bool ended = process.WaitForExit(patience);
            if (!ended)
            {
                process.Kill(entireProcessTree: true);
            }

            // The last lines: a child that keeps the pipe open must not keep us, so this wait is bounded too.
            _ = process.WaitForExitAsync().Wait(TimeSpan.FromSeconds(5));
            lock (lines)
            {
                return new ProgramResult(ended ? ProgramEnd.Ended : ProgramEnd.TimedOut, ended ? process.ExitCode : -1, [.. lines]);
            }
        }
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=+,@\\".Contains(c, StringComparison.Ordinal))
            ? argument
            : "'" + argument.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
