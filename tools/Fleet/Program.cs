using System.CommandLine;
using DeviceFirmware.Fleet;
using DeviceFirmware.Tools;

RootCommand root = new("The fleet's server: who is this device, and what may it do? And the commands of its API.")
{
    ServeCommand.Create(),
    KeyCommand.Create(),
    TokenCommands.Create(),
    SeedCommand.Create(),
    PolicyCommands.Create(),
    CaCommand.Create(),
};
foreach (Command command in ClientCommands.Create().Concat(BulkCommands.Create()).Concat(BackupCommands.Create()))
{
    root.Add(command);
}

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var problem in parsed.Errors)
    {
        Console.Error.WriteLine($"error: {ToolFailure.OneLine(problem.Message)}");
    }

    return ToolFailure.BadInputCode;
}

return ToolMain.Run(() => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }).GetAwaiter().GetResult(), Console.Error);
