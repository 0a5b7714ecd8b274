using System.Text;

namespace DeviceFirmware.Factory;

/// <summary>The manufacturing record as a table (RFC 4180): one row a board, completed or not.</summary>
public static class RecordCsv
{
    /// <summary>The text, with a row of names first.</summary>
    public static string Write(IEnumerable<BoardRecord> records)
    {
        StringBuilder text = new();
        Row(text, ["id", "hardwareId", "publicKeyHash", "state", "serial", "certificateSha256", "batch", "line", "station", "operator", "firmwareVersion", "intentAt", "completedAt", "hardwareIdRepeats", "profile", "exception"]);
        foreach (BoardRecord record in records)
        {
            Production made = record.Production;
            Row(text,
            [
                record.DeviceId, record.HardwareId, record.KeyHash, record.State.ToString().ToLowerInvariant(), record.Serial, RecordJson.Fingerprint(record.Certificate),
                made.Batch, made.Line, made.Station, made.Operator, made.FirmwareVersion, Time(record.IntentAt), Time(record.CompletedAt),
                record.HardwareIdRepeats ? "true" : "false", record.Admission?.Profile ?? "", record.Admission?.Exception ?? "",
            ]);
        }

        return text.ToString();
    }

    private static string Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") ?? "";

    private static void Row(StringBuilder text, string[] fields) => text.AppendJoin(',', fields.Select(Field)).Append("\r\n");

    /// <summary>Quoted where it has to be; a text that a spreadsheet would run as a formula stands behind an apostrophe.</summary>
    private static string Field(string value)
    {
        string safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' ? "'" + value : value;
        return safe.AsSpan().IndexOfAny("\",\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
