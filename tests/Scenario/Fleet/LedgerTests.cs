using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tools;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What the fleet keeps of boards' ledgers: what the board's key has signed, once, and never a second story.</summary>
[TestClass]
public sealed partial class LedgerTests
{
    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _said = new();
    private readonly DatabaseSource _source;
    private readonly DeviceRegistry _registry;
    private readonly LedgerStore _store;
    private readonly Ledgers _ledgers;
    private readonly Board _board = new(1);

    public LedgerTests()
    {
        DecisionLog log = new(_said, TimeProvider.System);
        _source = DatabaseSource.Sqlite(_directory.Path);
        _registry = new DeviceRegistry(_source, TimeProvider.System, log);
        _store = new LedgerStore(_source);
        _ledgers = new Ledgers(_registry, _store, TimeProvider.System, log, new RestoreWatch(_registry, new OrderStore(_source), log));
        Dictionary<string, string> record = Records.Record("board-a");
        record["publicKeyHash"] = Convert.ToHexStringLower(_board.Key.PublicKey.KeyHash());
        Assert.IsNull(Records.Import(_registry, record).Refusal);
    }

    [TestCleanup]
    public void Cleanup()
    {
        _registry.Dispose();
        _directory.Dispose();
    }

    [TestMethod]
    public void ALedgerIsTakenOverInParts()
    {
        _board.Add(20);
        HandOver(_board);
        HeldLedger held = _store.Find(_board.Ledger.Chain)!;
        Assert.AreEqual(20, held.Sequence);
        Assert.IsTrue(Place(held).IsSameAs(_board.Ledger.Last));
        LedgerProof proof = Prove();
        Assert.HasCount(20, proof.Entries);
        Assert.IsEmpty(proof.Gaps);

        // The same once more, and parts in another order, change nothing.
        LedgerReport first = _board.Report(0);
        Assert.AreEqual(20, Take(first).Sequence);
        Assert.AreEqual("", _store.Find(_board.Ledger.Chain)!.Problem);
    }

    [TestMethod]
    public void OnlyWhatTheDevicesKeySignedIsKept()
    {
        _board.Add(3);
        Board other = new(2);
        other.Add(3);
        Refused("other-key", other.Report(0));
        LedgerReport own = _board.Report(0);
        Refused("head-signature", new LedgerReport(own.PublicKey, other.Report(0).Head, [], own.Entries, []));
        byte[] changed = [.. own.Entries[1]];
        changed[^1] ^= 1;
        Refused("not-proved", new LedgerReport(own.PublicKey, own.Head, [], [own.Entries[0], changed, own.Entries[2]], []));
        Refused("not-proved", new LedgerReport(own.PublicKey, own.Head, [], [own.Entries[0], own.Entries[1]], []));
        Refused("not-proved", new LedgerReport(own.PublicKey, own.Head, [], [own.Entries[0], own.Entries[2]], []));
        Refused("malformed", new LedgerReport(own.PublicKey, own.Head, [], [[1, 2, 3]], []));
        Refused("gap", new LedgerReport(own.PublicKey, own.Head, [], [own.Entries[1], own.Entries[2]], []));
        Assert.IsNull(_store.Find(_board.Ledger.Chain));
        Assert.AreEqual(3, Take(own).Sequence);
    }

    [TestMethod]
    public void ASecondStoryIsAForkAndIsNotKept()
    {
        _board.Add(2);
        Board copy = _board.Copy();
        _board.Add(2);
        copy.Add(3, word: "another");
        HandOver(_board);
        Assert.AreEqual(4, Take(copy.Report(2)).Sequence, "what is held stays");
        HeldLedger held = _store.Find(_board.Ledger.Chain)!;
        Assert.AreEqual("ledger-fork", held.Problem);
        Assert.IsNotNull(ChainHead.Read(held.Evidence!, _board.Key.PublicKey), "signed by the same key");
        Assert.IsTrue(Place(held).IsSameAs(_board.Ledger.Last));
        Assert.Contains("ledger-fork", _said.ToString());
    }

    [TestMethod]
    public void AHeadAloneIsEvidenceToo()
    {
        _board.Add(2);
        Board copy = _board.Copy();
        _board.Add(2);
        copy.Add(1, word: "another");
        HandOver(_board);
        Take(copy.HeadAlone(5000));
        Assert.AreEqual("ledger-fork", _store.Find(_board.Ledger.Chain)!.Problem);
    }

    [TestMethod]
    public void AnOlderFlashIsARegressionAndARepeatedMessageIsNone()
    {
        _board.Add(2);
        LedgerReport early = _board.HeadAlone(1000);
        Board old = _board.Copy();
        _board.Add(2);
        HandOver(_board);
        Take(early);
        Assert.AreEqual("", _store.Find(_board.Ledger.Chain)!.Problem, "signed before what is held");
        Take(old.HeadAlone(9000));
        Assert.AreEqual("ledger-went-back", _store.Find(_board.Ledger.Chain)!.Problem);
    }

    [TestMethod]
    public void WhatTheBoardLetGoOfIsAGapThatTheChainSays()
    {
        _board.Add(3);
        HandOver(_board);
        for (int i = 0; i < 40; i++)
        {
            _board.Add(1);
        }

        LedgerReport late = _board.Report(3);
        Refused("gap", new LedgerReport(late.PublicKey, late.Head, [], late.Entries, []));
        Refused("gap", new LedgerReport(late.PublicKey, late.Head, late.Head, late.Entries, []));
        HandOver(_board);
        LedgerProof proof = Prove();
        Assert.HasCount(1, proof.Gaps);
        Assert.AreEqual(4, proof.Gaps[0].From);
        Assert.AreEqual(_board.Ledger.Start.Sequence, proof.Gaps[0].To);
        Assert.Contains("ledger-gap", _said.ToString());
    }

    [TestMethod]
    public void AnOrderThatIsNotHereIsOfANewerDatabase()
    {
        byte[] hash = [.. Enumerable.Repeat((byte)7, 32)];
        new OrderStore(_source).Put(new SentOrder
        {
            DeviceId = "board-a",
            Sha256 = Convert.ToHexStringLower(hash),
            Message = [],
            Verb = "report",
            Sequence = 1,
            AcceptedAt = DateTime.UtcNow,
        });
        _board.Ledger.Append([new LedgerEvent(LedgerKind.Order, "report", 1, hash)], 1000, _board.Key);
        HandOver(_board);
        Assert.DoesNotContain("database-behind", _said.ToString());
        hash[0]++;
        _board.Ledger.Append([new LedgerEvent(LedgerKind.Order, "report", 2, hash)], 1000, _board.Key);
        HandOver(_board);
        Assert.Contains("database-behind", _said.ToString());
        Assert.AreEqual(RestoreWatch.Kind, _registry.Audit(0, 100, "board-a")[^1].Kind);
    }

    [TestMethod]
    public void AnExportProvesItselfOrIsRefused()
    {
        _board.Add(9);
        HandOver(_board);
        byte[][] items = Items();
        byte[] middle = _board.Ledger.Head(_board.Ledger.After(3, 1)[0].Position, 1, _board.Key);
        Assert.AreEqual(9, LedgerProof.Of(items, _board.Key.PublicKey, [middle]).End.Sequence);

        Unproved("ledger-gap", [.. items[..3], .. items[4..]]);
        Unproved("ledger-broken", [.. items[..3], Changed(items[3]), .. items[4..]]);
        Unproved("ledger-unsigned-end", items[..^1]);
        Unproved("ledger-unsigned-end", [items[^1]], "a head and nothing else proves nothing", "ledger-gap");
        Unproved("ledger-gap", [middle, .. items[4..]]);
        Board copy = _board.Copy();
        _board.Add(1);
        copy.Add(1, word: "another");
        Unproved("ledger-behind", items, held: _board.Ledger.Head(_board.Ledger.Last, 1, _board.Key));
        Unproved("ledger-fork", [.. items, _board.Ledger.After(9, 1)[0].Encoded, copy.Ledger.Head(copy.Ledger.Last, 1, copy.Key)]);
        Board other = new(2);
        other.Add(1);
        Unproved("ledger-head-signature", [.. items, other.Ledger.Head(other.Ledger.Last, 1, other.Key)]);
    }

    private void Unproved(string token, byte[][] items, string why = "", string? orToken = null, byte[]? held = null)
    {
        ToolFailure failure = Assert.ThrowsExactly<ToolFailure>(() => LedgerProof.Of(items, _board.Key.PublicKey, held is null ? [] : [held]));
        Assert.IsTrue(failure.Message.Contains(token, StringComparison.Ordinal) || (orToken is not null && failure.Message.Contains(orToken, StringComparison.Ordinal)), failure.Message + why);
    }

    private static byte[] Changed(byte[] entry)
    {
        byte[] changed = [.. entry];
        changed[^1] ^= 1;
        return changed;
    }

    private LedgerProof Prove() => LedgerProof.Of(Items(), _board.Key.PublicKey, []);

    private byte[][] Items()
    {
        return [.. _store.Entries(_board.Ledger.Chain, 0, 1000).Select(entry => entry.Encoded), _store.Find(_board.Ledger.Chain)!.Head];
    }

    private void HandOver(Board board)
    {
        ChainPosition known = Take(LedgerReport.Question(board.Key.PublicKey, []));
        while (known.Sequence < board.Ledger.Last.Sequence)
        {
            known = Take(board.Report(known.Sequence));
        }
    }

    private ChainPosition Take(LedgerReport report)
    {
        Outcome<ChainPosition> outcome = _ledgers.Take("board-a", LedgerReport.Decode(report.Encode()));
        Assert.IsNull(outcome.Refusal, outcome.Refusal?.Token);
        return outcome.Value!;
    }

    private void Refused(string token, LedgerReport report)
    {
        Assert.AreEqual(token, _ledgers.Take("board-a", report).Refusal?.Token);
    }

    private static ChainPosition Place(HeldLedger held) => new(held.Sequence, held.Hash);

    /// <summary>A board's key and ledger, with its flash in memory.</summary>
    private sealed class Board
    {
        private readonly MemoryFiles _files;

        internal Board(byte seed)
            : this(new MemoryFiles(), Import(seed))
        {
        }

        private Board(MemoryFiles files, StoredKey key)
        {
            _files = files;
            Key = key;
            Ledger = BoardLedger.Load(new RecordStore(files), key.PublicKey.KeyHash());
        }

        internal StoredKey Key { get; }

        internal BoardLedger Ledger { get; }

        internal Board Copy() => new(_files.Copy(), Key);

        internal void Add(int count, string word = "test")
        {
            Ledger.Append([.. Enumerable.Range(0, count).Select(i => new LedgerEvent(LedgerKind.Boot, word, i, new byte[32]))], 1000, Key);
        }

        internal LedgerReport Report(long after)
        {
            ChainEntry[] entries = Ledger.After(after, LedgerReport.MaximumEntries);
            byte[] checkpoint = after < Ledger.Start.Sequence ? Ledger.Checkpoint : [];
            return new LedgerReport(Key.PublicKey.Encode(), Ledger.Head(entries[^1].Position, 2000, Key), checkpoint, [.. entries.Select(entry => entry.Encoded)], []);
        }

        internal LedgerReport HeadAlone(long time) => new(Key.PublicKey.Encode(), Ledger.Head(Ledger.Last, time, Key), [], [], []);

        private static StoredKey Import(byte seed)
        {
            byte[] scalar = new byte[32];
            scalar[31] = seed;
            scalar[0] = 1;
            return new StoredKey(P256PrivateKey.Import(scalar));
        }
    }
}
