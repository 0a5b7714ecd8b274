using System.ComponentModel;
using System.Diagnostics;

namespace DeviceFirmware.HostTests.Identity;

/// <summary>The openssl program, in a folder of its own.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("openssl").FullName;

    internal static bool IsThere
    {
        get
        {
            try
            {
                using Process process = Start(Path.GetTempPath(), "version");
                return process.WaitForExit(10000) && process.ExitCode == 0;
            }
            catch (Win32Exception)
            {
                return false;
            }
        }
    }

    internal void Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path.Combine(_folder, name), bytes);
    }

    /// <summary>What it says on both outputs.</summary>
    internal string Run(params string[] arguments)
    {
        using Process process = Start(_folder, arguments);
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
    }

    private static Process Start(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("openssl", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }
}
