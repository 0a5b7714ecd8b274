using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using DeviceFirmware.Connect;
using DeviceFirmware.Update;

namespace DeviceFirmware.Fleet;

/// <summary>
/// What devices say on their own topics, and the answers. The topic's id has been judged by <see cref="ClientPolicy"/>; the content is
/// hostile until parsed. What does not parse is logged, counted, and changes nothing.
/// </summary>
public sealed class DeviceMessages(
    DeviceRegistry registry, Rollouts rollouts, TelemetryStore telemetry, TimeProvider time, DecisionLog log, Func<string, string, byte[], Task> send)
{
    private const int MaximumRequest = 2048;

    private readonly ConcurrentDictionary<string, long> _malformed = new(StringComparer.Ordinal);

    /// <summary>How many messages of this device did not parse, since the start.</summary>
    public long Malformed(string deviceId)
    {
        return _malformed.GetValueOrDefault(deviceId);
    }

    /// <summary>Handles one message that the policy has let through.</summary>
    public async Task ReceiveAsync(string deviceId, string topic, byte[] payload)
    {
        string prefix = $"devices/{deviceId}/";
        if (!topic.StartsWith(prefix, StringComparison.Ordinal))
        {
            return; // a policy may allow other topics; nothing of the fleet is there
        }

        string name = topic[prefix.Length..];
        string? problem = name switch
        {
            "status" => await StatusAsync(deviceId, payload).ConfigureAwait(false),
            "telemetry" => Telemetry(deviceId, payload),
            "requests/heartbeat" => await HeartbeatAsync(deviceId, payload).ConfigureAwait(false),
            "requests/chunk" => await ChunkAsync(deviceId, payload).ConfigureAwait(false),
            _ => "no such request",
        };
        if (problem is not null)
        {
            long count = _malformed.AddOrUpdate(deviceId, 1, (_, before) => before + 1);
            log.Write(
                "malformed",
                ("device", deviceId),
                ("topic", topic),
                ("bytes", payload.Length.ToString(CultureInfo.InvariantCulture)),
                ("count", count.ToString(CultureInfo.InvariantCulture)),
                ("reason", problem));
        }
    }

    private async Task<string?> StatusAsync(string deviceId, byte[] payload)
    {
        if (!StatusReport.TryParse(payload, deviceId, out StatusReport? report, out string? problem))
        {
            return problem;
        }

        log.Write(
            "status",
            ("device", deviceId),
            ("event", report.Event),
            ("state", report.State),
            ("version", report.Version),
            ("verdict", report.Verdict.Length == 0 ? null : report.Verdict),
            ("image", report.Image.Length == 0 ? null : report.Image),
            ("reason", report.Reason.Length == 0 ? null : report.Reason));
        registry.Store(deviceId, device => device with
        {
            // The will says offline with what was true when the connection began: only the event counts.
            ReportedVersion = report.Version.Length == 0 || report.Event == "offline" ? device.ReportedVersion : report.Version,
            LastEvent = report.Event,
            LastVerdict = report.Verdict,
            LastReason = report.Reason,
            LastContact = time.GetUtcNow().UtcDateTime,
        });
        await rollouts.ReportedAsync(deviceId, report).ConfigureAwait(false);
        return null;
    }

    private string? Telemetry(string deviceId, byte[] payload)
    {
        if (!TelemetryReport.TryParse(payload, deviceId, out JsonElement message, out string? problem))
        {
            return problem;
        }

        telemetry.Add(deviceId, new Telemetry(time.GetUtcNow().UtcDateTime, message));
        return null;
    }

    private async Task<string?> HeartbeatAsync(string deviceId, byte[] payload)
    {
        if (payload.Length > MaximumRequest || Heartbeat.Decode(payload) is not { } heartbeat)
        {
            return "is not a heartbeat";
        }

        log.Write("heartbeat", ("device", deviceId));
        await send(deviceId, "heartbeat", heartbeat.Encode()).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> ChunkAsync(string deviceId, byte[] payload)
    {
        if (payload.Length > MaximumRequest || ChunkRequest.Decode(payload) is not { } request)
        {
            return "is not a chunk request";
        }

        Outcome<byte[]> chunk = rollouts.Chunk(deviceId, request.FileHash, request.Offset, request.Length);
        if (chunk.Refusal is { } refusal)
        {
            log.Write(
                "denied",
                ("action", "chunk"),
                ("device", deviceId),
                ("resource", "image:" + Convert.ToHexStringLower(request.FileHash)),
                ("token", refusal.Token),
                ("reason", refusal.Text));
            return null;
        }

        await send(deviceId, "chunk", new ChunkReply(request.FileHash, request.Offset, chunk.Value!).Encode()).ConfigureAwait(false);
        return null;
    }
}
