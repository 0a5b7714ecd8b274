namespace DeviceFirmware.Factory;

/// <summary>What each entry does to the tables: the one place, for the entry that is being written and for all of them when they are added up again.</summary>
internal static class RecordProjection
{
    /// <summary>The tables that entries alone fill, with the columns that are compared.</summary>
    internal static readonly (string Table, string Columns)[] Tables =
    [
        ("board", "device_id, hardware_id, key_hash, state, serial, batch, line, station, operator, firmware_version, intent_at, certificate, completed_at, hardware_id_repeats, profile, posture, exception"),
        ("nonce", "r, key_hash, message"),
        ("reservation", "key_hash, device_id"),
        ("claim", "mac, device_id, verifier"),
        ("shipment", "device_id, manifest"),
        ("former", "name"),
        ("setting", "name, value"),
    ];

    /// <summary>Settings: the record's name, the number of the last id set aside, what stands before that number, the last manifest, why the line is stopped.</summary>
    internal const string Name = "name";

    /// <inheritdoc cref="Name"/>
    internal const string Number = "number";

    /// <inheritdoc cref="Name"/>
    internal const string IdPart = "id-part";

    /// <inheritdoc cref="Name"/>
    internal const string Manifest = "manifest";

    /// <inheritdoc cref="Name"/>
    internal const string Stopped = "stopped";

    /// <summary>Applies an entry; false when its body is none of its kind.</summary>
    internal static bool Apply(RecordConnection to, string kind, byte[] body) => kind switch
    {
        EntryKind.Record => With<RecordBody>(body, record => Set(to, Name, record.Name)),
        EntryKind.Reserved => With<ReservedBody>(body, reserved =>
        {
            to.Execute("INSERT INTO reservation (key_hash, device_id) VALUES ($key, $id)", ("$key", reserved.Key), ("$id", reserved.Id));
            Set(to, Number, $"{Count(to, Number) + 1}");
        }),
        EntryKind.Request => With<RequestBody>(body, request => to.Execute(
            "INSERT INTO nonce (r, key_hash, message) VALUES ($r, $key, $message)", ("$r", request.R), ("$key", request.Key), ("$message", request.Message))),
        EntryKind.Intent => With<IntentBody>(body, intent => Add(to, intent)),
        EntryKind.Signed => With<SignedBody>(body, signed => to.Execute(
            "UPDATE board SET state = 'signed', certificate = $certificate WHERE device_id = $id AND state = 'intent'", ("$id", signed.Id), ("$certificate", signed.Certificate))),
        EntryKind.Completed => With<CompletedBody>(body, completed => to.Execute(
            "UPDATE board SET state = 'completed', completed_at = $at, firmware_version = $firmware, profile = $profile, posture = $posture, exception = $exception WHERE device_id = $id AND state = 'signed'",
            ("$id", completed.Id),
            ("$firmware", completed.Firmware),
            ("$profile", completed.Profile),
            ("$posture", completed.Posture),
            ("$exception", completed.Exception),
            ("$at", completed.At))),
        EntryKind.Claim => With<ClaimBody>(body, claim => to.Execute("INSERT INTO claim (device_id, mac) VALUES ($id, $mac)", ("$id", claim.Id), ("$mac", claim.Mac))),
        EntryKind.Labelled => With<LabelledBody>(body, label => to.Execute("UPDATE claim SET verifier = $verifier WHERE mac = $mac", ("$mac", label.Mac), ("$verifier", label.Verifier))),
        EntryKind.Alarm => With<AlarmBody>(body, alarm => Set(to, Stopped, $"{alarm.Token}: {alarm.Reason}")),
        EntryKind.Resumed => With<ResumedBody>(body, _ => to.Execute("DELETE FROM setting WHERE name = $name", ("$name", Stopped))),
        EntryKind.Shipped => With<ShippedBody>(body, shipped => Ship(to, shipped)),
        EntryKind.Restored => With<RestoredBody>(body, restored =>
        {
            to.Execute("INSERT INTO former (name) SELECT value FROM setting WHERE name = $name", ("$name", Name));
            Set(to, Name, restored.Name);
            Set(to, IdPart, restored.IdPart);
        }),
        EntryKind.Exported or EntryKind.Backup => With<HandedOverBody>(body, _ => { }),
        _ => false,
    };

    /// <summary>A setting, or null.</summary>
    internal static string? Get(RecordConnection from, string name) =>
        from.Query("SELECT value FROM setting WHERE name = $name", row => row.GetString(0), ("$name", name)).FirstOrDefault();

    /// <summary>A setting that counts; 0 when it is not there.</summary>
    internal static long Count(RecordConnection from, string name) =>
        long.Parse(Get(from, name) ?? "0", System.Globalization.CultureInfo.InvariantCulture);

    private static void Set(RecordConnection to, string name, string value) =>
        to.Execute("INSERT INTO setting (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = $value", ("$name", name), ("$value", value));

    private static void Ship(RecordConnection to, ShippedBody shipped)
    {
        foreach (string id in shipped.Ids)
        {
            to.Execute("INSERT INTO shipment (device_id, manifest) VALUES ($id, $manifest)", ("$id", id), ("$manifest", shipped.Manifest));
        }

        Set(to, Manifest, $"{shipped.Manifest}");
    }

    private static void Add(RecordConnection to, IntentBody intent) => to.Execute(
        "INSERT INTO board (device_id, hardware_id, key_hash, state, serial, batch, line, station, operator, firmware_version, intent_at, hardware_id_repeats, profile, posture, exception) "
            + "VALUES ($id, $hardware, $key, 'intent', $serial, $batch, $line, $station, $operator, $firmware, $at, $repeats, $profile, $posture, $exception)",
        ("$id", intent.Id),
        ("$hardware", intent.Hardware),
        ("$key", intent.Key),
        ("$serial", intent.Serial),
        ("$batch", intent.Batch),
        ("$line", intent.Line),
        ("$station", intent.Station),
        ("$operator", intent.Operator),
        ("$firmware", intent.Firmware),
        ("$at", intent.At),
        ("$repeats", intent.Repeats ? 1 : 0),
        ("$profile", intent.Profile),
        ("$posture", intent.Posture),
        ("$exception", intent.Exception));

    private static bool With<T>(byte[] body, Action<T> apply)
        where T : class
    {
        if (EntryJson.Read<T>(body) is not T read)
        {
            return false;
        }

        apply(read);
        return true;
    }
}
