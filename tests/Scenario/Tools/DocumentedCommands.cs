using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>
/// The commands of a document, every <c>sh</c> block in order, in one shell that stops at the first failure. <c>dotnet run --project
/// tools/X --</c> runs the program that lies beside the tests; the rest is what the document says.
/// </summary>
public static partial class DocumentedCommands
{
    /// <summary>Runs them in a directory, with these variables.</summary>
    public static ToolRun Run(string document, string directory, params (string Name, string Value)[] variables) =>
        Run(document, _ => true, directory, variables);

    /// <summary>Runs those of the sections (from one <c>## Heading</c> to the next) that are chosen by their headings.</summary>
    public static ToolRun Run(string document, Func<string, bool> section, string directory, params (string Name, string Value)[] variables)
    {
        string tests = Path.Combine(AppContext.BaseDirectory, Assembly.GetExecutingAssembly().GetName().Name!);
        StringBuilder script = new();
        script.Append("set -euo pipefail\n");
        script.Append("dotnet() {\n  if [ \"$1 $2\" != 'run --project' ]; then command dotnet \"$@\"; return; fi\n");
        script.Append("  local tool; tool=$(basename \"$3\" | tr A-Z a-z); shift 4\n");
        script.Append($"  command dotnet exec --runtimeconfig '{tests}.runtimeconfig.json' --depsfile '{tests}.deps.json' '{AppContext.BaseDirectory}'\"$tool.dll\" \"$@\"\n}}\n");
        string[] blocks = [.. Block().Matches(Chosen(File.ReadAllText(Path.Combine(SourceTree.Root, document)), section)).Select(match => match.Groups[1].Value)];
        Assert.IsNotEmpty(blocks, document);
        foreach (string block in blocks)
        {
            script.Append(block);
        }

        ProcessStartInfo start = new("bash", ["-c", script.ToString()])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(4)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{document}: its commands did not end");
        }

        return new ToolRun(process.ExitCode, output.Result, error.Result);
    }

    private static string Chosen(string text, Func<string, bool> section) =>
        string.Join("\n## ", text.Split("\n## ").Where(part => section(part.Split('\n')[0])));

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
