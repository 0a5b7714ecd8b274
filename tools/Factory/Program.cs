using System.CommandLine;
using DeviceFirmware.Factory;
using DeviceFirmware.Tools;

RootCommand root = new("The factory station: provisions boards over a serial line, signs their certificates, and keeps the manufacturing record.")
{
    CaCommand.Create(),
    KeyCommand.Create(),
    ServeCommand.Create(),
    OneCommand.Create(),
    SignCommand.Create(),
    ExportCommand.Create(),
    ShowCommand.Create(),
    RecordCommands.Status(),
    RecordCommands.Verify(),
    RecordCommands.Resume(),
    LabelCommand.Create(),
    ShipCommand.Create(),
    RecordCommands.Backup(),
    RecordCommands.Restore(),
};

ParseResult parsed = root.Parse(args);
return ToolMain.Run(
    parsed.Errors.Select(problem => problem.Message),
    () => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }),
    Console.Error);
