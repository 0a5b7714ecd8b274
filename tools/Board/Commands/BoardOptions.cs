using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>Options that several commands have.</summary>
public static class BoardOptions
{
    /// <summary>The port of the CLR and of the chip's boot loader.</summary>
    public static Option<string> Port() => new("--port") { Required = true, Description = "serial port of the board, e.g. /dev/ttyUSB0 or COM3" };

    /// <summary>The flasher.</summary>
    public static Option<string> NanoffPath() => new("--nanoff") { DefaultValueFactory = _ => "nanoff", Description = "the nanoff program" };

    /// <summary>How long each run of the flasher may take.</summary>
    public static Option<double> NanoffSeconds() => new("--nanoff-seconds") { DefaultValueFactory = _ => 600, Description = "seconds that one run of nanoff may take, above 0, at most 3600" };

    /// <summary>Only print.</summary>
    public static Option<bool> DryRun() => new("--dry-run") { Description = "print the commands and run none" };

    /// <summary>The second serial port, where the loader is.</summary>
    public static Option<string?> ProvisioningPort() => new("--provisioning-port") { Description = "serial port of the provisioning UART: greets the loader there" };

    /// <summary>The deployment file.</summary>
    public static Option<string?> Deployment() => new("--deployment") { Description = "what building firmware/Loader made; by default its Release, then its Debug output" };

    /// <summary>Seconds as a time, or bad input.</summary>
    public static TimeSpan Seconds(double value, string name) =>
        value is > 0 and <= 3600 ? TimeSpan.FromSeconds(value) : throw ToolFailure.BadInput($"{name} is above 0 and at most 3600");

    /// <summary>The repository above the working directory; null outside one.</summary>
    public static string? Repository()
    {
        DirectoryInfo? directory = new(Environment.CurrentDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "DeviceFirmware.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName;
    }

    /// <summary>The deployment file's path, given or found.</summary>
    public static string DeploymentPath(string? given) =>
        given
        ?? (Repository() is string repository ? DeploymentFile.Find(repository) : null)
        ?? throw ToolFailure.BadInput("there is no deployment: build firmware/Loader/Loader.nfproj with the nanoFramework project system (-p:DeviceEnvironment=… -p:BoardTarget=…), or give --deployment FILE");
}
