using System.CommandLine;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary><c>factory export</c>: the manufacturing record as the fleet imports it.</summary>
public static class ExportCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> data = StationOptions.DataOption();
        Option<string?> output = new("--out") { Description = "file to write (replaced if it exists); standard output by default" };
        Command command = new("export", "prints the completed boards as a JSON array, as the fleet imports it") { data, output };
        command.SetAction(parsed =>
        {
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            IReadOnlyList<BoardRecord> records = database.All();
            string json = RecordJson.Write(records);
            if (parsed.GetValue(output) is string path)
            {
                WholeFile.Write(path, Encoding.UTF8.GetBytes(json), overwrite: true);
            }
            else
            {
                Console.Write(json);
            }

            int open = records.Count(record => record.State != BoardRecordState.Completed);
            if (open > 0)
            {
                Console.Error.WriteLine($"note: {open} boards are not completed and not exported; see factory show");
            }

            return 0;
        });
        return command;
    }
}
