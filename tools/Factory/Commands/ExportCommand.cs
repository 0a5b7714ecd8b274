using System.CommandLine;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary><c>factory export</c>: the manufacturing record as a file, with a head of its chain.</summary>
public static class ExportCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> data = StationOptions.DataOption();
        Option<string> output = new("--out") { Required = true, Description = "file to write (replaced if it exists); a head of the record goes to the same name with .head" };
        Option<string> format = new("--format") { DefaultValueFactory = _ => "json", Description = "json: the completed boards, as the fleet imports them; csv: every board; pem: the certificate and its issuer of one board, with --id" };
        Option<string?> id = new("--id") { Description = "this board only" };
        Option<string?> issuing = new("--ca-certificate") { Description = "the issuing CA's certificate, for pem" };
        KeyOptions key = StationOptions.StationKey();
        Command command = new("export", "writes the record as JSON or CSV, or a board's certificate chain, with a signed head of the chain") { data, output, format, id, issuing };
        key.AddTo(command);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(output);
            using HeldKey held = key.Open(parsed);
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            IReadOnlyList<BoardRecord> records = Chosen(database, parsed.GetValue(id));
            byte[] content = parsed.GetRequiredValue(format) switch
            {
                "json" => Encoding.UTF8.GetBytes(RecordJson.Write(records, new ClaimStore(database).Verifier)),
                "csv" => Encoding.UTF8.GetBytes(RecordCsv.Write(records)),
                "pem" => Chain(records, parsed.GetValue(issuing)),
                _ => throw ToolFailure.BadInput("--format is json, csv or pem"),
            };
            byte[] head = new HandOver(database, held).Export(content, records.Count);
            WholeFile.Write(path, content, overwrite: true);
            WholeFile.Write(path + ".head", head, overwrite: true);
            int open = records.Count(record => record.State != BoardRecordState.Completed);
            if (open > 0)
            {
                Console.Error.WriteLine($"note: {open} boards are not completed; see factory show");
            }

            return 0;
        });
        return command;
    }

    private static IReadOnlyList<BoardRecord> Chosen(ManufacturingDatabase database, string? id) =>
        id is null ? database.All() : [database.FindById(id) ?? throw ToolFailure.Refused("unknown-board", $"the record has no '{id}'")];

    private static byte[] Chain(IReadOnlyList<BoardRecord> records, string? issuing)
    {
        if (records is not [{ Certificate: byte[] certificate }] || issuing is null)
        {
            throw ToolFailure.BadInput("--format pem takes --id of a board that has a certificate, and --ca-certificate");
        }

        return [.. Pem.Encode("CERTIFICATE", certificate), .. IssuingCa.ReadFile(issuing)];
    }
}
