using System.Text;
using DeviceFirmware.Connect;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Keeps the settings of devices, sends them now and whenever the device begins to listen, until the device has answered that version. What
/// may be set is the application's to say.
/// </summary>
public sealed class DeviceSettingsDesk(DeviceRegistry registry, SettingsStore store, TimeProvider time, DecisionLog log, Func<string, string, byte[], Task> send)
{
    /// <summary>Sets all settings of a device anew, as long as it is still its tenant's: <paramref name="json"/> is a flat object.</summary>
    public async Task<Outcome<DeviceSettings>> SetAsync(Device device, byte[] json, Account who)
    {
        string deviceId = device.Id;
        if (!SettingsText.TryRead(json, 1, out _, out string? problem))
        {
            return new Refusal("bad-settings", problem, 422);
        }

        DateTime now = time.GetUtcNow().UtcDateTime;
        DeviceSettings? set = Change(
            device,
            before => Math.Max(before?.Version ?? 0, before?.InForce ?? 0) is var last && last == SettingsDocument.MaximumVersion ? null : new DeviceSettings
            {
                DeviceId = deviceId,
                Version = last + 1,
                Members = Encoding.UTF8.GetString(json),
                SetAt = now,
                InForce = before?.InForce ?? 0,
            },
            after => new AuditFact { Kind = "settings", Who = who, Device = deviceId, Tenant = device.Tenant, Reason = $"version {after.Version}" },
            now);
        if (registry.Find(deviceId)?.Tenant != device.Tenant)
        {
            return Refusal.UnknownDevice(deviceId); // another's meanwhile
        }

        if (set is null || set.SetAt != now)
        {
            return new Refusal("no-version-left", "no version is above the device's last", 409);
        }

        log.Write("settings", ("device", deviceId), ("version", $"{set.Version}"), ("state", "set"));
        await SendAsync(set).ConfigureAwait(false);
        return set;
    }

    /// <summary>A device's settings; null when it has none.</summary>
    public DeviceSettings? Find(string deviceId) => store.Find(deviceId);

    /// <summary>The device listens: what it has not answered is sent again.</summary>
    public async Task ListeningAsync(string deviceId)
    {
        if (store.Find(deviceId) is { AnsweredAt: null } settings)
        {
            await SendAsync(settings).ConfigureAwait(false);
        }
    }

    /// <summary>The device's answer; one to a version that was never sent is refused.</summary>
    public async Task<string?> AnsweredAsync(string deviceId, SettingsAnswer answer)
    {
        DeviceSettings? before = store.Find(deviceId);
        if (registry.Find(deviceId) is not { } device || before is null || answer.Version != before.Version)
        {
            // One to an older version that was overtaken, or to somebody else's.
            return before is not null && answer.Version > 0 && answer.Version < before.Version ? null : "answers settings that were not sent";
        }

        DateTime now = time.GetUtcNow().UtcDateTime;

        // A fleet whose database came back from a backup counts from where the device is.
        bool isBehind = answer.Token == SettingsAnswer.NotNewer;
        DeviceSettings? after = Change(
            device,
            current => current is null || current.Version != answer.Version ? null : current with
            {
                Version = isBehind ? Math.Max(answer.InForce, current.Version) + 1 : current.Version,
                AnsweredAt = isBehind ? null : now,
                Token = answer.Token,
                Reason = answer.Reason,
                InForce = answer.InForce,
            },
            null,
            now);
        log.Write(
            "settings",
            ("device", deviceId),
            ("version", $"{answer.Version}"),
            ("state", "answered"),
            ("token", answer.Token),
            ("inForce", $"{answer.InForce}"),
            ("reason", answer.Reason.Length == 0 ? null : answer.Reason));
        if (isBehind && after is not null && after.Version <= SettingsDocument.MaximumVersion && before.Token != SettingsAnswer.NotNewer)
        {
            await SendAsync(after).ConfigureAwait(false);
        }

        return null;
    }

    // Not while its tenant changes: what the former one set would come back.
    private DeviceSettings? Change(Device device, Func<DeviceSettings?, DeviceSettings?> change, Func<DeviceSettings, AuditFact>? fact, DateTime now)
    {
        return registry.WhileOf(device.Id, device.Tenant, () => store.Change(device.Id, change, fact, now));
    }

    private async Task SendAsync(DeviceSettings settings)
    {
        if (SettingsText.TryRead(Encoding.UTF8.GetBytes(settings.Members), settings.Version, out SettingsDocument? document, out _))
        {
            await send(settings.DeviceId, "settings", document.Encode()).ConfigureAwait(false);
        }
    }
}

/// <summary>A device says what became of its settings.</summary>
public sealed class SettingsAnswerHandler(DeviceSettingsDesk settings) : ITopicHandler
{
    /// <inheritdoc/>
    public string Topic => "requests/settings";

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        return SettingsAnswer.Decode(message.Payload) is { } answer
            ? await settings.AnsweredAsync(message.DeviceId, answer).ConfigureAwait(false)
            : "is no answer to settings";
    }
}
