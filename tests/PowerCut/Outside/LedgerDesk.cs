using DeviceFirmware.Ledger;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>The fleet's end of the ledger: it keeps what is proved, and sees when a board tells one number twice.</summary>
internal sealed class LedgerDesk(Bench bench)
{
    private static readonly ChainPosition _start = ChainPosition.Start(BoardLedger.ChainName(TestKeys.Device.PublicKey.KeyHash()));

    private readonly byte[] _fleetHead = [.. Enumerable.Repeat((byte)5, ChainHead.MaximumSize)];

    private ChainPosition _told = _start;

    /// <summary>The reply; null for silence.</summary>
    internal byte[]? Take(byte[] payload)
    {
        LedgerReport report = LedgerReport.Decode(payload) ?? throw new FaultException("a ledger report that is none");
        Facts.Demand(report.FleetHead.Length == 0 || report.FleetHead.AsSpan().SequenceEqual(_fleetHead), "the fleet's head comes back changed");
        LedgerAnswer answer = bench.Scenario.Ledger;
        if (answer == LedgerAnswer.None)
        {
            return null;
        }

        if (report.Head.Length == 0)
        {
            _told = answer == LedgerAnswer.Kept ? bench.Held ?? _start : answer == LedgerAnswer.Behind ? _start : new ChainPosition(1, new byte[32]);
            return Reply();
        }

        ChainHead head = ChainHead.Read(report.Head, TestKeys.Device.PublicKey) ?? throw new FaultException("a head that the board did not sign");
        if (answer == LedgerAnswer.Fork)
        {
            Facts.Demand(report.Entries.Length == 0, "a board that is contradicted hands over");
            bench.HasContradicted = true;
            return null;
        }

        foreach (byte[] encoded in report.Entries)
        {
            ChainEntry entry = ChainEntry.Decode(encoded, LedgerEvent.MaximumBody) ?? throw new FaultException("an entry that is none");
            Facts.Demand(entry.Sequence == _told.Sequence + 1 && entry.Previous.AsSpan().SequenceEqual(_told.Hash), "an entry does not follow what the fleet has: the story is told twice");
            Facts.Demand(bench.Held?.Sequence != entry.Sequence || bench.Held.IsSameAs(entry.Position), "one number is told twice");
            _told = entry.Position;
        }

        Facts.Demand(head.Position.IsSameAs(_told), "the head is not the one of the last entry");
        bench.Held = bench.Held is null || _told.Sequence > bench.Held.Sequence ? _told : bench.Held;
        return Reply();
    }

    private byte[] Reply() => new LedgerReply(_told, _fleetHead).Encode();
}
