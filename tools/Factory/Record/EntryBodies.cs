using System.Text.Json;

namespace DeviceFirmware.Factory;

/// <summary>Kinds of entries. The body of each is one JSON object; firmware/SPEC.md has their members.</summary>
public static class EntryKind
{
    /// <summary>The first entry: the record has a name.</summary>
    public const string Record = "record";

    /// <summary>An id was set aside for a key.</summary>
    public const string Reserved = "reserved";

    /// <summary>A request proved possession of its key: r of its signature, its key, its message.</summary>
    public const string Request = "request";

    /// <summary>A certificate is about to be signed.</summary>
    public const string Intent = "intent";

    /// <summary>It was signed.</summary>
    public const string Signed = "signed";

    /// <summary>The board showed that it is provisioned.</summary>
    public const string Completed = "completed";

    /// <summary>A board gave its claim secret; the HMAC of it.</summary>
    public const string Claim = "claim";

    /// <summary>The label is on the board; the secret is gone from the station.</summary>
    public const string Labelled = "labelled";

    /// <summary>The line was stopped.</summary>
    public const string Alarm = "alarm";

    /// <summary>Somebody answers for going on.</summary>
    public const string Resumed = "resumed";

    /// <summary>The record was handed over as a file.</summary>
    public const string Exported = "exported";

    /// <summary>Boards were shipped to the fleet by a signed manifest.</summary>
    public const string Shipped = "shipped";

    /// <summary>A copy of the record was made.</summary>
    public const string Backup = "backup";

    /// <summary>The record goes on from a copy; what came after it is lost.</summary>
    public const string Restored = "restored";
}

internal sealed record RecordBody(string Name);

internal sealed record ReservedBody(string Id, string Key);

internal sealed record RequestBody(string Key, string R, string Message);

internal sealed record SignedBody(string Id, byte[] Certificate);

internal sealed record CompletedBody(string Id, string Firmware, string? Profile, string? Posture, string? Exception, long At);

internal sealed record ClaimBody(string Id, string Mac);

internal sealed record LabelledBody(string Id, string Mac, string Verifier);

internal sealed record AlarmBody(string Token, string Reason);

internal sealed record ResumedBody(string Operator, string Reason);

internal sealed record HandedOverBody(string Sha256, int Boards);

internal sealed record ShippedBody(long Manifest, string[] Ids);

internal sealed record RestoredBody(string Name, long HeadSequence, string HeadHash, string IdPart);

internal sealed record IntentBody(
    string Id,
    string Hardware,
    string Key,
    string Serial,
    string Batch,
    string Line,
    string Station,
    string Operator,
    string Firmware,
    long At,
    bool Repeats,
    string? Profile,
    string? Posture,
    string? Exception)
{
    internal static IntentBody Of(BoardRecord record) => new(
        record.DeviceId, record.HardwareId, record.KeyHash, record.Serial, record.Production.Batch, record.Production.Line, record.Production.Station,
        record.Production.Operator, record.Production.FirmwareVersion, record.IntentAt.ToUnixTimeSeconds(), record.HardwareIdRepeats,
        record.Admission?.Profile, record.Admission?.Posture, record.Admission?.Exception);

    internal BoardRecord ToRecord() => new(
        Id, Hardware, Key, BoardRecordState.Intent, Serial, new Production(Batch, Line, Station, Operator, Firmware), DateTimeOffset.FromUnixTimeSeconds(At),
        null, null, Repeats, Profile is null ? null : new Admission(Profile, Posture, Exception));
}

/// <summary>Bodies as bytes.</summary>
internal static class EntryJson
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    internal static byte[] Write<T>(T body) => JsonSerializer.SerializeToUtf8Bytes(body, _options);

    /// <summary>The body, or null when it is none of that kind.</summary>
    internal static T? Read<T>(byte[] body)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, _options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
