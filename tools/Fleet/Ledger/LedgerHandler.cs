using DeviceFirmware.Ledger;

namespace DeviceFirmware.Fleet;

/// <summary>A device hands over its ledger, or asks how far it is held; with that it gives the fleet's own head back, and gets the newest.</summary>
public sealed class LedgerHandler(Ledgers ledgers, HeldHeads heads, DecisionLog log, Func<string, string, byte[], Task> send) : ITopicHandler
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

        heads.TakeBack(message.DeviceId, report.FleetHead);
        Outcome<ChainPosition> known = ledgers.Take(message.DeviceId, report);
        if (known.Refusal is { } refusal)
        {
            log.Write("denied", ("action", "ledger"), ("device", message.DeviceId), ("token", refusal.Token), ("reason", refusal.Text));
            return null;
        }

        await send(message.DeviceId, "ledger", new LedgerReply(known.Value!, heads.Give()).Encode()).ConfigureAwait(false);
        return null;
    }
}
