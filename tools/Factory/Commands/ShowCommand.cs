using System.CommandLine;

namespace DeviceFirmware.Factory;

/// <summary><c>factory show</c>: every board in the record and how far it came.</summary>
public static class ShowCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> data = StationOptions.DataOption();
        Command command = new("show", "shows every board in the record and how far it came") { data };
        command.SetAction(parsed =>
        {
            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            foreach (BoardRecord record in database.All())
            {
                Print(record);
            }

            return 0;
        });
        return command;
    }

    private static void Print(BoardRecord record)
    {
        Production production = record.Production;
        Console.WriteLine($"{record.DeviceId}  {Word(record.State)}{(record.HardwareIdRepeats ? ", hardware id of another board" : "")}");
        Console.WriteLine($"  hardware {record.HardwareId}, key {record.KeyHash}");
        Console.WriteLine($"  certificate {(record.Certificate is null ? "-" : RecordJson.Fingerprint(record.Certificate))}, serial {record.Serial}");
        Console.WriteLine($"  batch {production.Batch}, line {production.Line}, station {production.Station}, operator {production.Operator}, firmware {production.FirmwareVersion}");
        if (record.Admission is Admission admission)
        {
            Console.WriteLine($"  profile {admission.Profile}{(admission.Exception is null ? "" : $", EXCEPTION: {admission.Exception}")}, posture {admission.Posture ?? "-"}");
        }

        Console.WriteLine($"  intent {record.IntentAt:yyyy-MM-dd'T'HH:mm:ss'Z'}, completed {record.CompletedAt?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") ?? "-"}");
    }

    private static string Word(BoardRecordState state) => state switch
    {
        BoardRecordState.Intent => "intent: about to be signed, nothing left the station",
        BoardRecordState.Signed => "signed: the board has not shown that it is provisioned",
        _ => "completed",
    };
}
