using DeviceFirmware.Ledger;

namespace DeviceFirmware.Fleet;

/// <summary>A device hands over its ledger, or asks how far it is held.</summary>
public sealed class LedgerHandler(Ledgers ledgers, DecisionLog log, Func<string, string, byte[], Task> send) : ITopicHandler
{
    /// <inheritdoc/>
    public string Topic => "requests/ledger";

    /// <inheritdoc/>
    public async Task<string?> ReceiveAsync(DeviceMessage message)
    {
        if (LedgerReport.Decode(message.Payload) is not { } report)
        {
            return "is not a report of a ledger";
        }

        Outcome<ChainPosition> known = ledgers.Take(message.DeviceId, report);
        if (known.Refusal is { } refusal)
        {
            log.Write("denied", ("action", "ledger"), ("device", message.DeviceId), ("token", refusal.Token), ("reason", refusal.Text));
            return null;
        }

        await send(message.DeviceId, "ledger", LedgerReply.Encode(known.Value!)).ConfigureAwait(false);
        return null;
    }
}
