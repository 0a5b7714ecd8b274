using System.Collections.Concurrent;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.PowerCut;

/// <summary>Numbers that only rise, and networks that do not get lost, whatever happens to the power.</summary>
/// <param name="Boots">Starts counted.</param>
/// <param name="Orders">The last number obeyed of the command key, to this board.</param>
/// <param name="Floor">The stored floor of the time; seconds since 1970, 0 without.</param>
/// <param name="HasNetwork">True once a network is stored.</param>
/// <param name="Ledger">The end of the ledger; null before there is one.</param>
/// <param name="Retired">Command keys that are retired.</param>
/// <param name="IsQuarantined">The board is in quarantine. Orders with even numbers end it.</param>
/// <param name="Trust">Number of the trust set in force.</param>
/// <param name="Settings">Version of the application's settings in force.</param>
/// <param name="Certified">First second of the operational certificate in use, seconds since 1970; 0 without one that passes its door with its key.</param>
internal sealed record Remembered(uint Boots, long Orders, long Floor, bool HasNetwork, ChainPosition? Ledger, int Retired, bool IsQuarantined, long Trust, long Settings, long Certified)
{
    /// <summary>The password of every network here.</summary>
    internal const string WifiPassword = "wifi-passphrase";

    internal static Remembered None { get; } = new(0, 0, 0, false, null, 0, false, 0, 0, 0);

    private static readonly byte[] _owner = TestKeys.Device.PublicKey.KeyHash();
    private static readonly TrustSet _builtIn = TrustSet.OfAnchors(TestBoard.TestAnchors(TestPki.Environment), TestBoard.Identity().BrokerHost, TestBoard.Identity().BrokerPort);
    private static readonly OperationalRules _operationalRules = new(TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FleetRoot, [], Outside.OperationalDesk.IssuedFrom, 0);
    private static readonly ConcurrentDictionary<string, (long Certified, long Staged)> _operational = new();
    private static readonly byte[] _commandKey = TestKeys.Command.PublicKey.KeyHash();
    private static readonly byte[] _nextKey = TestKeys.CommandNext.PublicKey.KeyHash();

    /// <summary>This, and what that store adds.</summary>
    internal Remembered After(RecordStore store)
    {
        Remembered now = Of(store);
        return new Remembered(Math.Max(Boots, now.Boots), Math.Max(Orders, now.Orders), Math.Max(Floor, now.Floor), HasNetwork || now.HasNetwork, now.Ledger ?? Ledger, Math.Max(Retired, now.Retired), now.IsQuarantined, Math.Max(Trust, now.Trust), Math.Max(Settings, now.Settings), Math.Max(Certified, now.Certified));
    }

    /// <summary>Is all of it still there?</summary>
    internal void Hold(RecordStore store)
    {
        Remembered now = Of(store);
        HoldWiped(store);
        Facts.Demand(!IsQuarantined || now.IsQuarantined || now.Orders % 2 == 0, "the quarantine is forgotten");
        Facts.Demand(now.Boots >= Boots, "the count of starts fell: numbers of messages would come twice");
        Facts.Demand(Ledger is null || LedgerOf(store) is { } ledger && (ledger.Start.Sequence > Ledger.Sequence || ledger.Passes(Ledger)), "the ledger tells another story, or less");
        Facts.Demand(now.Trust >= Trust, "the board has gone back to an older trust set");
        Facts.Demand(now.Settings >= Settings, "the settings in force are lost, or older ones are in force");
        Facts.Demand(now.Certified >= Certified, "the operational certificate is lost, or without its key, or the one before is back");
        Facts.Demand(now.HasNetwork || !HasNetwork, "the networks are lost");
    }

    /// <summary>Is there what a wipe must not undo?</summary>
    internal void HoldWiped(RecordStore store)
    {
        Remembered now = Of(store);
        Facts.Demand(now.Orders >= Orders, "the number of the last order fell: an order could be obeyed twice");
        Facts.Demand(now.Floor >= Floor, "the floor of the time fell");
        Facts.Demand(now.Retired >= Retired, "a retired key is obeyed again");
    }

    /// <summary>The networks of a board.</summary>
    internal static NetworkRecord Networks(RecordStore store) => new(store, new MemorySealer(), new MemoryEntropy(1));

    /// <summary>The trust sets of a board.</summary>
    internal static TrustSets TrustOf(RecordStore store) => TrustSets.Load(store, _builtIn, _owner);

    /// <summary>The settings of a board's application.</summary>
    internal static SettingsRecord SettingsOf(RecordStore store) => SettingsRecord.Load(store, new MemorySealer(), new MemoryEntropy(1));

    /// <summary>The record of the operational certificates.</summary>
    internal static SealedRecord OperationalRecord(RecordStore store) => OperationalIdentities.Record(store, new MemorySealer(), new MemoryEntropy(1));

    /// <summary>The first second of the operational certificate in use, and of the one on trial; 0 for none that passes its door with its key.</summary>
    internal static (long Certified, long Staged) OperationalOf(RecordStore store)
    {
        byte[]? body = store.Read(OperationalIdentities.RecordName);
        return body is null ? (0, 0) : _operational.GetOrAdd(Convert.ToHexString(body), _ =>
        {
            OperationalIdentities found = OperationalIdentities.Load(OperationalRecord(store), _operationalRules);
            return (found.Active?.Certificate.NotBefore ?? 0, found.Staged?.Certificate.NotBefore ?? 0);
        });
    }

    private static Remembered Of(RecordStore store)
    {
        byte[]? boots = store.Read("boots");
        byte[]? time = store.Read("time");
        OrderRecord record = OrderRecord.Load(store);
        long orders = record.LastSequence(_commandKey, false);
        int retired = (record.IsRetired(_commandKey) ? 1 : 0) + (record.IsRetired(_nextKey) ? 1 : 0);
        bool hasNetwork = Networks(store).Load(out NetworkCredentials? worked, out NetworkCredentials? _) == SealVerdict.Opened && worked is not null;
        return new Remembered(boots is null ? 0 : BigEndian.GetUInt32(boots, 0), orders, time is null ? 0 : FloorOf(time), hasNetwork, LedgerOf(store)?.Last, retired, Quarantine.Load(store).IsActive, TrustOf(store).Active.Sequence, SettingsOf(store).InForce.Version, OperationalOf(store).Certified);
    }

    /// <summary>The ledger of whatever key it is; null when there is none.</summary>
    internal static BoardLedger? LedgerOf(RecordStore store)
    {
        byte[]? body = store.Read(BoardLedger.RecordName);
        if (body is null)
        {
            return null;
        }

        CborReader reader = new(body);
        reader.Map(6);
        reader.Key(0);
        reader.Key(1);
        reader.Key(1);
        return BoardLedger.Load(store, reader.Bytes(32, 32));
    }

    private static long FloorOf(byte[] body)
    {
        CborReader reader = new(body);
        reader.Map(1);
        reader.Key(1);
        return reader.Unsigned(long.MaxValue >> 10);
    }
}
