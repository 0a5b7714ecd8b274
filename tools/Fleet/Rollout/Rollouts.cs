namespace DeviceFirmware.Fleet;

/// <summary>
/// The wanted image of each device, with the signed order that names it: sent when it is set and whenever the device begins to listen, until the device has confirmed its
/// version or refused it. A refused one is not offered again until it is set again.
/// </summary>
public sealed class Rollouts(DeviceRegistry registry, ImageStore images, OrderStore orders, DecisionLog log, Func<string, string, byte[], Task> send)
{
    /// <summary>Wants an image on a device, and offers it.</summary>
    public async Task<Outcome<Device>> SetAsync(string deviceId, string sha256)
    {
        if (registry.FindImage(sha256) is not { } image)
        {
            return new Refusal("unknown-image", "the store has no image of that hash", 404);
        }

        Device? device = registry.Store(deviceId, known => known with
        {
            WantedImage = sha256,
            Rollout = RolloutState.Offered,
            RolloutToken = "",
            RolloutReason = "",
        });
        if (device is null)
        {
            return Refusal.UnknownDevice(deviceId);
        }

        log.Write("rollout", ("device", deviceId), ("state", "set"), ("image", sha256), ("version", image.Version));
        await OfferAsync(deviceId).ConfigureAwait(false);
        return device;
    }

    /// <summary>Offers what is wanted, when something is.</summary>
    public async Task OfferAsync(string deviceId)
    {
        if (registry.Find(deviceId) is { Rollout: RolloutState.Offered, WantedImage: { } sha256 } device
            && PolicyTable.MayConnect(device.State)
            && registry.FindImage(sha256) is { } image
            && orders.ForImage(deviceId, sha256) is { } order)
        {
            log.Write("offer", ("device", deviceId), ("image", sha256), ("version", image.Version), ("board", image.BoardType), ("order", order.Sha256));
            await send(deviceId, "order", order.Message).ConfigureAwait(false);
        }
    }

    /// <summary>The part of an image that a device asks for; a device gets the image that is offered to it and no other.</summary>
    public Outcome<byte[]> Chunk(string deviceId, byte[] sha256, long offset, int length)
    {
        string wanted = Convert.ToHexStringLower(sha256);
        if (registry.Find(deviceId) is not { Rollout: RolloutState.Offered } device || device.WantedImage != wanted)
        {
            return new Refusal("not-offered", "this image is not offered to this device");
        }

        return images.ReadPart(wanted, offset, length) is { } part
            ? part
            : new Refusal("outside-image", "the part does not lie inside the image");
    }

    /// <summary>Takes notice of a status: it may end the rollout, or be the moment to offer again.</summary>
    public async Task ReportedAsync(string deviceId, StatusReport report)
    {
        if (registry.Find(deviceId) is not { Rollout: RolloutState.Offered, WantedImage: { } sha256 } || registry.FindImage(sha256) is not { } image)
        {
            return;
        }

        // A device may speak of another image: of the one before, or of one that it once came back from.
        bool ofWanted = report.Image.Length == 0 ? report.Version == image.Version || report.Event == "offer" : report.Image == sha256;
        switch (report.Event)
        {
            case "confirmed" when ofWanted:
                End(deviceId, image, RolloutState.Done, "", "");
                break;
            case "reverted" when ofWanted && report.Verdict is ("no-network" or "quarantined"):
                await OfferAsync(deviceId).ConfigureAwait(false); // says nothing against the image; the device waits as long as it sees fit
                break;
            case "reverted" when ofWanted:
                End(deviceId, image, RolloutState.Refused, report.Verdict.Length == 0 ? "reverted" : report.Verdict, report.Reason);
                break;
            case "offer" when report.Verdict == "trial-running":
                break; // not now, says the device: what ends the trial makes it offered again
            case "offer" or "update" when ofWanted && report.Verdict is not ("" or "accepted"):
                End(deviceId, image, RolloutState.Refused, report.Verdict, report.Reason);
                break;
            case "confirmed" or "reverted":
                await OfferAsync(deviceId).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>The device's answer to the order: one that it does not obey ends the rollout.</summary>
    public void Answered(string deviceId, string sha256, string token, string reason)
    {
        // In quarantine a board takes no update; the order to release restarts it, and when it listens again it is offered.
        bool goesOn = token is "accepted" or "repeated" or "trial-running" or "already-running" or "no-time" or "not-yet" or "quarantined";
        if (!goesOn && registry.Find(deviceId) is { Rollout: RolloutState.Offered } device && device.WantedImage == sha256 && registry.FindImage(sha256) is { } image)
        {
            End(deviceId, image, RolloutState.Refused, token, reason);
        }
    }

    private void End(string deviceId, StoredImage image, RolloutState state, string token, string reason)
    {
        registry.Store(deviceId, device => device with { Rollout = state, RolloutToken = token, RolloutReason = reason });
        log.Write(
            "rollout",
            ("device", deviceId),
            ("state", DeviceRegistry.Word(state)),
            ("image", image.Sha256),
            ("version", image.Version),
            ("token", token.Length == 0 ? null : token),
            ("reason", reason.Length == 0 ? null : reason));
    }
}
