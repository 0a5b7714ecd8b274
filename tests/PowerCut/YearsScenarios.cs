using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.PowerCut;

/// <summary>The parts of a board's life in the field: its ledger handed over, quarantine, retired keys, a claim, the wipe at the end.</summary>
internal static class YearsScenarios
{
    /// <summary>They begin with a board in use, or with one that also has its label's password and a network.</summary>
    internal static Scenario[] All(Func<MemoryFiles> inUse, Func<MemoryFiles> whole) =>
    [
        HandsOver("a ledger that is kept", inUse, LedgerAnswer.Kept) with { IsCutAgain = false },
        HandsOver("a ledger, fleet behind", inUse, LedgerAnswer.Behind) with { IsCutAgain = false },
        HandsOver("a ledger, another story", inUse, LedgerAnswer.Fork) with { IsCutAgain = false },
        new("quarantine and release", inUse, "1.0.0+0", 1) { Orders = Apart(), Settled = IsFreeAgain, Stride = 16, IsCutAgain = false },
        Retires("current retires next", inUse, TestKeys.Command, TestKeys.CommandNext),
        Retires("next retires current", inUse, TestKeys.CommandNext, TestKeys.Command),
        new("a claim", inUse, "1.0.0+0", 1) { Claim = new ClaimRequest("acme", new byte[16], new byte[32]).Encode(), Stride = 24, IsCutAgain = false },
        new("an operational certificate", inUse, "1.0.0+0", 1) { Enrols = true, Settled = IsCertified, Erased = OperationalIdentities.RecordName, Stride = 64, IsCutAgain = false },
        new("a certificate renewed", () => Certified(inUse()), "1.0.0+0", 1) { Enrols = true, Settled = IsCertified, Erased = OperationalIdentities.RecordName, Stride = 64, IsCutAgain = false },
        new("wipe", whole, "", 1) { Orders = [TestOrders.ToBoard(OrderVerb.Wipe, 1, Order.TextArguments("sold"))], Ledger = LedgerAnswer.Kept, IsWiped = true, Stride = 24, IsCutAgain = false },
    ];

    /// <summary>By the one that was asked for in the scenario, and nothing is on trial.</summary>
    private static bool IsCertified(RecordStore store) => Remembered.OperationalOf(store) == (Outside.OperationalDesk.IssuedFrom, 0);

    /// <summary>With an operational certificate in use that is due to be renewed.</summary>
    private static MemoryFiles Certified(MemoryFiles files)
    {
        P256PrivateKey key = Outside.OperationalDesk.Before;
        OperationalRules rules = new(TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FleetRoot, [], 0, 0);
        OperationalIdentities identities = OperationalIdentities.Load(Remembered.OperationalRecord(new RecordStore(files)), rules);
        OperationalCertificate due = OperationalCertificate.Check(Outside.OperationalDesk.DueCertificate, TestPki.OperationalCa, key.PublicKey, rules).Certificate;
        identities.Stage(due, new StoredKey(P256PrivateKey.Import(key.ExportScalar())));
        identities.BeginConnection(0, 0);
        identities.Answered();
        return files.Copy();
    }

    /// <summary>Two starts and an order, told to the fleet.</summary>
    private static Scenario HandsOver(string name, Func<MemoryFiles> start, LedgerAnswer answer) => new(name, start, "1.0.0+0", 1)
    {
        Ledger = answer,
        Orders = [TestOrders.ToBoard(OrderVerb.Restart, 1, [])],
        Settled = store => Remembered.None.After(store) is { Orders: 1, Boots: > 1, Ledger.Sequence: > 2 },
        Stride = 16,
    };

    private static byte[][] Apart() =>
        [TestOrders.ToBoard(OrderVerb.Quarantine, 1, Order.TextArguments("odd")), TestOrders.ToBoard(OrderVerb.Release, 2, [])];

    /// <summary>Started again after the release, and the ledger tells of both, wherever a cut came.</summary>
    private static bool IsFreeAgain(RecordStore store)
    {
        return Remembered.None.After(store) is { Orders: 2, Boots: > 2, IsQuarantined: false }
            && Remembered.LedgerOf(store)?.Latest(LedgerKind.Quarantine, LedgerKind.Release, null)?.Kind == LedgerKind.Release
            && Tells(store, LedgerKind.Quarantine);
    }

    private static bool Tells(RecordStore store, string kind) => Remembered.LedgerOf(store)?.Latest(kind, kind, null) is not null;

    /// <summary>One command key retires the other, which then orders a quarantine in vain.</summary>
    private static Scenario Retires(string name, Func<MemoryFiles> start, P256PrivateKey survivor, P256PrivateKey retired)
    {
        byte[] board = TestKeys.Device.PublicKey.KeyHash();
        return new(name, start, "1.0.0+0", 1)
        {
            Orders =
            [
                TestOrders.Sign(new Order(OrderVerb.RetireKey, board, "", 2, 0, 0, Order.BytesArguments(retired.PublicKey.KeyHash())), survivor),
                TestOrders.Sign(new Order(OrderVerb.Quarantine, board, "", 8, 0, 0, Order.TextArguments("by nobody")), retired),
                TestOrders.Sign(new Order(OrderVerb.Restart, board, "", 4, 0, 0, []), survivor),
            ],
            Settled = store =>
            {
                Facts.Demand(!Quarantine.Load(store).IsActive, "a retired key is obeyed");
                OrderRecord orders = OrderRecord.Load(store);
                return orders.IsRetired(retired.PublicKey.KeyHash()) && orders.LastSequence(survivor.PublicKey.KeyHash(), false) == 4 && Remembered.None.After(store).Boots > 1;
            },
            Stride = 16,
            IsCutAgain = false,
        };
    }
}
