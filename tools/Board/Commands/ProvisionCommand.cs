using System.CommandLine;
using System.Diagnostics;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>
/// <c>board provision</c>: identity and first image are the factory station's work, whose key this program does not touch. It runs the station's
/// program as a person would, on this terminal.
/// </summary>
public static class ProvisionCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> port = new("--port") { Required = true, Description = "serial port of the provisioning UART (not the CLR's)" };
        Option<string?> factory = new("--factory") { Description = "the factory program, a .dll; by default tools/Factory of the repository around the working directory" };
        Option<bool> dryRun = BoardOptions.DryRun();
        Argument<string[]> rest = new("options") { Arity = ArgumentArity.ZeroOrMore, Description = "behind --: the options of `factory one`; its --help shows them" };
        Command command = new("provision", "runs `factory one` on this board: identity, and the first signed image") { port, factory, dryRun, rest };
        command.SetAction(parsed =>
        {
            string[] program = parsed.GetValue(factory) is string file
                ? ["exec", file]
                : ["run", "--project", Path.Combine(BoardOptions.Repository() ?? throw ToolFailure.BadInput("outside a clone give --factory FILE"), "tools", "Factory"), "--"];
            string[] arguments = [.. program, "one", "--port", parsed.GetRequiredValue(port), .. parsed.GetValue(rest) ?? []];
            Console.WriteLine("$ " + OtherProgram.CommandLine("dotnet", arguments));
            return parsed.GetValue(dryRun) ? 0 : Run(arguments);
        });
        return command;
    }

    // On this terminal: the station's lines and its exit code are the answer.
    private static int Run(string[] arguments)
    {
        Console.Out.Flush();
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments))!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
