using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeviceFirmware.Factory;

/// <summary>The manufacturing record as the fleet imports it: a JSON array with one object for each completed board.</summary>
public static class RecordJson
{
    private static readonly JsonSerializerOptions _indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text; records that are not completed are left out.</summary>
    public static string Write(IEnumerable<BoardRecord> records, Func<string, string?>? claim = null)
    {
        JsonArray array = [.. records.Where(record => record.State == BoardRecordState.Completed).Select(record => ToObject(record, claim?.Invoke(record.DeviceId)))];
        return array.ToJsonString(_indented) + "\n";
    }

    /// <summary>SHA-256 of a certificate, 64 lower-case hex digits; empty without one.</summary>
    public static string Fingerprint(byte[]? certificate) => certificate is null ? "" : Convert.ToHexStringLower(SHA256.HashData(certificate));

    private static JsonNode ToObject(BoardRecord record, string? claim)
    {
        JsonObject made = Made(record);
        if (record.Admission is Admission admission)
        {
            made["profile"] = admission.Profile;
            made["posture"] = admission.Posture is null ? null : JsonNode.Parse(admission.Posture);
            made["exception"] = admission.Exception;
        }

        if (claim is not null)
        {
            made["claim"] = claim;
        }

        return made;
    }

    private static JsonObject Made(BoardRecord record) => new()
    {
        ["id"] = record.DeviceId,
        ["hardwareId"] = record.HardwareId,
        ["publicKeyHash"] = record.KeyHash,
        ["certificateSha256"] = Fingerprint(record.Certificate),
        ["batch"] = record.Production.Batch,
        ["line"] = record.Production.Line,
        ["station"] = record.Production.Station,
        ["operator"] = record.Production.Operator,
        ["firmwareVersion"] = record.Production.FirmwareVersion,
        ["manufacturedAt"] = record.CompletedAt!.Value.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
    };
}
