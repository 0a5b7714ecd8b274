using System.Diagnostics;
using System.Reflection;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>A tool run by its command line, as a process of its own: exit code and what it printed.</summary>
public sealed record ToolRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs the tool of that assembly name, which lies beside the tests.</summary>
    public static ToolRun Of(string assembly, params string[] arguments)
    {
        ProcessStartInfo start = Start(assembly, arguments);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{assembly} {arguments[0]} did not end within {_patience.TotalSeconds} s");
        }

        return new ToolRun(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>How that tool is started.</summary>
    public static ProcessStartInfo Start(string assembly, params string[] arguments)
    {
        string tests = Path.Combine(AppContext.BaseDirectory, Assembly.GetExecutingAssembly().GetName().Name!);
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "exec", "--runtimeconfig", tests + ".runtimeconfig.json", "--depsfile", tests + ".deps.json",
                Path.Combine(AppContext.BaseDirectory, assembly + ".dll"),
            },
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Fails the test unless the tool ended with that code; the error stream is the message.</summary>
    public ToolRun MustEndWith(int code)
    {
        Assert.AreEqual(code, ExitCode, Error);
        return this;
    }

    /// <summary>Fails the test unless the tool refused with that token and said so in one line.</summary>
    public void MustRefuse(string token)
    {
        MustEndWith(1);
        StringAssert.StartsWith(Error, $"refused: {token}: ");
        Assert.AreEqual(1, Error.Count(c => c == '\n'), Error);
    }

    /// <summary>Fails the test unless the tool called its input unusable, without a stack trace.</summary>
    public void MustBeBadInput()
    {
        MustEndWith(2);
        StringAssert.StartsWith(Error, "error: ");
        Assert.IsFalse(Error.Contains("   at ", StringComparison.Ordinal), Error);
    }
}
