using System.CommandLine;
using DeviceFirmware.Signer;
using DeviceFirmware.Tools;

RootCommand root = new("Packs and signs application images in the MCUboot format, verifies them, and shows what is in them.")
{
    PackCommand.Create(),
    VerifyCommand.Create(),
    InspectCommand.Create(),
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
