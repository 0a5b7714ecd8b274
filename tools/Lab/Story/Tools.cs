namespace DeviceFirmware.Lab;

/// <summary>What a program that ran to its end said.</summary>
/// <param name="ExitCode">0 done, 1 refused, 2 bad input.</param>
/// <param name="Lines">Everything it printed.</param>
public sealed record ToolResult(int ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>The line with which it refused: <c>refused: token: reason</c>, with or without who refused.</summary>
    public string RefusalLine => Lines.LastOrDefault(line => line.StartsWith("refused", StringComparison.Ordinal)) ?? "";

    /// <summary>The last line.</summary>
    public string Last => Lines.LastOrDefault() ?? "";
}

/// <summary>Runs the project's programs as a user would, by command line.</summary>
public sealed class Tools(Workshop workshop, CancellationToken stop)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(180);

    /// <summary>Runs a program and fails when it does not end well.</summary>
    public async Task<ToolResult> DoAsync(string folder, string name, params string[] arguments)
    {
        ToolResult result = await TryAsync(folder, name, arguments);
        return result.ExitCode == 0
            ? result
            : throw new ExpectationFailedException($"{name} {arguments[0]} ends well: exit code {result.ExitCode}, {string.Join(" | ", result.Lines.TakeLast(4))}");
    }

    /// <summary>Runs a program that may refuse.</summary>
    public Task<ToolResult> TryAsync(string folder, string name, params string[] arguments)
    {
        return RunAsync(name, [workshop.Program(folder, name), .. arguments]);
    }

    /// <summary>Builds a project whose references were built with the lab; returns what the build said.</summary>
    public async Task<ToolResult> BuildAsync(string project, params string[] properties)
    {
        ToolResult result = await RunAsync("dotnet build", [
            "build", workshop.Source(project.Split('/')), "-c", workshop.Configuration, "--no-restore", "--no-dependencies", "-nologo", "-v", "minimal",
            "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false", .. properties]);
        return result.ExitCode == 0
            ? result
            : throw new ExpectationFailedException($"{project} builds: {string.Join(" | ", result.Lines.Where(line => line.Contains("error", StringComparison.Ordinal)).Take(3))}");
    }

    private async Task<ToolResult> RunAsync(string name, string[] arguments)
    {
        await using Running running = Running.Start(name, arguments);
        int code = await running.EndAsync(_patience, stop);
        return new ToolResult(code, running.Lines(0));
    }
}
