using System.Globalization;
using DeviceFirmware.Commands;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Fleet;

/// <summary>
/// A board's last word before it is wiped. Signed by its identity key, about an order to wipe that was carried to it, it is kept, answered, and
/// retires the device.
/// </summary>
public sealed class ReceiptHandler(
    DeviceRegistry registry, LedgerStore store, OrderStore orders, TimeProvider time, DecisionLog log, Func<string, string, byte[], Task> send, Func<string, Task> review)
    : ITopicHandler
{
    /// <inheritdoc/>
    public string Topic => "requests/receipt";

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (WipeReceipt.Read(message.Payload, out Crypto.P256PublicKey? key) is not { } receipt || registry.Find(message.DeviceId) is not { } device)
        {
            return "is not a signed receipt";
        }

        string? refused = Convert.ToHexStringLower(key.KeyHash()) != device.PublicKeyHash ? "other-key"
            : orders.Find(device.Id, Convert.ToHexStringLower(receipt.Order)) is not { Verb: OrderVerb.Wipe } ? "no-such-order"
            : null;
        if (refused is not null)
        {
            log.Write("denied", ("action", "receipt"), ("device", device.Id), ("token", refused));
            return null;
        }

        if (device.State != DeviceState.Retired)
        {
            store.Keep(new HeldReceipt { PublicKeyHash = device.PublicKeyHash, DeviceId = device.Id, Message = message.Payload, ReceivedAt = time.GetUtcNow().UtcDateTime });
            log.Write(
                "wiped",
                ("device", device.Id),
                ("ledger", receipt.End.Sequence.ToString(CultureInfo.InvariantCulture)),
                ("flash", receipt.IsEncrypted ? "encrypted" : "logical"),
                ("reason", receipt.Reason));
        }

        await send(device.Id, "receipt", receipt.Order).ConfigureAwait(false);
        if (registry.ChangeState(device.Id, DeviceState.Retired, Account.Device(device.Id, "-"), "wiped by order").Refusal is null)
        {
            // Not awaited: it ends the very connection that this message came over.
            _ = Task.Run(() => review(device.Id));
        }

        return null;
    }
}
