using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// The last minute of a board that was ordered to wipe itself: the ledger's last entry, the marker, then the receipt, sent until the fleet says
    /// that it has it or half a minute has gone by. The restart that follows removes everything. Without the fleet the wipe goes on: it is the
    /// order that counts, and the receipt is what is lost.
    /// </summary>
    internal sealed class WipeTask : BoardTask
    {
        private const int Patience = 30000;
        private const int LedgerPatience = 10000;
        private const int Again = 2000;

        private readonly BoardContext _context;
        private readonly LedgerTask _ledger;

        private byte[] _receipt;
        private byte[] _order;
        private long _until;
        private long _receiptAt;
        private long _sendAt;

        internal WipeTask(BoardContext context, LedgerTask ledger)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _ledger = ledger ?? throw new ArgumentNullException(nameof(ledger));
        }

        /// <summary>True once the marker is stored: nothing else is begun any more.</summary>
        internal bool HasBegun => !(_receipt is null);

        /// <summary>Obeys a verified order to wipe.</summary>
        internal void Begin(VerifiedCommand command)
        {
            _context.Note(LedgerKind.Wipe, command.Reason, 1, command.Hash);
            _context.WriteLedger();
            _order = command.Hash;
            var receipt = new WipeReceipt(command.Hash, _context.Ledger.Last, _context.BelievedTime, command.Reason, _context.Parts.HasFlashEncryption);
            byte[] signed = receipt.Sign(_context.Key);
            Wipe.Begin(_context.Store);
            _receipt = signed;
            _until = _context.Now + Patience;
            _receiptAt = _context.Now + LedgerPatience;
            _context.Log("wipe begun");
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (!HasBegun || _context.Now < _sendAt)
            {
                return;
            }

            if (_context.Now >= _until)
            {
                _context.Log("wipe goes on; nobody has the receipt");
                _context.RestartSoon("wipe");
                return;
            }

            // The receipt ends the device for the fleet: what the ledger says comes before it.
            if (isConnected && (_ledger.IsHandedOver || _context.Now >= _receiptAt))
            {
                _sendAt = _context.Now + Again;
                _context.Parts.Link.Publish(_context.Topics.ReceiptRequest, _receipt, true);
            }
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic != _context.Topics.ReceiptReply)
            {
                return false;
            }

            if (HasBegun && ByteArray.AreEqual(message.Payload, _order))
            {
                _context.RestartSoon("wipe");
            }

            return true;
        }
    }
}
