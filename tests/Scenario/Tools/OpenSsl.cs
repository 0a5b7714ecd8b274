using System.ComponentModel;
using System.Diagnostics;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>The openssl command as a second opinion, where it is installed.</summary>
public static class OpenSsl
{
    /// <summary>Runs openssl and gives its output; fails the test when openssl fails, marks it inconclusive when there is none.</summary>
    public static string Run(params string[] arguments)
    {
        ProcessStartInfo start = new("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, $"openssl {string.Join(' ', arguments)}: {error.Result}");
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("openssl is not installed");
            return "";
        }
    }
}
