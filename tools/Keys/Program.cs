using System.CommandLine;
using DeviceFirmware.Keys;
using DeviceFirmware.Tools;

RootCommand root = new("Makes the keys of one environment, once, and shows what was made. Never prints a private key.")
{
    CeremonyCommand.Create(),
    ShowCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var problem in parsed.Errors)
    {
        Console.Error.WriteLine($"error: {ToolFailure.OneLine(problem.Message)}");
    }

    return ToolFailure.BadInputCode;
}

return ToolMain.Run(() => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }), Console.Error);
