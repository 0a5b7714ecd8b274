using System.Globalization;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Takes over what boards hand over of their ledgers. Only what the board's identity key has signed is kept; a second story for a number that
/// is held already is a fork, and an end before the one held a regression: neither is kept as the ledger, both are kept as evidence and said.
/// </summary>
public sealed class Ledgers(DeviceRegistry registry, LedgerStore store, TimeProvider time, DecisionLog log, RestoreWatch restores)
{
    private readonly Lock _taking = new();

    /// <summary>One report of a device. The place up to which its ledger is held now; null when the report is worth nothing, and why.</summary>
    public Outcome<ChainPosition> Take(string deviceId, LedgerReport report)
    {
        P256PublicKey? key = P256PublicKey.Decode(report.PublicKey, 0, report.PublicKey.Length);
        if (registry.Find(deviceId) is not { } device)
        {
            return Refusal.UnknownDevice(deviceId);
        }

        if (key is null || Convert.ToHexStringLower(key.KeyHash()) != device.PublicKeyHash)
        {
            return new Refusal("other-key", "the ledger is of another key than the device's", 422);
        }

        string chain = BoardLedger.ChainName(key.KeyHash());
        lock (_taking)
        {
            HeldLedger? held = store.Find(chain);
            ChainPosition known = held is null ? ChainPosition.Start(chain) : new ChainPosition(held.Sequence, held.Hash);
            if (report.Head.Length == 0)
            {
                return known;
            }

            if (ChainHead.Read(report.Head, key) is not { } head || head.Chain != chain)
            {
                return new Refusal("head-signature", "the head is not signed by the device's key, or of another chain", 422);
            }

            Report signed = new(deviceId, key, report, head, held, known);
            return report.Entries.Length == 0 ? Compare(signed) : Extend(signed);
        }
    }

    /// <summary>A head alone: does it agree with what is held?</summary>
    private ChainPosition Compare(Report report)
    {
        ChainPosition place = report.Head.Position;
        if (place.Sequence <= report.Known.Sequence && report.Held is not null)
        {
            Judge(report, place);
        }

        return report.Known;
    }

    /// <summary>Entries up to a signed head: proved as they are, then laid beside what is held.</summary>
    private Outcome<ChainPosition> Extend(Report report)
    {
        ChainEntry? first = ChainEntry.Decode(report.Message.Entries[0], LedgerEvent.MaximumBody);
        if (first is null)
        {
            return new Refusal("malformed", "an entry is none", 422);
        }

        ChainPosition start = new(first.Sequence - 1, first.Previous);
        if (Walk(report, start) is not { } entries)
        {
            return new Refusal("not-proved", "the entries do not lead to the signed head", 422);
        }

        bool isGap = start.Sequence > report.Known.Sequence;
        if (isGap && !IsCheckpoint(report, start))
        {
            return new Refusal("gap", "entries are missing, and no signed checkpoint says that they are gone", 422);
        }

        if (!isGap && !Agrees(report, start, entries))
        {
            return report.Known;
        }

        return Keep(report, start, isGap, [.. entries.Where(entry => entry.Sequence > report.Known.Sequence)]);
    }

    private static List<ChainEntry>? Walk(Report report, ChainPosition start)
    {
        ChainVerifier verifier = new(report.Head.Chain, start, LedgerEvent.MaximumBody);
        verifier.Expect(report.Head);
        List<ChainEntry> entries = [];
        foreach (byte[] encoded in report.Message.Entries)
        {
            if (verifier.Take(encoded) is not { } entry || LedgerEvent.Read(entry) is null)
            {
                return null;
            }

            entries.Add(entry);
        }

        return verifier.End() == ChainVerdict.Accepted && verifier.Position.IsSameAs(report.Head.Position) ? entries : null;
    }

    private static bool IsCheckpoint(Report report, ChainPosition start)
    {
        return ChainHead.Read(report.Message.Checkpoint, report.Key) is { } checkpoint
            && checkpoint.Chain == report.Head.Chain && checkpoint.Position.IsSameAs(start);
    }

    /// <summary>The first place that both have decides: what follows from one place is one story.</summary>
    private bool Agrees(Report report, ChainPosition start, List<ChainEntry> entries)
    {
        foreach (ChainPosition place in entries.Select(entry => entry.Position).Prepend(start).Where(place => place.Sequence <= report.Known.Sequence))
        {
            if (Contradicts(report, place))
            {
                Tell(report, "ledger-fork", place.Sequence);
                return false;
            }
        }

        if (report.Head.Position.Sequence < report.Known.Sequence)
        {
            Judge(report, report.Head.Position);
        }

        return true;
    }

    private bool Contradicts(Report report, ChainPosition place)
    {
        if (place.Sequence == 0)
        {
            return !place.IsSameAs(ChainPosition.Start(report.Head.Chain));
        }

        // What the board let go of before it came here cannot be laid beside anything.
        return store.Entry(report.Head.Chain, place.Sequence) is { } held && !ByteArray.AreEqual(place.Hash, HashOf(held, report.Key));
    }

    private void Judge(Report report, ChainPosition place)
    {
        if (Contradicts(report, place))
        {
            Tell(report, "ledger-fork", place.Sequence);
        }
        else if (place.Sequence < report.Known.Sequence && report.Head.Time > report.Held!.HeadTime)
        {
            // Not a head of before that comes once more: it was signed after the one that is held.
            Tell(report, "ledger-went-back", place.Sequence);
        }
    }

    private static byte[] HashOf(HeldEntry held, P256PublicKey key)
    {
        return held.IsCheckpoint ? ChainHead.Read(held.Encoded, key).Position.Hash : Sha256.Hash(held.Encoded);
    }

    private ChainPosition Keep(Report report, ChainPosition start, bool isGap, List<ChainEntry> entries)
    {
        if (entries.Count == 0)
        {
            return report.Known;
        }

        DateTime now = time.GetUtcNow().UtcDateTime;
        string chain = report.Head.Chain;
        List<HeldEntry> rows = [.. entries.Select(entry => new HeldEntry { Chain = chain, Sequence = entry.Sequence, Encoded = entry.Encoded, ReceivedAt = now })];
        if (isGap)
        {
            rows.Insert(0, new HeldEntry { Chain = chain, Sequence = start.Sequence, Encoded = report.Message.Checkpoint, IsCheckpoint = true, ReceivedAt = now });
            log.Write(
                "ledger-gap",
                ("device", report.DeviceId),
                ("reason", $"entries {Number(report.Known.Sequence + 1)} to {Number(start.Sequence)} went, for room, before they came here"));
        }

        HeldLedger ledger = new()
        {
            Chain = chain,
            DeviceId = report.DeviceId,
            PublicKey = report.Message.PublicKey,
            Sequence = report.Head.Position.Sequence,
            Hash = report.Head.Position.Hash,
            Head = report.Message.Head,
            HeadTime = report.Head.Time,
            ReceivedAt = now,
            Problem = report.Held?.Problem ?? "",
            Evidence = report.Held?.Evidence,
        };
        store.Put(ledger, rows);
        restores.See(report.DeviceId, entries);
        log.Write("ledger", ("device", report.DeviceId), ("entries", Number(entries.Count)), ("sequence", Number(ledger.Sequence)));
        return report.Head.Position;
    }

    private void Tell(Report report, string problem, long sequence)
    {
        if (report.Held is { } held && (held.Problem != problem || held.Evidence is null || !ByteArray.AreEqual(held.Evidence, report.Message.Head)))
        {
            store.Put(held with { Problem = problem, Evidence = report.Message.Head }, []);
            log.Write(
                problem,
                ("device", report.DeviceId),
                ("reason", $"its key has signed another end: entry {Number(sequence)}, held are {Number(held.Sequence)}"));
        }
    }

    private static string Number(long number)
    {
        return number.ToString(CultureInfo.InvariantCulture);
    }

    private sealed record Report(string DeviceId, P256PublicKey Key, LedgerReport Message, ChainHead Head, HeldLedger? Held, ChainPosition Known);
}
