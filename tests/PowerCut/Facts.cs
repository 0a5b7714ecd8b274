using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.PowerCut.Outside;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.PowerCut;

/// <summary>What a board has come to, and must not fall behind whatever happens to its power.</summary>
/// <param name="Key">The identity key; null before there is one.</param>
/// <param name="Identity">The identity record; null before there is one.</param>
/// <param name="Counter">The highest security counter stored so far.</param>
/// <param name="Refused">Digests of the images refused so far.</param>
/// <param name="HasBooted">True once a verified image boots.</param>
/// <param name="Remembered">Starts, orders, time and networks.</param>
internal sealed record Facts(byte[]? Key, byte[]? Identity, uint Counter, HashSet<string> Refused, bool HasBooted, Remembered Remembered)
{
    /// <summary>How far the fleet has the ledger; null before.</summary>
    internal ChainPosition? Held { get; init; }

    internal static Facts None { get; } = new(null, null, 0, [], false, Remembered.None);

    /// <summary>These, and what this flash adds.</summary>
    internal Facts After(MemoryFiles flash)
    {
        MemoryFiles copy = flash.Copy();
        RecordStore store = new(copy);
        SlotTable table = SlotTable.Load(store);
        SecurityCounter counter = new(store, Platform.MinimumSecurityCounter);
        byte[]? identity = IdentityOf(store);
        HashSet<string> refused = [.. Refused, .. Digests(table)];

        Remembered remembered = Remembered.After(store);

        // A boot may write: from here on the copy is another flash.
        bool boots = identity is not null && BootSequence.Run(copy, table, TestRules.WithCounter(counter.Value), new MemoryBoard()).Image is not null;
        return new Facts(
            Key ?? KeyOf(store),
            Identity ?? identity,
            Math.Max(Counter, counter.Value),
            refused,
            HasBooted || boots,
            remembered)
        {
            Held = Held,
        };
    }

    /// <summary>Of a board that is being wiped, or is: what a wipe must not undo.</summary>
    internal void HoldWiped(MemoryFiles flash)
    {
        RecordStore store = new(flash);
        Demand(new SecurityCounter(store, Platform.MinimumSecurityCounter).Value >= Counter, "the counter fell");
        Remembered.HoldWiped(store);
    }

    /// <summary>Does this flash, as the next power-on finds it, still have all of it?</summary>
    internal void Hold(MemoryFiles flash)
    {
        RecordStore store = new(flash);
        Demand(Key is null || KeyOf(store) is { } key && key.AsSpan().SequenceEqual(Key), "the key is lost or another one");
        Demand(Identity is null || IdentityOf(store) is { } identity && identity.AsSpan().SequenceEqual(Identity), "the identity is lost or another one");
        Demand(new SecurityCounter(store, Platform.MinimumSecurityCounter).Value >= Counter, "the counter fell");
        Demand(Refused.IsSubsetOf(Digests(SlotTable.Load(store))), "a refused image is forgotten");
        Remembered.Hold(store);
    }

    /// <summary>The scalar of the key that lies there, sealed or from before there was a seal; null when none opens.</summary>
    internal static byte[]? KeyOf(RecordStore store)
    {
        return new SealedRecord(store, new MemorySealer(), new MemoryEntropy(1), "identity-key").Read(out SealVerdict _) ?? store.Read("key");
    }

    /// <summary>The setup password that lies there.</summary>
    internal static byte[]? PasswordOf(RecordStore store) => Provisioning.SetupPassword.Load(Provisioning.SetupPassword.Record(store, new MemorySealer(), new MemoryEntropy(1)));

    /// <summary>The identity without the network, which moves out of the record of an old board.</summary>
    private static byte[]? IdentityOf(RecordStore store) => Provisioning.IdentityRecord.Load(store)?.WithoutNetwork().Encode();

    internal static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FaultException(otherwise);
        }
    }

    private static IEnumerable<string> Digests(SlotTable table) => table.RefusedDigests.Chunk(32).Select(Convert.ToHexString);
}
