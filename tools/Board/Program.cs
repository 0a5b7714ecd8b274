using System.CommandLine;
using DeviceFirmware.Board;
using DeviceFirmware.Tools;

RootCommand root = new("A real board on the desk: flashes CLR and deployment, says what is missing, listens to it, erases it.")
{
    FlashCommand.Create(),
    ProvisionCommand.Create(),
    MonitorCommand.Create(),
    EraseCommand.Create(),
    DoctorCommand.Create(),
};

ParseResult parsed = root.Parse(args);
return ToolMain.Run(
    parsed.Errors.Select(problem => problem.Message),
    () => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }),
    Console.Error);
