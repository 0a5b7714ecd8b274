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
        Option<string> environment = new("--environment") { Required = true, Description = "name of the environment, 1 to 16 of a-z, 0-9, '-'" };
        Option<string> publicDirectory = new("--public") { Required = true, Description = "directory of the public keys; NAME/ is made below it" };
        Option<string> privateDirectory = new("--private") { Required = true, Description = "directory of the private keys, outside any git work tree; absent or empty before" };
        Option<string> brokerHost = new("--broker-host") { DefaultValueFactory = _ => "localhost", Description = "DNS name in the broker certificate" };
        Option<string> brokerAddress = new("--broker-ip") { DefaultValueFactory = _ => "127.0.0.1", Description = "IP address in the broker certificate" };
        Option<bool> insecure = new("--insecure") { Description = "mark the environment as an experiment: its keys stay on this machine" };
        Command command = new("ceremony", "makes every key and certificate of an environment; refuses to overwrite anything")
        {
            environment, publicDirectory, privateDirectory, brokerHost, brokerAddress, insecure,
        };
        command.SetAction(parsed => Run(
            EnvironmentName.Parse(parsed.GetRequiredValue(environment)),
            parsed.GetRequiredValue(publicDirectory),
            parsed.GetRequiredValue(privateDirectory),
            ParseHost(parsed.GetRequiredValue(brokerHost)),
            ParseAddress(parsed.GetRequiredValue(brokerAddress)),
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

    private static string ParseHost(string text)
    {
        bool fits = text.Length <= 253 && text.All(char.IsAscii) && Uri.CheckHostName(text) == UriHostNameType.Dns;
        return fits ? text : throw ToolFailure.BadInput("--broker-host is not a DNS name");
    }

    private static IPAddress ParseAddress(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? address : throw ToolFailure.BadInput("--broker-ip is not an IP address");
}
