using System.Reflection;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>A tool run by its command line, in this process: exit code and what it printed.</summary>
public sealed record ToolRun(int ExitCode, string Output, string Error)
{
    private static readonly Lock _console = new();

    /// <summary>Runs the tool of that assembly name.</summary>
    public static ToolRun Of(string assembly, params string[] arguments)
    {
        MethodInfo entryPoint = Assembly.Load(assembly).EntryPoint!;
        lock (_console)
        {
            TextWriter output = Console.Out;
            TextWriter error = Console.Error;
            using StringWriter capturedOutput = new();
            using StringWriter capturedError = new();
            Console.SetOut(capturedOutput);
            Console.SetError(capturedError);
            try
            {
                int code = (int)entryPoint.Invoke(null, [arguments])!;
                return new ToolRun(code, capturedOutput.ToString(), capturedError.ToString());
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(error);
            }
        }
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
