using System.Security.Cryptography;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Devices get their owners: a claim is opened with the label's secret, the device says yes by its key and its button, and only then is it the
/// tenant's. <see cref="ProvenClaim"/> decides; here is the order of things.
/// </summary>
public sealed class Claims(DeviceRegistry registry, ClaimStore store, IBroker broker, TelemetryStore telemetry, TimeProvider time, DecisionLog log, RestoreWatch restores) : IDisposable
{
    private readonly TryLimits _limits = new(time);

    // One slow hash at a time: neither the processor nor a caller's tries are spent twice at once.
    private readonly SemaphoreSlim _opening = new(1, 1);

    /// <summary>Opens a claim. The secret is the caller's, who zeroes it; null when what was typed cannot be one.</summary>
    public async Task<Outcome<Claim>> OpenAsync(string deviceId, byte[]? secret, string? tenant, Account who)
    {
        if (tenant is null)
        {
            return new Refusal("no-tenant", "a claim makes a device a tenant's; this key is of none", 403);
        }

        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            Outcome<Claim> outcome = Judge(deviceId, secret, tenant, who) is { } refusal ? refusal : Open(deviceId, tenant, who);
            log.Write(
                "claim",
                ("device", DeviceId.IsValid(deviceId) ? deviceId : "-"),
                ("tenant", tenant),
                ("by", who.Identity),
                ("address", who.Address),
                ("state", outcome.Refusal is null ? "open" : "refused"),
                ("token", outcome.Refusal?.Token));
            if (outcome.Value is { } claim)
            {
                await AskAsync(claim).ConfigureAwait(false);
            }

            return outcome;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The device listens: an open claim is asked again.</summary>
    public async Task ListeningAsync(string deviceId)
    {
        foreach (Claim claim in store.Open(deviceId, Now))
        {
            await AskAsync(claim).ConfigureAwait(false);
        }
    }

    /// <summary>A device's answer. Null, or why it is worth nothing.</summary>
    public string? Answered(string deviceId, byte[] message)
    {
        if (registry.Find(deviceId) is not { } device)
        {
            return "no such device";
        }

        ClaimCheck check = ProvenClaim.Check(message, device, store.Find, Now);
        Refusal? refusal = check.Proven is null ? null : registry.Bind(check.Proven).Refusal;
        log.Write(
            "claim",
            ("device", deviceId),
            ("state", check.Proven is null || refusal is not null ? "refused" : "done"),
            ("tenant", check.Proven?.Claim.Tenant),
            ("token", refusal?.Token ?? check.Token));
        if (check.Proven is null)
        {
            if (check.Verdict == ClaimVerdict.UnknownClaim)
            {
                restores.UnknownClaim(deviceId);
            }

            return check.Verdict == ClaimVerdict.Malformed ? check.Reason : null;
        }

        if (refusal is null)
        {
            // Another document from now on, so another connection; not from within the handling of its own message.
            _ = Task.Run(() => broker.ReviewAsync(deviceId));
        }

        return null;
    }

    /// <summary>A claim, for the tenant it is of.</summary>
    public Outcome<Claim> Find(string code, string? tenant)
    {
        return store.Find(code) is { } claim && (tenant is null || claim.Tenant == tenant) ? claim : new Refusal("unknown-claim", "there is no such claim", 404);
    }

    /// <summary>Calls a claim off.</summary>
    public Outcome<Claim> Cancel(string code, string? tenant)
    {
        Outcome<Claim> found = Find(code, tenant);
        return found.Value is { State: ClaimState.Open } claim ? store.Cancel(claim, Now) : found;
    }

    /// <summary>Its owner gives a device up: it is nobody's, as it left the factory, and can be claimed again.</summary>
    public Outcome<Device> Release(string deviceId, Account who)
    {
        Outcome<Device> outcome = registry.ChangeState(deviceId, DeviceState.Shipped, who, "released by its owner");
        if (outcome.Refusal is null)
        {
            telemetry.Forget(deviceId);
        }

        return outcome;
    }

    /// <summary>Its owner gives a device to another tenant.</summary>
    public Outcome<Device> Transfer(string deviceId, string tenant, Account who)
    {
        if (!Tenants.IsValid(tenant))
        {
            return new Refusal("bad-tenant", "a tenant is [a-z0-9-]{1,32}", 422);
        }

        if (registry.Find(deviceId) is not { State: DeviceState.Claimed or DeviceState.Active })
        {
            return new Refusal("transfer-refused", "only a device that is claimed or active is transferred");
        }

        Outcome<Device> outcome = registry.Assign(deviceId, tenant, who);
        if (outcome.Refusal is null)
        {
            telemetry.Forget(deviceId);
        }

        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _opening.Dispose();
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    // Nothing about the device is said before the secret fits: neither that it is there, nor whose, nor that it is online.
    private Refusal? Judge(string deviceId, byte[]? secret, string tenant, Account who)
    {
        if (_limits.IsSpent(who.Identity))
        {
            return new Refusal("too-many-tries", $"{TryLimits.Most} wrong tries within {TryLimits.Within.TotalMinutes:0} minutes: wait", 429);
        }

        Device? device = registry.Find(deviceId);
        if (!ClaimSecret.Fits(secret, device?.ClaimVerifier ?? "") || device is null)
        {
            _limits.Wrong(who.Identity);
            return new Refusal("claim-refused", "there is no device of this id with this claim secret", 403);
        }

        string state = DeviceRegistry.Word(device.State);
        return device.State is DeviceState.Claimed or DeviceState.Active ? new Refusal("already-claimed", "the device has an owner, who can release it")
            : device.State != DeviceState.Shipped ? new Refusal("state-" + state, $"the device is {state}: {device.StateReason}")
            : device.Tenant.Length > 0 && device.Tenant != tenant ? new Refusal("other-tenant", "the device was sold to another tenant", 403)
            : !broker.IsConnected(deviceId) ? new Refusal("device-offline", "the device is not connected: bring it online first")
            : registry.Losses.NewRight();
    }

    private Outcome<Claim> Open(string deviceId, string tenant, Account who)
    {
        DateTime now = Now;
        Claim claim = new()
        {
            Code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ClaimRequest.CodeSize)),
            DeviceId = deviceId,
            Tenant = tenant,
            Identity = who.Identity,
            Address = who.Address,
            Nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ClaimRequest.NonceSize)),
            OpenedAt = now,
            ExpiresAt = now + Claim.Duration,
        };
        return store.Add(claim, now)
            ? claim
            : new Refusal("two-claims", "the device was being claimed already: both claims are cancelled; whoever has it in hand claims again");
    }

    private Task AskAsync(Claim claim)
    {
        ClaimRequest request = new(claim.Tenant, Convert.FromHexString(claim.Code), Convert.FromHexString(claim.Nonce));
        return broker.SendAsync(claim.DeviceId, "claim", request.Encode());
    }
}
