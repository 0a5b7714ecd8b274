using System.ComponentModel;
using System.Diagnostics;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>The step command (Smallstep) as a third opinion, where it is installed. Debian has another program of that name, and not this one.</summary>
internal static class StepCli
{
    /// <summary>Marks the test inconclusive where there is no step of Smallstep on the PATH.</summary>
    internal static void Require()
    {
        if (!Run("version").Output.Contains("Smallstep", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Inconclusive("no step of Smallstep is on the PATH; no registry that the tests may install from has it");
        }
    }

    /// <summary>Whether step takes the first certificate of the bundle below that root.</summary>
    internal static bool Takes(string root, string bundle, params string[] more) => Run(["certificate", "verify", bundle, "--roots", root, .. more]).ExitCode == 0;

    private static ToolRun Run(params string[] arguments)
    {
        ProcessStartInfo start = new("step", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["QT_QPA_PLATFORM"] = "offscreen"; // the other one is a program with a window
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                process.Kill(entireProcessTree: true);
            }

            process.WaitForExit();
            return new ToolRun(process.ExitCode, output.Result, error.Result);
        }
        catch (Win32Exception)
        {
            return new ToolRun(-1, "", "");
        }
    }
}
