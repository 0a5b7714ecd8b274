namespace DeviceFirmware.Fleet;

/// <summary>A device says how it is: kept in the registry, and news for its rollout.</summary>
public sealed class StatusHandler(DeviceRegistry registry, Rollouts rollouts, TimeProvider time, DecisionLog log, Func<string, Task> review) : ITopicHandler
{
    /// <inheritdoc/>
    public string Topic => "status";

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (!StatusReport.TryParse(message.Payload, message.DeviceId, out StatusReport? report, out string? problem))
        {
            return problem;
        }

        log.Write(
            "status",
            ("device", message.DeviceId),
            ("event", report.Event),
            ("state", report.State),
            ("version", report.Version),
            ("verdict", report.Verdict.Length == 0 ? null : report.Verdict),
            ("image", report.Image.Length == 0 ? null : report.Image),
            ("trust", report.Event == "trust" ? $"{report.Trust}" : null),
            ("reason", report.Reason.Length == 0 ? null : report.Reason),
            ("health", report.Health.Length == 0 ? null : report.Health));
        if (report.Event == "health")
        {
            // Says how the board is, not what it does: the last event stays.
            registry.Store(message.DeviceId, device => device with { LastContact = time.GetUtcNow().UtcDateTime, Trust = report.Trust ?? device.Trust, TrustStaged = report.TrustStaged ?? device.TrustStaged });
            return null;
        }

        if (registry.Find(message.DeviceId) is { Counter: { } highest } && report.Counter < highest && report.Event != "offline")
        {
            // The counter lies in flash and only rises: this is another flash, or an old copy of it.
            log.Write(
                "counter-went-back",
                ("device", message.DeviceId),
                ("reason", $"it reported {highest} once and {report.Counter} now"));
        }

        registry.Store(message.DeviceId, device => device with
        {
            Counter = report.Counter > (device.Counter ?? -1) ? report.Counter : device.Counter,
            // The will says offline with what was true when the connection began: only the event counts.
            ReportedVersion = report.Version.Length == 0 || report.Event == "offline" ? device.ReportedVersion : report.Version,
            Trust = report.Event == "offline" ? device.Trust : report.Trust ?? device.Trust,
            TrustStaged = report.Event == "offline" ? device.TrustStaged : report.TrustStaged ?? device.TrustStaged,
            LastEvent = report.Event,
            LastVerdict = report.Verdict,
            LastReason = report.Reason,
            LastContact = time.GetUtcNow().UtcDateTime,
        });
        if (report.Event == "quarantined" && registry.ChangeState(
                message.DeviceId, DeviceState.Quarantined, Account.Fleet("board"), $"the board says so, {report.Verdict}: {report.Reason}").Refusal is null)
        {
            // Not awaited: it ends the very connection that this message came over.
            _ = Task.Run(() => review(message.DeviceId));
        }

        await rollouts.ReportedAsync(message.DeviceId, report).ConfigureAwait(false);
        return null;
    }
}
