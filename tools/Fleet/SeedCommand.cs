using System.CommandLine;
using System.Diagnostics;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet seed N</c>: a large registry to try things on.</summary>
internal static class SeedCommand
{
    public static Command Create()
    {
        Argument<int> count = new("count") { Description = $"how many devices, 1 to {Seed.Maximum}" };
        Option<string> data = new("--data") { Required = true, Description = "data directory; made when missing; its registry must be empty" };
        Option<string?> database = new("--database-file") { Description = "file with a PostgreSQL connection string, as for 'serve'" };
        Command command = new("seed", "fills an empty registry with devices that never were: to try and to measure") { count, data, database };
        command.SetAction(parsed =>
        {
            int wanted = parsed.GetRequiredValue(count);
            if (wanted is < 1 or > Seed.Maximum)
            {
                throw ToolFailure.BadInput($"seed makes 1 to {Seed.Maximum} devices");
            }

            Stopwatch watch = Stopwatch.StartNew();
            string directory = parsed.GetRequiredValue(data);
            using FileStream taken = DataDirectory.Take(directory);
            using DatabaseSource source = DatabaseSource.Of(directory, parsed.GetValue(database));
            source.Prepare();
            Seed.Fill(source, wanted);
            Console.Out.WriteLine($"seeded {wanted} devices in {watch.Elapsed.TotalSeconds:0.0} s");
            return 0;
        });
        return command;
    }
}
