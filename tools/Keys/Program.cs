using System.CommandLine;
using DeviceFirmware.Keys;
using DeviceFirmware.Tools;

RootCommand root = new("Makes the keys of an environment, all at once or each where it will live, shows what was made, makes trust sets, and signs orders to boards. Never prints a private key.")
{
    CeremonyCommand.Create(),
    MakeCommand.Create(),
    RotateCommand.Create(),
    ShowCommand.Create(),
    OrderCommand.Create(),
    TrustCommand.Create(),
};

ParseResult parsed = root.Parse(args);
return ToolMain.Run(
    parsed.Errors.Select(problem => problem.Message),
    () => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }),
    Console.Error);
