using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>
/// A manifest of the factory: a JSON array of records, each with exactly the members id, hardwareId, publicKeyHash, certificateSha256,
/// batch, line, station, operator, firmwareVersion and manufacturedAt (UTC), and optionally profile, posture, exception and claim. Read whole or not at all.
/// </summary>
public static class ManufacturingRecord
{
    /// <summary>Largest manifest, bytes.</summary>
    public const int MaximumBytes = 4 * 1024 * 1024;

    private const int MaximumRecords = 10_000;
    private const int MaximumText = 64;

    private static readonly string[] _members =
    [
        "id", "hardwareId", "publicKeyHash", "certificateSha256", "batch", "line", "station", "operator", "firmwareVersion", "manufacturedAt",
    ];

    private static readonly string[] _admission = ["profile", "posture", "exception", "claim"];

    /// <summary>The records as new devices, or the first problem with its place.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out IReadOnlyList<Device>? records, [NotNullWhen(false)] out string? problem)
    {
        records = null;
        if (!StrictJson.TryParse(utf8, MaximumBytes, out JsonDocument? document, out problem))
        {
            return false;
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() is 0 or > MaximumRecords)
            {
                problem = $"document: must be an array of 1 to {MaximumRecords} records";
                return false;
            }

            List<Device> devices = new(root.GetArrayLength());
            foreach (JsonElement element in root.EnumerateArray())
            {
                if (!TryRecord(element, out Device? device, out problem))
                {
                    problem = $"record[{devices.Count}]: {problem}";
                    return false;
                }

                devices.Add(device);
            }

            records = devices;
            return true;
        }
    }

    private static bool TryRecord(JsonElement element, [NotNullWhen(true)] out Device? device, [NotNullWhen(false)] out string? problem)
    {
        device = null;
        if (!StrictJson.TryMembers(element, _members, _admission, out Dictionary<string, JsonElement> members, out problem))
        {
            return false;
        }

        Dictionary<string, string> texts = [];
        foreach (string name in (string[])[.. _members, "profile", "exception"])
        {
            // The optional ones may be absent or null.
            if (!_members.Contains(name) && (!members.TryGetValue(name, out JsonElement optional) || optional.ValueKind == JsonValueKind.Null))
            {
                texts[name] = "";
                continue;
            }

            if (!StrictJson.TryText(members[name], out string text) || text.Length > MaximumText || text.Any(char.IsControl))
            {
                problem = $"'{name}' must be a string of at most {MaximumText} printable characters";
                return false;
            }

            texts[name] = text;
        }

        problem = !DeviceId.IsValid(texts["id"]) ? "'id' must be [a-z0-9-]{1,32}"
            : texts["hardwareId"].Length == 0 ? "'hardwareId' is empty"
            : !IsSha256(texts["publicKeyHash"]) ? "'publicKeyHash' must be 64 lower-case hex digits"
            : !IsSha256(texts["certificateSha256"]) ? "'certificateSha256' must be 64 lower-case hex digits"
            : null;
        if (!StrictJson.TryTime(texts["manufacturedAt"], out DateTime manufacturedAt))
        {
            problem ??= "'manufacturedAt' must be a UTC time such as 2026-11-22T10:00:00Z";
        }

        string posture = "";
        if (members.TryGetValue("posture", out JsonElement found) && found.ValueKind != JsonValueKind.Null)
        {
            BoardPosture? decoded = BoardPosture.Decode(found, out string fault);
            posture = decoded?.Encode() ?? "";
            problem ??= decoded is null ? $"'posture' {fault}" : null;
        }

        string claim = "";
        if (members.TryGetValue("claim", out JsonElement verifier) && verifier.ValueKind != JsonValueKind.Null)
        {
            problem ??= StrictJson.TryText(verifier, out claim) && IsClaimVerifier(claim) ? null : "'claim' must be pbkdf2-sha256$ROUNDS$SALT$HASH";
        }

        if (problem is not null)
        {
            return false;
        }

        device = new Device
        {
            Id = texts["id"],
            HardwareId = texts["hardwareId"],
            PublicKeyHash = texts["publicKeyHash"],
            CertificateSha256 = texts["certificateSha256"],
            Batch = texts["batch"],
            Line = texts["line"],
            Station = texts["station"],
            Operator = texts["operator"],
            FirmwareVersion = texts["firmwareVersion"],
            ManufacturedAt = manufacturedAt,
            Profile = texts["profile"],
            Posture = posture,
            ProfileException = texts["exception"],
            ClaimVerifier = claim,
        };
        return true;
    }

    /// <summary>True for rounds of 1,000 to 10,000,000, a salt of 16 bytes and a hash of 32, in lower-case hex.</summary>
    private static bool IsClaimVerifier(string text)
    {
        string[] parts = text.Split('$');
        return parts.Length == 4 && parts[0] == "pbkdf2-sha256" && int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out int rounds) && rounds is >= 1_000 and <= 10_000_000
            && parts[2].Length == 32 && parts[2].All(char.IsAsciiHexDigitLower) && IsSha256(parts[3]);
    }

    /// <summary>True for 64 lower-case hex digits.</summary>
    public static bool IsSha256(string text)
    {
        return text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
    }
}
