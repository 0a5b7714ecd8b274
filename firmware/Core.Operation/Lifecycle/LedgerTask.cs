using System;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Slots;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Writes the ledger when it is time, and hands it over: asks how far the fleet has it, then sends the rest with a signed head. An entry is
    /// durable before it is sent, or a cut would make the board tell its own story twice. Holds the newest head of the fleet's audit for the
    /// fleet, in memory, and gives it back in each report before it takes another: so a fleet that was restored sees how far it once was.
    /// </summary>
    internal sealed class LedgerTask : BoardTask
    {
        private const int Patience = 30000;
        private const int ShortestPause = 1000;
        private const int HeadEvery = 60 * 60 * 1000;
        private const int Unknown = -1;
        private const string Staged = "staged";

        private readonly BoardContext _context;

        private long _known = Unknown;
        private long _sendAt;
        private long _sentAt;
        private bool _isContradicted;
        private byte[] _head;
        private long _headOf = Unknown;
        private byte[] _fleetHead = new byte[0];
        private bool _isAsked;
        private long _askAt;

        internal LedgerTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
        }

        /// <summary>True when the fleet has said that it has all of it.</summary>
        internal bool IsHandedOver => _known == _context.Ledger.Last.Sequence;

        /// <inheritdoc/>
        public override void Begin()
        {
            if (_context.Ledger.Last.Sequence == 0)
            {
                _context.Note(LedgerKind.Provisioned, Platform.FirmwareVersion, _context.Boots.Count, Sha256.Hash(_context.Identity.Certificate));
            }

            NoteTrial();
            _context.Note(LedgerKind.Boot, _context.Boots.Reset, _context.Boots.Count, _context.Boot.Image.Digest);
        }

        /// <summary>What became of a trial and is not in the ledger yet: the start before has decided it, or a cut came before its entry.</summary>
        private void NoteTrial()
        {
            Slot other = _context.Table[1 - _context.Boot.Slot];
            if (other.State == SlotState.Rejected && WordOf(other) != other.RejectToken)
            {
                _context.Note(LedgerKind.Update, other.RejectToken, other.SecurityCounter, other.FileHash);
            }

            Slot own = _context.Table[_context.Boot.Slot];
            if (own.State == SlotState.Confirmed && WordOf(own) == Staged)
            {
                _context.Note(LedgerKind.Update, "confirmed", own.SecurityCounter, own.FileHash);
            }
        }

        private string WordOf(Slot slot)
        {
            LedgerEvent told = _context.Ledger.Latest(LedgerKind.Update, LedgerKind.Update, slot.FileHash);
            return told is null ? "" : told.Word;
        }

        /// <inheritdoc/>
        public override void Connected()
        {
            _known = Unknown;
            _isContradicted = false;
            _isAsked = false;
            _askAt = _context.Now;
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

            if (isTurn && (_known != _context.Ledger.Last.Sequence || _context.Now >= _askAt))
            {
                _sendAt = _context.Now + Patience;
                _sentAt = _context.Now;
                Send(Next());
            }
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic != _context.Topics.LedgerReply)
            {
                return false;
            }

            LedgerReply reply = LedgerReply.Decode(message.Payload);
            if (reply is null || _isContradicted)
            {
                return true;
            }

            HoldHead(reply.FleetHead);
            ChainPosition known = reply.Known;
            if (known.Sequence >= _context.Ledger.Start.Sequence && !_context.Ledger.Passes(known))
            {
                Contradict(known);
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

        /// <summary>Takes the fleet's head in place of the one that it was given back since this connection began: one for each report.</summary>
        private void HoldHead(byte[] head)
        {
            if (_isAsked)
            {
                _isAsked = false;
                _askAt = _context.Now + HeadEvery;
                _fleetHead = head.Length == 0 ? _fleetHead : head;
            }
        }

        /// <summary>
        /// This flash is an old one, or another story was told in this board's name: once the signed head of that very place, as evidence, and no
        /// more.
        /// </summary>
        private void Contradict(ChainPosition known)
        {
            BoardLedger ledger = _context.Ledger;
            _context.Log("ledger contradicted at=" + known.Sequence.ToString() + " own=" + ledger.Last.Sequence.ToString());
            _isContradicted = true;
            ChainEntry[] own = known.Sequence == ledger.Start.Sequence ? new ChainEntry[0] : ledger.After(known.Sequence - 1, 1);
            ChainPosition place = own.Length > 0 ? own[0].Position : known.Sequence == ledger.Start.Sequence ? ledger.Start : ledger.Last;
            Send(new LedgerReport(_context.Key.PublicKey.Encode(), ledger.Head(place, _context.BelievedTime, _context.Key), new byte[0], new byte[0][], _fleetHead));
        }

        private LedgerReport Next()
        {
            BoardLedger ledger = _context.Ledger;
            P256PublicKey key = _context.Key.PublicKey;
            if (_known == Unknown || _known == ledger.Last.Sequence)
            {
                return LedgerReport.Question(key, _fleetHead);
            }

            ChainEntry[] entries = ledger.After(_known, LedgerReport.MaximumEntries);
            ChainPosition place = entries.Length == 0 ? ledger.Last : entries[entries.Length - 1].Position;
            if (_headOf != place.Sequence)
            {
                _head = ledger.Head(place, _context.BelievedTime, _context.Key);
                _headOf = place.Sequence;
            }

            var encoded = new byte[entries.Length][];
            for (int i = 0; i < entries.Length; i++)
            {
                encoded[i] = entries[i].Encoded;
            }

            return new LedgerReport(key.Encode(), _head, _known < ledger.Start.Sequence ? ledger.Checkpoint : new byte[0], encoded, _fleetHead);
        }

        private void Send(LedgerReport report)
        {
            _isAsked = true;
            _context.Parts.Link.Publish(_context.Topics.LedgerRequest, report.Encode(), true);
        }
    }
}
