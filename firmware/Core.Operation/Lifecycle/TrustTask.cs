using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// A new trust set on its way: staged by an order, tried at once and then after longer and longer waits while the old one still works, and
    /// what became of it told in the ledger and on the status topic. Which set a connection is made with, and when one is confirmed, is decided
    /// by <see cref="TrustSets"/>.
    /// </summary>
    internal sealed class TrustTask : BoardTask
    {
        /// <summary>Milliseconds: the longest wait under the old set before the first further try; it doubles with each.</summary>
        private const int FirstWait = 120000;

        /// <summary>Milliseconds: the longest wait of all.</summary>
        private const int LongestWait = 7200000;

        private readonly BoardContext _context;
        private readonly TrustSets _sets;

        private Backoff _waits;
        private TrustSet _active;
        private TrustSet _staged;
        private long _tryAt;

        internal TrustTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _sets = context.Trust;
        }

        /// <summary>A verified order brought a set.</summary>
        internal TrustSetVerdict Stage(VerifiedCommand command)
        {
            byte[] encoded = command.Order.Arguments;
            TrustSetVerdict verdict = _sets.Stage(encoded, _context.BelievedTime);
            bool isStaged = verdict == TrustSetVerdict.Staged;
            if (isStaged)
            {
                Look();
            }

            Tell(isStaged ? "staged" : TrustSets.Token(verdict), TrustSet.Decode(encoded));
            return verdict;
        }

        /// <inheritdoc/>
        public override void Begin()
        {
            _sets.FinishErasing();
            Look();
            TellWhatACutTook();
            EmptyStore();
        }

        /// <inheritdoc/>
        public override void Connected()
        {
            _tryAt = _context.Now + (_staged is null ? 0 : _waits.Next());
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            Notice();
            if (_staged is null || _sets.IsTrying || !isConnected)
            {
                return;
            }

            EmptyStore();
            if (_context.Now >= _tryAt && !_context.IsRestarting)
            {
                _context.Log("trust try sequence=" + _staged.Sequence.ToString());
                _tryAt = long.MaxValue;
                _context.Session.Rejoin();
            }
        }

        private void Notice()
        {
            if (!ReferenceEquals(_active, _sets.Active))
            {
                Look();
                Tell("confirmed", _active);
                _context.Reporter.Send("trust", "confirmed", "", null);
            }
            else if (!(_staged is null) && _sets.Staged is null)
            {
                TrustSet gone = _staged;
                Look();
                Tell("given-up", gone);
                _context.Reporter.Send("trust", "given-up", "the fleet was not reached under it", null);
            }
        }

        private void Look()
        {
            _active = _sets.Active;
            _staged = _sets.Staged;
            _waits = new Backoff(_context.Parts.Entropy, FirstWait, LongestWait);
            _tryAt = _context.Now;
        }

        private void Tell(string word, TrustSet set)
        {
            _context.Log("trust " + word + " sequence=" + set.Sequence.ToString() + " host=" + set.Host + " port=" + set.Port.ToString());
            _context.Note(LedgerKind.Trust, word, set.Sequence, Sha256.Hash(set.Encode()));
            _context.WriteLedger();
        }

        /// <summary>The set that the ledger has as staged is so no more, and nothing tells what became of it.</summary>
        private void TellWhatACutTook()
        {
            LedgerEvent told = _context.Ledger.Latest(LedgerKind.Trust, LedgerKind.Trust, null);
            if (_staged is null && !(told is null) && told.Word == "staged")
            {
                _context.Note(LedgerKind.Trust, told.Number == _active.Sequence ? "confirmed" : "given-up", told.Number, told.Hash);
            }
        }

        /// <summary>
        /// The device's CA store is trusted besides the set. Where it holds a root of ours, as a station may have put there, and another set is to
        /// be used, it goes for good before that is tried: an empty one fits every set, and there is no moment at which it holds half a root. What
        /// is none of ours stays, and no connection is made (<see cref="TlsParameters"/>).
        /// </summary>
        private void EmptyStore()
        {
            byte[] bundle = _context.Parts.TrustStore.CaBundle();
            if (bundle is null || !_sets.IsKnownRoot(bundle) || (_staged is null && ByteArray.AreEqual(bundle, _active.Root)))
            {
                return;
            }

            _context.Parts.TrustStore.Clear();
            _context.Log("trust ca-store emptied");
            if (_context.Parts.TrustStore.CaBundle() is null)
            {
                _context.RestartSoon("ca-store");
            }
        }
    }
}
