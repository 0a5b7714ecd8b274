using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The JSON that a device publishes to its <c>status</c> topic, parsed strictly. <c>Image</c> is the SHA-256 of the image file that the event
/// is about; empty when it is about none.
/// </summary>
public sealed record StatusReport(string Event, string State, string Version, string Verdict, string Reason, string Image, long? Counter)
{
    /// <summary>How the board is, as it says: <c>name=value</c>, parted by spaces; empty when it says nothing of it.</summary>
    public string Health { get; init; } = "";

    /// <summary>Number of the trust set in force, 0 for the built-in one; null when it does not say.</summary>
    public long? Trust { get; init; }

    /// <summary>Number of the trust set that is staged, 0 for none; null likewise.</summary>
    public long? TrustStaged { get; init; }

    /// <summary>Largest status, bytes.</summary>
    public const int MaximumBytes = 4096;

    private static readonly string[] _required = ["deviceId", "event"];
    private static readonly string[] _texts = ["deviceId", "event", "state", "version", "slot", "verdict", "reason", "image", "reset", "debugger", "ts"];
    private static readonly string[] _numbers = ["boot", "uptime", "heap", "block", "connections", "writes", "waiting", "lost", "dropped", "faults", "refused", "settings"];
    private static readonly string[] _trust = ["trust", "trustStaged"];
    private static readonly string[] _optional = ["state", "version", "slot", "counter", "verdict", "reason", "image", "reset", "debugger", "ts", .. _trust, .. _numbers];
    private static readonly string[] _events =
        ["online", "offline", "offer", "update", "trial", "confirmed", "reverted", "health", "report", "quarantined", "trust", "application", "settings"];

    /// <summary>The status of this device, or why it is none.</summary>
    public static bool TryParse(byte[] payload, string deviceId, [NotNullWhen(true)] out StatusReport? report, [NotNullWhen(false)] out string? problem)
    {
        report = null;
        if (!StrictJson.TryParse(payload, MaximumBytes, out JsonDocument? document, out problem))
        {
            return false;
        }

        using (document)
        {
            if (!StrictJson.TryMembers(document.RootElement, _required, _optional, out Dictionary<string, JsonElement> members, out problem))
            {
                return false;
            }

            Dictionary<string, string> texts = [];
            foreach (string name in _texts)
            {
                texts[name] = "";
                if (!members.TryGetValue(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
                {
                    continue;
                }

                // A slot is a letter or a number; everything else that is listed here is a text.
                string text = value.ValueKind == JsonValueKind.Number && name == "slot" ? value.GetRawText() : "";
                if ((text.Length == 0 && !StrictJson.TryText(value, out text)) || text.Length > 256)
                {
                    problem = $"'{name}' must be a string of at most 256 characters";
                    return false;
                }

                texts[name] = text;
            }

            problem = texts["deviceId"] != deviceId ? "'deviceId' is not the certificate's id"
                : !_events.Contains(texts["event"]) ? "'event' is none that is known"
                : texts["image"].Length > 0 && !ManufacturingRecord.IsSha256(texts["image"]) ? "'image' must be 64 lower-case hex digits"
                : texts["ts"].Length > 0 && !StrictJson.TryTime(texts["ts"], out _) ? "'ts' must be a UTC time"
                : members.TryGetValue("counter", out JsonElement counter) && (counter.ValueKind != JsonValueKind.Number || !counter.TryGetUInt32(out _))
                    ? "'counter' must be an unsigned 32-bit number"
                : _trust.Concat(_numbers).Any(name => members.TryGetValue(name, out JsonElement number) && (number.ValueKind != JsonValueKind.Number || !number.TryGetUInt32(out _)))
                    ? "the numbers of trust sets and of the board's health must be unsigned 32-bit numbers"
                : null;
            if (problem is not null)
            {
                return false;
            }

            long? count = members.TryGetValue("counter", out JsonElement given) ? given.GetUInt32() : null;
            report = new StatusReport(texts["event"], texts["state"], texts["version"], texts["verdict"], texts["reason"], texts["image"], count)
            {
                Trust = Number(members, "trust"),
                TrustStaged = Number(members, "trustStaged"),
                Health = string.Join(' ', _numbers.Append("reset").Append("debugger").Where(members.ContainsKey).Select(name => $"{name}={members[name]}")),
            };
            return true;
        }
    }

    private static long? Number(Dictionary<string, JsonElement> members, string name)
    {
        return members.TryGetValue(name, out JsonElement number) ? number.GetUInt32() : null;
    }
}

/// <summary>The JSON that a device publishes to its <c>telemetry</c> topic: flat, its own deviceId and a time, then what the application measures.</summary>
public static class TelemetryReport
{
    /// <summary>Largest telemetry message, bytes.</summary>
    public const int MaximumBytes = 4096;

    private const int MaximumMembers = 32;

    /// <summary>True when the payload is telemetry of this device.</summary>
    public static bool TryParse(byte[] payload, string deviceId, out JsonElement telemetry, [NotNullWhen(false)] out string? problem)
    {
        telemetry = default;
        if (!StrictJson.TryParse(payload, MaximumBytes, out JsonDocument? document, out problem))
        {
            return false;
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            string[] names = root.ValueKind == JsonValueKind.Object
                ? [.. root.EnumerateObject().Take(MaximumMembers + 1).Select(member => StrictJson.TryName(member) ?? "")]
                : [];
            if (names.Length > MaximumMembers)
            {
                problem = $"has more than {MaximumMembers} members";
                return false;
            }

            if (!StrictJson.TryMembers(root, ["deviceId", "ts"], names, out Dictionary<string, JsonElement> members, out problem))
            {
                return false;
            }

            problem = !StrictJson.TryText(members["deviceId"], out string id) || id != deviceId ? "'deviceId' is not the certificate's id"
                : !StrictJson.TryText(members["ts"], out string ts) || !StrictJson.TryTime(ts, out _) ? "'ts' must be a UTC time"
                : members.TryGetValue("tempC", out JsonElement temperature) && temperature.ValueKind != JsonValueKind.Number ? "'tempC' must be a number"
                : members.Values.Any(value => value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) ? "must be flat"
                : null;
            telemetry = root.Clone();
            return problem is null;
        }
    }
}
