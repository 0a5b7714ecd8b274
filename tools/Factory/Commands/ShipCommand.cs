using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary><c>factory ship</c>: the next boards as a signed manifest for the fleet.</summary>
public static class ShipCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> data = StationOptions.DataOption();
        Option<string> environment = new("--environment") { Required = true, Description = "the environment, 1 to 16 of a-z, 0-9, '-'" };
        Option<string> output = new("--out") { Required = true, Description = "the manifest, a new file; a head of the record goes to the same name with .head" };
        Option<long> again = new("--again") { Description = "write that manifest again instead of a new one: after a power cut, or when it was lost" };
        KeyOptions key = StationOptions.StationKey();
        Command command = new("ship", "writes the boards that are completed, labelled and not shipped as a signed manifest that the fleet imports") { data, environment, output, again };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(environment);
            if (name.Length > 16 || !Bytes.Ascii.IsName(name))
            {
                throw ToolFailure.BadInput("an environment name is 1 to 16 of a-z, 0-9 and '-'");
            }

            string path = parsed.GetRequiredValue(output);
            if (File.Exists(path))
            {
                throw ToolFailure.Refused("exists", $"{path} exists already");
            }

            using HeldKey held = key.Open(parsed);
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            HandOver handOver = new(database, held);
            long number = parsed.GetValue(again) is > 0 and long old ? old : handOver.Ship();
            byte[] manifest = number == 0
                ? throw ToolFailure.Refused("nothing-to-ship", "no board is completed, labelled and not shipped; see factory status")
                : handOver.Manifest(number, name) ?? throw ToolFailure.Refused("no-such-manifest", $"there is no manifest {number}");
            WholeFile.Write(path, manifest, overwrite: false);
            WholeFile.Write(path + ".head", database.Chain.SignHead(held), overwrite: true);
            Console.WriteLine($"{path}: manifest {number}; if this file is lost: factory ship --again {number}");
            return 0;
        });
        return command;
    }
}
