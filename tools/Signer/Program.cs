using System.CommandLine;
using DeviceFirmware.Signer;
using DeviceFirmware.Tools;

RootCommand root = new("Packs and signs application images in the MCUboot format, verifies them, and shows what is in them.")
{
    PackCommand.Create(),
    SignCommand.Create(),
    VerifyCommand.Create(),
    InspectCommand.Create(),
    KeyCommand.Create(),
    LogCommand.Create(),
};

ParseResult parsed = root.Parse(args);
return ToolMain.Run(
    parsed.Errors.Select(problem => problem.Message),
    () => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }),
    Console.Error);
