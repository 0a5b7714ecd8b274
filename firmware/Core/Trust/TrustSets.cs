using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// The trust set in use, and the one that may replace it. A new set is staged, tried, and confirmed once a nonce was answered by the fleet
    /// that is reached under it; then the old one is erased. Until then the board goes from one to the other, so it is never stranded while the
    /// fleet serves either. A staged set is given up only over a connection that the old set made. A lower sequence number than that in use is
    /// never taken again; a set that was given up may be.
    /// </summary>
    /// <remarks>
    /// One record, <c>trust</c>: {0: 1 (the format), 1: set in use bstr (empty: the built-in one), 2: staged set bstr (empty: none), 3: tries 0..8,
    /// and 1 with nothing staged when the copy before is still to be erased, 4: key hash of the identity that was told}. With another identity key
    /// it counts as none: that is a new board.
    /// </remarks>
    public sealed class TrustSets
    {
        /// <summary>Name of the record.</summary>
        public const string RecordName = "trust";

        private const int Format = 1;

        /// <summary>Stands where the tries do when nothing is staged: the copy before still holds what has to go.</summary>
        private const int HalfErased = 1;

        private readonly RecordStore _store;
        private readonly TrustSet _builtIn;
        private readonly byte[] _owner;

        private TrustSet _confirmed;
        private Trial _trial = new Trial(0);
        private bool _isHalfErased;

        private TrustSets(RecordStore store, TrustSet builtIn, byte[] keyHash)
        {
            _store = store;
            _builtIn = builtIn;
            _owner = keyHash;
        }

        /// <summary>The set that was confirmed last, or the built-in one.</summary>
        public TrustSet Active => _confirmed ?? _builtIn;

        /// <summary>The set that is to be tried, or null.</summary>
        public TrustSet Staged { get; private set; }

        /// <summary>True while a connection is made or stands under the staged set.</summary>
        public bool IsTrying => !(Staged is null) && _trial.IsTrying;

        /// <summary>The set of the connection that is made or stands.</summary>
        public TrustSet Current => IsTrying ? Staged : Active;

        /// <summary>What flash says; a record that is not one counts as none: the built-in set is in use.</summary>
        /// <param name="store">Where the record is.</param>
        /// <param name="builtIn">The set that the firmware was built and provisioned with.</param>
        /// <param name="keyHash">Key hash of the board's identity key.</param>
        public static TrustSets Load(RecordStore store, TrustSet builtIn, byte[] keyHash)
        {
            if (store is null || builtIn is null || keyHash is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            var sets = new TrustSets(store, builtIn, keyHash);
            sets.Read();
            return sets;
        }

        /// <summary>True for the bytes of a root that this board believes in, or was built with.</summary>
        public bool IsKnownRoot(byte[] root)
        {
            return ByteArray.AreEqual(root, _builtIn.Root) || ByteArray.AreEqual(root, Active.Root) || (!(Staged is null) && ByteArray.AreEqual(root, Staged.Root));
        }

        /// <summary>
        /// A verified command brought a set: stages it, or says why not. The same set again is staged already, or in force: an order whose answer
        /// was lost in a cut is answered by what became of it.
        /// </summary>
        /// <param name="encoded">The set, as the command has it.</param>
        /// <param name="now">Seconds since 1970, as the board believes.</param>
        public TrustSetVerdict Stage(byte[] encoded, long now)
        {
            TrustSet set = TrustSet.Decode(encoded);
            if (set is null)
            {
                return TrustSetVerdict.Malformed;
            }

            if (ByteArray.AreEqual(Active.Encode(), encoded))
            {
                return TrustSetVerdict.InForce;
            }

            if (set.Sequence <= Active.Sequence)
            {
                return TrustSetVerdict.NotNewer;
            }

            if (!(Staged is null) && ByteArray.AreEqual(Staged.Encode(), encoded))
            {
                return TrustSetVerdict.Staged;
            }

            TrustSetVerdict verdict = set.Judge(now);
            if (verdict == TrustSetVerdict.Staged)
            {
                Put(_confirmed, set, new Trial(0));
            }

            return verdict;
        }

        /// <summary>A connection is about to be made: chooses its set, which is then <see cref="Current"/>. A try is stored before it is made.</summary>
        public void BeginConnection()
        {
            if (!(Staged is null) && _trial.Begin())
            {
                Put(_confirmed, Staged, _trial);
            }
        }

        /// <summary>The verdict's token.</summary>
        public static string Token(TrustSetVerdict verdict)
        {
            switch (verdict)
            {
                case TrustSetVerdict.Staged: return "accepted";
                case TrustSetVerdict.InForce: return "in-force";
                case TrustSetVerdict.Malformed: return "malformed-set";
                case TrustSetVerdict.WrongRoot: return "wrong-root";
                case TrustSetVerdict.WrongOperationalCa: return "wrong-operational-ca";
                case TrustSetVerdict.WrongTimeKey: return "wrong-time-key";
                case TrustSetVerdict.NotNewer: return "not-newer";
                case TrustSetVerdict.NeverEnds: return "never-ends";
                case TrustSetVerdict.OutOfDate: return "out-of-date";
                default: return "not-evaluated";
            }
        }

        /// <summary>The verdict in a person's words; empty when the set is staged or in force.</summary>
        public static string Reason(TrustSetVerdict verdict)
        {
            switch (verdict)
            {
                case TrustSetVerdict.Staged:
                case TrustSetVerdict.InForce: return "";
                case TrustSetVerdict.Malformed: return "the arguments are no trust set";
                case TrustSetVerdict.WrongRoot: return "the root is no CA certificate, signed by itself, that allows a CA below it";
                case TrustSetVerdict.WrongOperationalCa: return "the operational CA is none under that root";
                case TrustSetVerdict.WrongTimeKey: return "the time key is no point of P-256";
                case TrustSetVerdict.NotNewer: return "its number is not above that of the set in use";
                case TrustSetVerdict.NeverEnds: return "a certificate in it never ends, and the time would have no bound";
                case TrustSetVerdict.OutOfDate: return "a certificate in it has ended or has not begun";
                default: return "nothing was decided";
            }
        }

        /// <summary>
        /// The fleet answered a nonce over the connection that stands. Under the staged set that confirms it; under the old one it gives up a
        /// staged set whose tries are used up. True when something changed.
        /// </summary>
        public bool Answered()
        {
            if (Staged is null || !(_trial.IsTrying || _trial.MayBeGivenUp))
            {
                return false;
            }

            TrustSet kept = Current.Sequence == TrustSet.BuiltIn ? null : Current;
            Put(kept, null, new Trial(HalfErased));

            // The copy before this one still holds the set that has to go.
            EraseBefore(kept);
            return true;
        }

        /// <summary>After a start: a cut may have come between the two writes that erase a set. Writes the second; nothing when there is none to write.</summary>
        public void FinishErasing()
        {
            if (_isHalfErased)
            {
                EraseBefore(_confirmed);
            }
        }

        private void EraseBefore(TrustSet kept)
        {
            Put(kept, null, new Trial(0));
            _isHalfErased = false;
        }

        private void Read()
        {
            byte[] body = _store.Read(RecordName);
            if (body is null)
            {
                return;
            }

            var reader = new CborReader(body);
            reader.Map(5);
            reader.Key(0);
            reader.Key(Format);
            reader.Key(1);
            byte[] active = reader.Bytes(0, TrustSet.MaximumSize);
            reader.Key(2);
            byte[] staged = reader.Bytes(0, TrustSet.MaximumSize);
            reader.Key(3);
            int tries = (int)reader.Unsigned(Trial.Patience);
            reader.Key(4);
            byte[] owner = reader.Bytes(Sha256.Size, Sha256.Size);
            if (!reader.IsComplete || !ByteArray.AreEqual(owner, _owner))
            {
                return;
            }

            _confirmed = TrustSet.Decode(active);
            Staged = TrustSet.Decode(staged);
            _trial = new Trial(Staged is null ? 0 : tries);
            _isHalfErased = staged.Length == 0 && tries == HalfErased;
        }

        private void Put(TrustSet confirmed, TrustSet staged, Trial trial)
        {
            byte[] none = new byte[0];
            _store.Write(RecordName, new CborWriter().Map(5)
                .Unsigned(0).Unsigned(Format)
                .Unsigned(1).Bytes(confirmed is null ? none : confirmed.Encode())
                .Unsigned(2).Bytes(staged is null ? none : staged.Encode())
                .Unsigned(3).Unsigned(trial.Tries)
                .Unsigned(4).Bytes(_owner)
                .ToArray());
            _confirmed = confirmed;
            Staged = staged;
            _trial = trial;
        }
    }
}
