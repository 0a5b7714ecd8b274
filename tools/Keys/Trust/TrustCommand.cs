using System.CommandLine;
using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using DeviceFirmware.Tools;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Keys;

/// <summary><c>keys trust</c>: what boards are to believe of their fleet from now on, in a file for <c>keys order sign trust</c>. No key is needed.</summary>
public static class TrustCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("trust", "makes a trust set (fleet root, operational CA, broker, time key), for keys order sign trust, or shows one")
    {
        CreateMake(),
        CreateShow(),
    };

    private static Command CreateMake()
    {
        FolderOptions folder = new();
        Option<string> root = new("--root") { DefaultValueFactory = _ => "current", Description = "the environment's fleet root: current, the default, or next" };
        Option<string> host = new("--host") { Required = true, Description = "DNS name of the broker, as its certificate has it" };
        Option<int> port = new("--port") { Required = true, Description = "TCP port of the broker" };
        Option<string?> broker = new("--broker") { Description = "PEM file with the certificate of the broker there; without it the environment's under that root" };
        Option<string?> operational = new("--operational-ca") { Description = "PEM file with the CA of operational certificates, signed by that root; without it the set has none" };
        Option<string?> time = new("--time-key") { Description = "PEM file with the public key that signs the time; without it the environment's" };
        Option<long?> sequence = new("--sequence") { Description = "its number, above those of all sets before; without it the seconds since 1970" };
        Option<string> output = new("--out") { Required = true, Description = "file of the trust set; not overwritten" };
        Command command = new("make", "makes a trust set and prints it") { root, host, port, broker, operational, time, sequence, output };
        folder.AddTo(command);
        command.SetAction(parsed =>
        {
            EnvironmentFolder environment = EnvironmentFolder.Open(folder.PublicDirectory(parsed), folder.Environment(parsed));
            (KeyRole role, KeyRole server) = parsed.GetRequiredValue(root) switch
            {
                "current" => (KeyRole.FleetRoot, KeyRole.Broker),
                "next" => (KeyRole.FleetRootNext, KeyRole.BrokerNext),
                _ => throw ToolFailure.BadInput("--root is current or next"),
            };
            PublicFile timeKey = parsed.GetValue(time) is string file ? PublicFile.Read(file) : environment.Read(KeyRole.Time);
            TrustSet set = new(
                parsed.GetValue(sequence) ?? DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                environment.Read(role).Der,
                parsed.GetValue(operational) is string authority ? PublicFile.Read(authority).Der : [],
                parsed.GetRequiredValue(host),
                parsed.GetRequiredValue(port),
                P256PublicKey.DecodeSubjectPublicKeyInfo(timeKey.Der, 0, timeKey.Der.Length)?.Encode() ?? throw ToolFailure.BadInput("the time key is no P-256 public key"));
            if (set.Sequence is < 1 or > uint.MaxValue || set.Port is < 1 or > 65535 || TrustSet.Decode(set.Encode()) is null)
            {
                throw ToolFailure.BadInput("--sequence must be 1 to 4294967295, --port 1 to 65535, --host a DNS name of at most 128 characters; certificates have at most 768 bytes");
            }

            TrustSetFile.Check(set);
            TrustSetFile.CheckBroker(set, parsed.GetValue(broker) is string shown ? PublicFile.Read(shown) : environment.Read(server));
            WholeFile.Write(parsed.GetRequiredValue(output), set.Encode(), overwrite: false);
            Print(set);
            return 0;
        });
        return command;
    }

    private static Command CreateShow()
    {
        Argument<string> file = new("file") { Description = "trust set" };
        Command command = new("show", "shows a trust set") { file };
        command.SetAction(parsed =>
        {
            Print(TrustSetFile.Read(parsed.GetRequiredValue(file)));
            return 0;
        });
        return command;
    }

    private static void Print(TrustSet set)
    {
        foreach (string line in TrustSetFile.Lines(set))
        {
            Console.WriteLine(line);
        }

        Console.WriteLine($"sha256     {Convert.ToHexStringLower(SHA256.HashData(set.Encode()))}");
    }
}
