using System;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Writes the ledger when it is time, and hands it over: asks how far the fleet has it, then sends the rest with a signed head. An entry is
    /// durable before it is sent, or a cut would make the board tell its own story twice.
    /// </summary>
    internal sealed class LedgerTask : BoardTask
    {
        private const int Patience = 30000;
        private const int ShortestPause = 1000;
        private const int Unknown = -1;

        private readonly BoardContext _context;

        private long _known = Unknown;
        private long _sendAt;
        private long _sentAt;
        private bool _isContradicted;
        private byte[] _head;
        private long _headOf = Unknown;

        internal LedgerTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
        }

        /// <inheritdoc/>
        public override void Begin()
        {
            if (_context.Ledger.Last.Sequence == 0)
            {
                _context.Note(LedgerKind.Provisioned, Platform.FirmwareVersion, _context.Boots.Count, Sha256.Hash(_context.Identity.Certificate));
            }

            _context.Note(LedgerKind.Boot, _context.Boots.Reset, _context.Boots.Count, _context.Boot.Image.Digest);
        }

        /// <inheritdoc/>
        public override void Connected()
        {
            _known = Unknown;
            _isContradicted = false;
            _sendAt = _context.Now;
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            bool isDue = _context.Notes.IsDue(_context.Now);
            bool isTurn = isConnected && !_isContradicted && _context.Now >= _sendAt;
            if (isDue || (isTurn && _context.Notes.HasWaiting))
            {
                _context.WriteLedger();
            }

            if (isTurn && _known != _context.Ledger.Last.Sequence)
            {
                _sendAt = _context.Now + Patience;
                _sentAt = _context.Now;
                _context.Parts.Link.Publish(_context.Topics.LedgerRequest, Report().Encode(), true);
            }
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic != _context.Topics.LedgerReply)
            {
                return false;
            }

            ChainPosition known = LedgerReply.Decode(message.Payload);
            if (known is null || _isContradicted)
            {
                return true;
            }

            bool isEarlier = known.Sequence < _context.Ledger.Start.Sequence;
            if (!isEarlier && !_context.Ledger.Passes(known))
            {
                // This flash is an old one, or another story was told in this board's name: once the signed head, as evidence, and no more.
                _context.Log("ledger contradicted at=" + known.Sequence.ToString() + " own=" + _context.Ledger.Last.Sequence.ToString());
                _known = _context.Ledger.Start.Sequence;
                _context.Parts.Link.Publish(_context.Topics.LedgerRequest, Report().Encode(), true);
                _isContradicted = true;
                return true;
            }

            _known = known.Sequence;
            _sendAt = _context.Now < _sentAt + ShortestPause ? _sentAt + ShortestPause : _context.Now;
            return true;
        }

        /// <inheritdoc/>
        public override void End()
        {
            _context.WriteLedger();
        }

        private LedgerReport Report()
        {
            BoardLedger ledger = _context.Ledger;
            P256PublicKey key = _context.Key.PublicKey;
            if (_known == Unknown)
            {
                return LedgerReport.Question(key);
            }

            if (_headOf != ledger.Last.Sequence)
            {
                _head = ledger.Head(_context.BelievedTime, _context.Key);
                _headOf = ledger.Last.Sequence;
            }

            ChainEntry[] entries = ledger.After(_known, LedgerReport.MaximumEntries);
            var encoded = new byte[entries.Length][];
            for (int i = 0; i < entries.Length; i++)
            {
                encoded[i] = entries[i].Encoded;
            }

            return new LedgerReport(key.Encode(), _head, _known < ledger.Start.Sequence ? ledger.Checkpoint : new byte[0], encoded);
        }
    }
}
