using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary><c>signer log</c>: checks a release log and shows it.</summary>
public static class LogCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "the release log" };
        Option<string?> head = new("--head") { Description = "a head that was handed over earlier; refused when the log does not go through it" };
        Command command = new("log", "checks a release log from its first byte and shows what was signed") { file, head };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(head)));
        return command;
    }

    private static int Run(string file, string? head)
    {
        using ReleaseLog log = ReleaseLog.Open(file, create: false);
        if (head is not null && !log.Heads.Contains(head))
        {
            throw ToolFailure.Refused("head-unknown", "the log does not go through that head: it was cut or written anew");
        }

        foreach (ReleaseEntry entry in log.Entries)
        {
            string line = $"{entry.Number,4} {entry.Time} {entry.BoardType} {entry.Version} counter {entry.Counter} {entry.Digest}";
            Console.WriteLine(ToolFailure.OneLine(entry.Override is null ? line : $"{line} override: {entry.Override}"));
        }

        Console.WriteLine($"{log.Entries.Count} entries, head {(log.Heads.Count > 0 ? log.Heads[^1] : "-")}{(log.IsTorn ? ", behind it an unfinished line" : "")}");
        return 0;
    }
}
