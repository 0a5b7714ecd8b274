using System.Text;
using System.Text.Json;
using DeviceFirmware.Connect;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Fuzz;

/// <summary>What goes to an application and comes from it: settings of the fleet, members of telemetry.</summary>
internal static class ApplicationTargets
{
    public static Target Settings { get; } = new("settings", SettingsSeeds, new CborGrammar(), null, ReadSettings, 64 * 1024, 64);

    public static Target Members { get; } = new("members", MembersSeeds, null, null, ReadMembers, 16 * 1024, 32);

    private static byte[][] SettingsSeeds()
    {
        SettingsDocument settings = new(7);
        settings.Add(SettingValue.OfNumber("pin", 4));
        settings.Add(SettingValue.OfNumber("low", -70_000));
        settings.Add(SettingValue.OfFlag("rising", true));
        settings.Add(SettingValue.OfText("member", "rain"));
        return [settings.Encode(), new SettingsDocument(0).Encode(), new SettingsAnswer(7, SettingsAnswer.Refused, "pin: no", 6).Encode()];
    }

    /// <summary>As a message, an answer, and the body of the sealed record.</summary>
    private static string ReadSettings(byte[] input)
    {
        SettingsDocument? settings = SettingsDocument.Decode(input);
        Hold(settings is null || settings.Encode().AsSpan().SequenceEqual(input), "settings that have two encodings");
        SettingsAnswer? answer = SettingsAnswer.Decode(input);
        Hold(answer is null || answer.Encode().AsSpan().SequenceEqual(input), "an answer that has two encodings");
        if (settings is not null)
        {
            SettingsReading reading = new(settings);
            int pin = reading.Number("pin", -1, 0, 48);
            string member = reading.Text("member", "pulses", 16);
            Hold(pin is >= -1 and <= 48 && member.Length <= 16, "a setting out of its bounds");
            Hold(reading.Problem.Length > 0 || settings.Count <= 2, "a setting that nobody asked for");
        }

        if (input.Length <= SealedRecord.MaximumPlaintext)
        {
            MemoryFiles files = new();
            RecordStore store = new(files);
            store.Write("seal", new byte[SealKey.Size]);
            new SealedRecord(store, new MemorySealer(), new MemoryEntropy(1), SettingsRecord.RecordName).Write(input);
            SettingsRecord record = SettingsRecord.Load(store, new MemorySealer(), new MemoryEntropy(1));
            Hold(record.InForce is not null && record.Last is not null, "a record that is half there");
        }

        return $"{settings?.Count} {answer?.Token}";
    }

    private static byte[][] MembersSeeds() => ["\"tempC\":21.5,\"door\":\"open, \\\"wide\\\"\""u8.ToArray(), "\"a\":-0.5e+10,\"b\":true,\"c\":null"u8.ToArray()];

    /// <summary>What is let through is JSON for every other reader too, flat, and says nothing in the platform's name.</summary>
    private static string ReadMembers(byte[] input)
    {
        string members = Encoding.Latin1.GetString(input);
        if (!TelemetryMembers.AreValid(members))
        {
            return "none";
        }

        using JsonDocument document = JsonDocument.Parse("{\"deviceId\":\"board-a\"," + members + ",\"ts\":\"\"}");
        string[] names = [.. document.RootElement.EnumerateObject().Select(member => member.Name)];
        Hold(names.Length == names.Distinct().Count(), "a name twice");
        Hold(document.RootElement.EnumerateObject().All(member => member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)), "telemetry that is not flat");
        return $"{names.Length}";
    }

    private static void Hold(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }
}
