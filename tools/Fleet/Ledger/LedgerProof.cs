using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>What a whole ledger comes to.</summary>
/// <param name="Entries">Its entries, in order.</param>
/// <param name="Gaps">Numbers of entries that the board let go of, each said by the chain itself.</param>
/// <param name="End">The last entry's place, which the board's key has signed.</param>
internal sealed record LedgerProof(IReadOnlyList<ChainEntry> Entries, IReadOnlyList<(long From, long To)> Gaps, ChainPosition End)
{
    /// <summary>The first byte of an entry: an array of five.</summary>
    private const byte EntryHead = 0x85;

    /// <summary>
    /// Walks items, entries and signed heads in order, with nothing but the board's public key: every entry follows, every head is signed and met,
    /// what is missing is behind a checkpoint and said in the chain, and the end is signed. Refuses with what is wrong.
    /// </summary>
    public static LedgerProof Of(IEnumerable<byte[]> items, P256PublicKey key, IEnumerable<byte[]> heldHeads)
    {
        Walk walk = new(key);
        foreach (byte[] item in items)
        {
            if (item.Length > 0 && item[0] == EntryHead)
            {
                walk.TakeEntry(item);
            }
            else
            {
                walk.TakeHead(item);
            }
        }

        return walk.End(heldHeads);
    }

    private sealed class Walk(P256PublicKey key)
    {
        private readonly string _chain = BoardLedger.ChainName(key.KeyHash());
        private readonly List<ChainEntry> _entries = [];
        private readonly List<(long From, long To)> _gaps = [];
        private readonly HashSet<long> _dropped = [];
        private readonly Dictionary<long, byte[]> _places = [];
        private ChainVerifier _verifier = Begin(ChainPosition.Start(BoardLedger.ChainName(key.KeyHash())), BoardLedger.ChainName(key.KeyHash()));
        private long _signed;

        internal void TakeEntry(byte[] item)
        {
            ChainEntry entry = _verifier.Take(item)
                ?? throw Refused(DeviceRegistry.Word(_verifier.Verdict), $"entry {_verifier.Culprit} does not follow from the one before, or is none");
            LedgerEvent what = LedgerEvent.Read(entry) ?? throw Refused("malformed", $"entry {entry.Sequence} is none of a board's ledger");
            if (what.Kind == LedgerKind.Dropped)
            {
                _dropped.Add(what.Number);
            }

            _places[entry.Sequence] = entry.Position.Hash;
            _entries.Add(entry);
        }

        internal void TakeHead(byte[] item)
        {
            ChainPosition place = Read(item).Position;
            if (place.Sequence > _verifier.Position.Sequence)
            {
                _gaps.Add((_verifier.Position.Sequence + 1, place.Sequence));
                _places[place.Sequence] = place.Hash;
                _verifier = Begin(place, _chain);
            }
            else
            {
                Meet(place);
            }

            _signed = Math.Max(_signed, place.Sequence);
        }

        internal LedgerProof End(IEnumerable<byte[]> heldHeads)
        {
            ChainPosition end = _verifier.Position;
            if (_signed != end.Sequence || end.Sequence == 0)
            {
                throw Refused("unsigned-end", $"the last signed head is of entry {_signed}, the last entry is {end.Sequence}");
            }

            (long From, long To) silent = _gaps.FirstOrDefault(gap => !_dropped.Contains(gap.To));
            if (silent != default)
            {
                throw Refused("gap", $"entries {silent.From} to {silent.To} are missing, and the chain does not say that the board let go of them");
            }

            foreach (byte[] held in heldHeads)
            {
                ChainPosition place = Read(held).Position;
                if (place.Sequence > end.Sequence)
                {
                    throw Refused("behind", $"the end is missing: a head of entry {place.Sequence} was handed over");
                }

                Meet(place);
            }

            return new LedgerProof(_entries, _gaps, end);
        }

        private void Meet(ChainPosition place)
        {
            if (place.Sequence > 0 && _places.TryGetValue(place.Sequence, out byte[]? hash) && !ByteArray.AreEqual(hash, place.Hash))
            {
                throw Refused("fork", $"at entry {place.Sequence} the board has signed another story");
            }

            if (place.Sequence > 0 && !_places.ContainsKey(place.Sequence))
            {
                throw Refused("before-start", $"entry {place.Sequence}, of which a head was handed over, is not there");
            }
        }

        private ChainHead Read(byte[] item)
        {
            ChainHead head = ChainHead.Read(item, key) ?? throw Refused("head-signature", "a head is not signed by this key, or something is neither head nor entry");
            return head.Chain == _chain ? head : throw Refused("other-chain", $"a head is of the chain {head.Chain}");
        }

        private static ChainVerifier Begin(ChainPosition place, string chain) => new(chain, place, LedgerEvent.MaximumBody);

        private static ToolFailure Refused(string token, string text) => ToolFailure.Refused("ledger-" + token, text);
    }
}
