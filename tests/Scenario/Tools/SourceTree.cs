using System.Diagnostics;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>The repository that the tests were built from.</summary>
public static class SourceTree
{
    /// <summary>The folder of DeviceFirmware.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Runs a command in that folder.</summary>
    public static ToolRun Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(4)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end");
        }

        return new ToolRun(process.ExitCode, output.Result, error.Result);
    }

    private static string Find()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "DeviceFirmware.sln")))
        {
            directory = directory.Parent;
        }

        return directory.FullName;
    }
}
