using System.Diagnostics;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>The repository that the tests were built from.</summary>
public static class SourceTree
{
    /// <summary>The folder of DeviceFirmware.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>A program of tools/ where its project builds it, Debug or Release as the tests.</summary>
    public static string Program(string folder, string name) =>
        Path.Combine(Root, "tools", folder, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", name + ".dll");

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
