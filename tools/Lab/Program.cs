using System.CommandLine;
using System.Runtime.InteropServices;
using DeviceFirmware.Lab;

Option<DirectoryInfo> outOption = new("--out")
{
    Description = "directory for report.txt and report.json; made when missing, older reports in it are replaced",
    DefaultValueFactory = _ => new DirectoryInfo("lab-out"),
};
Option<int> cutsOption = new("--cuts")
{
    Description = "how many times the power is cut during an update, 1 to 1000",
    DefaultValueFactory = _ => 20,
};
cutsOption.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 1000)
    {
        result.AddError("--cuts must be 1 to 1000");
    }
});
Option<bool> keepOption = new("--keep")
{
    Description = "keep the working directory (flash of the boards, fleet database, private keys of the throw-away environment)",
};
RootCommand root = new("Plays the life of three boards on this machine: key ceremony, factory, claim, connection, update, refusals, power cuts, certificate renewal, root rotation, wipe.")
{
    outOption,
    cutsOption,
    keepOption,
};
root.SetAction(async parsed =>
{
    using CancellationTokenSource interrupted = new();
    Lock gate = new();
    bool over = false;
    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (gate)
        {
            if (!over)
            {
                interrupted.Cancel();
            }
        }
    }

    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    LabOptions options = new(parsed.GetRequiredValue(outOption), parsed.GetValue(cutsOption), parsed.GetValue(keepOption));
    int code = await LabRun.RunAsync(options, interrupted.Token);
    lock (gate)
    {
        over = true;
    }

    return code;
});
ParseResult command = root.Parse(args);
if (command.Errors.Count > 0)
{
    foreach (System.CommandLine.Parsing.ParseError error in command.Errors)
    {
        Console.Error.WriteLine($"error: {error.Message}");
    }

    return 2;
}

// An interruption is the story's own: it stops what it started, however long that takes.
return await command.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
