using System.CommandLine;
using System.Net;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary><c>keys ceremony</c>.</summary>
public static class CeremonyCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        FolderOptions folder = new();
        Option<string> privateDirectory = new("--private") { Required = true, Description = "directory of the private keys, outside any git work tree; absent or empty before" };
        BrokerOptions broker = new();
        Option<bool> insecure = new("--insecure") { Description = "mark the environment as an experiment: its keys stay on this machine" };
        Command command = new("ceremony", "makes every key and certificate of an environment; refuses to overwrite anything")
        {
            privateDirectory, insecure,
        };
        folder.AddTo(command);
        broker.AddTo(command);
        command.SetAction(parsed => Run(
            folder.Environment(parsed),
            folder.PublicDirectory(parsed),
            parsed.GetRequiredValue(privateDirectory),
            broker.Host(parsed),
            broker.Address(parsed),
            parsed.GetValue(insecure)));
        return command;
    }

    private static int Run(EnvironmentName environment, string publicDirectory, string privateDirectory, string host, IPAddress address, bool insecure)
    {
        if (OperatingSystem.IsWindows())
        {
            throw ToolFailure.BadInput("a ceremony needs Unix file modes to protect the private keys; run it on Linux or macOS");
        }

        EnvironmentManifest manifest = new Ceremony(environment, DateTimeOffset.UtcNow, insecure).Run(publicDirectory, privateDirectory, host, address);
        Console.WriteLine($"environment {manifest.Environment}, created {manifest.Created}{(insecure ? ", INSECURE: for experiments only" : "")}");
        Console.WriteLine($"public, below {Path.Combine(publicDirectory, environment.Value)}:");
        foreach (KeyRole role in KeyRole.All)
        {
            Console.WriteLine($"  {role.PublicFile,-28} {manifest.Fingerprints[role.PublicFile]}");
        }

        Console.WriteLine($"private, below {privateDirectory}, and what to do with each now:");
        foreach (KeyRole role in KeyRole.All)
        {
            Console.WriteLine($"  {role.PrivateFile,-28} {role.NextStep}");
        }

        return 0;
    }
}
