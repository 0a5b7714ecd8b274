using System.Globalization;
using System.Security.Cryptography;
using DeviceFirmware.Commands;
using DeviceFirmware.Update;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Carries signed orders: keeps each, sends it now and whenever the device begins to listen, until the device has answered. It signs none and
/// judges none: whether an order is obeyed, the board decides.
/// </summary>
public sealed class Orders(DeviceRegistry registry, OrderStore store, Rollouts rollouts, TimeProvider time, DecisionLog log, Func<string, string, byte[], Task> send, RestoreWatch restores)
{
    private const int MaximumSentAgain = 32;

    /// <summary>Takes a signed order for a device. An order to update becomes the device's rollout.</summary>
    public async Task<Outcome<SentOrder>> AcceptAsync(string deviceId, byte[] message, bool onlyUpdate = false)
    {
        if (registry.Find(deviceId) is null)
        {
            return Refusal.UnknownDevice(deviceId);
        }

        if (Order.Peek(message) is not { } order)
        {
            return new Refusal("not-an-order", "this is no signed order", 422);
        }

        WantedImage? image = order.Verb == OrderVerb.Update ? WantedImage.Decode(order.Arguments) : null;
        if (image is null && (onlyUpdate || order.Verb == OrderVerb.Update))
        {
            return new Refusal("not-an-update", "this order is not one to update", 422);
        }

        SentOrder sent = new()
        {
            DeviceId = deviceId,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(message)),
            Message = message,
            Verb = order.Verb,
            Sequence = order.Sequence,
            Image = image is null ? "" : Convert.ToHexStringLower(image.FileHash),
            AcceptedAt = time.GetUtcNow().UtcDateTime,
        };
        if (image is not null && registry.FindImage(sent.Image) is null)
        {
            return new Refusal("unknown-image", "the store has no image of that hash", 404);
        }

        store.Put(sent);
        log.Write("order", ("device", deviceId), ("verb", sent.Verb), ("sequence", Number(sent.Sequence)), ("order", sent.Sha256), ("state", "accepted"));
        if (image is null)
        {
            await send(deviceId, "order", message).ConfigureAwait(false);
        }
        else
        {
            await rollouts.SetAsync(deviceId, sent.Image).ConfigureAwait(false);
        }

        return sent;
    }

    /// <summary>The device listens: what it has not answered is sent again, in the order of the numbers.</summary>
    public async Task ListeningAsync(string deviceId)
    {
        foreach (SentOrder order in store.Of(deviceId, MaximumSentAgain).Where(order => order.AnsweredAt is null && order.Image.Length == 0))
        {
            await send(deviceId, "order", order.Message).ConfigureAwait(false);
        }

        await rollouts.OfferAsync(deviceId).ConfigureAwait(false);
    }

    /// <summary>The device's answer; one to an order that was never carried to it is refused.</summary>
    public string? Answered(string deviceId, OrderAnswer answer)
    {
        string sha256 = Convert.ToHexStringLower(answer.OrderHash);
        if (store.Find(deviceId, sha256) is not { } order)
        {
            restores.UnknownOrder(deviceId);
            return "answers an order that was not sent";
        }

        // An order without authenticated time is not refused for good: the device gets it again when it listens again.
        bool isFinal = answer.Token != "no-time";
        store.Put(order with { AnsweredAt = isFinal ? time.GetUtcNow().UtcDateTime : null, Token = answer.Token, Reason = answer.Reason });
        log.Write(
            "order",
            ("device", deviceId),
            ("verb", order.Verb),
            ("sequence", Number(order.Sequence)),
            ("order", sha256),
            ("state", "answered"),
            ("token", answer.Token),
            ("reason", answer.Reason.Length == 0 ? null : answer.Reason));
        if (order.Image.Length > 0)
        {
            rollouts.Answered(deviceId, order.Image, answer.Token, answer.Reason);
        }

        return null;
    }

    /// <summary>A device's last orders.</summary>
    public IReadOnlyList<SentOrder> Of(string deviceId)
    {
        return store.Of(deviceId, ApiAnswers.PageLimit);
    }

    private static string Number(long number)
    {
        return number.ToString(CultureInfo.InvariantCulture);
    }
}
