using System.Text;
using System.Text.Json;
using DeviceFirmware.Fleet;

namespace DeviceFirmware.Fuzz;

/// <summary>What the fleet reads: policies, the factory's manifests, device reports.</summary>
internal static class JsonTargets
{
    private const string Device = "dev-0001";

    private const string PolicyText = """
        {"version":"2026-01-09","statement":[
         {"effect":"allow","action":["connect"],"resource":["device:${deviceId}"]},
         {"effect":"allow","action":["publish"],"resource":["topic:devices/${deviceId}/telemetry","topic:devices/${deviceId}/requests/#","topic:tenants/${tenant}/events/${deviceId}"]},
         {"effect":"allow","action":["subscribe"],"resource":["topicfilter:devices/${deviceId}/commands/#","topicfilter:tenants/${tenant}/${product}/#"]},
         {"effect":"deny","action":["publish","subscribe"],"resource":["topic:devices/*/commands/#","topicfilter:+/a/*"]}]}
        """;

    private const string ReportText = """
        {"deviceId":"dev-0001","state":"running","version":"1.0.0+0","slot":"a","counter":1,"event":"online","verdict":"","reason":"","image":"","ts":"2026-11-22T10:00:00Z"}
        """;

    private const string TelemetryText = """{"deviceId":"dev-0001","tempC":21.5,"ts":"2026-11-22T10:00:00Z"}""";

    private static readonly string _manifestText = $$"""
        [{"id":"dev-0001","hardwareId":"hw","publicKeyHash":"{{new string('a', 64)}}","certificateSha256":"{{new string('b', 64)}}","batch":"b","line":"l","station":"s","operator":"o","firmwareVersion":"1.0.0","manufacturedAt":"2026-11-22T10:00:00Z"}]
        """;

    public static Target Policy { get; } = new("policy", () => [Encoding.UTF8.GetBytes(PolicyText)], null, null, ReadPolicy, 8 * 1024 * 1024, 1024);

    public static Target Json { get; } = new(
        "json", () => [Encoding.UTF8.GetBytes(ReportText), Encoding.UTF8.GetBytes(TelemetryText), Encoding.UTF8.GetBytes(_manifestText)], null, null, ReadJson, 16 * 1024, 64);

    private static string ReadPolicy(byte[] input)
    {
        if (!PolicyParser.TryParse(input, out PolicyDocument? document, out string? problem))
        {
            return problem;
        }

        // What was read can be bound to any device, nobody's too, and asked.
        document.For(new PolicySubject(Device));
        BoundPolicy policy = document.For(new PolicySubject(Device, "north", "meter"));
        return $"{policy.Connect(Device).Answer} {policy.Publish("devices/dev-0001/telemetry").Answer} {policy.Publish("devices/x/commands/y").Answer}";
    }

    private static string ReadJson(byte[] input)
    {
        bool status = StatusReport.TryParse(input, Device, out StatusReport? _, out string? first);
        bool telemetry = TelemetryReport.TryParse(input, Device, out JsonElement _, out string? second);
        bool manifest = ManufacturingRecord.TryParse(input, out IReadOnlyList<Device>? _, out string? third);
        return status || telemetry || manifest ? $"{status} {telemetry} {manifest}" : $"{first} {second} {third}";
    }
}
