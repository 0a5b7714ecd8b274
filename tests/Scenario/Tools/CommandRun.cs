using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>A tool's command run within the tests, as its program runs it: for refusals, which print nothing but their one line.</summary>
internal static class CommandRun
{
    internal static ToolRun Of(Command command, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        ParseResult parsed = new RootCommand { command }.Parse([command.Name, .. arguments]);
        int code = ToolMain.Run(
            parsed.Errors.Select(problem => problem.Message),
            () => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, Output = output, Error = error }),
            error);
        return new ToolRun(code, output.ToString(), error.ToString());
    }
}
