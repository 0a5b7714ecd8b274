using System;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Takes orders to their door, obeys those that pass, and answers each. An order with a window that comes before the time was authenticated
    /// waits for it, so many and so long.
    /// </summary>
    internal sealed class OrderTask : BoardTask
    {
        private const int MaximumWaiting = 4;
        private const int TimePatience = 60000;

        private readonly BoardContext _context;
        private readonly UpdateAgent _updates;
        private readonly WipeTask _wipe;
        private readonly TrustTask _trust;
        private readonly EnrolmentTask _enrolment;
        private readonly byte[][] _waiting = new byte[MaximumWaiting][];

        private int _waitingCount;
        private long _waitingSince;

        internal OrderTask(BoardContext context, UpdateAgent updates, WipeTask wipe, TrustTask trust, EnrolmentTask enrolment)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _updates = updates ?? throw new ArgumentNullException(nameof(updates));
            _wipe = wipe ?? throw new ArgumentNullException(nameof(wipe));
            _trust = trust ?? throw new ArgumentNullException(nameof(trust));
            _enrolment = enrolment ?? throw new ArgumentNullException(nameof(enrolment));
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic != _context.Topics.Order)
            {
                return false;
            }

            Order order = Order.Peek(message.Payload);
            if (!(order is null) && order.HasWindow && _context.Time.Now == 0 && _waitingCount < MaximumWaiting)
            {
                _waitingSince = _waitingCount == 0 ? _context.Now : _waitingSince;
                _waiting[_waitingCount++] = message.Payload;
            }
            else
            {
                Judge(message.Payload);
            }

            return true;
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (!isConnected || _waitingCount == 0 || (_context.Time.Now == 0 && _context.Now - _waitingSince < TimePatience))
            {
                return;
            }

            int count = _waitingCount;
            _waitingCount = 0;
            for (int i = 0; i < count; i++)
            {
                byte[] message = _waiting[i];
                _waiting[i] = null;
                if (!_context.IsRestarting)
                {
                    Judge(message);
                }
            }
        }

        /// <inheritdoc/>
        public override void Disconnected()
        {
            // The fleet sends them again.
            _waitingCount = 0;
        }

        private void Judge(byte[] message)
        {
            CommandCheck check = VerifiedCommand.Check(
                message, _context.Parts.Anchors.CommandKeys, _context.Orders, _context.KeyHash, _context.Certificate.Group, _context.Time.Now);
            VerifiedCommand command = check.Command;
            if (command is null)
            {
                _context.Notes.Count(LedgerKind.OrderRefused, check.Token, _context.Now);
                Answer(message, check.Order, check.Token, check.Reason);
                return;
            }

            if (_wipe.HasBegun)
            {
                Answer(message, command.Order, command.IsRepeat ? "repeated" : "wiping", "this board is about to forget everything");
                return;
            }

            if (_context.Quarantine.IsActive && !Quarantine.Allows(command.Order.Verb))
            {
                // Not taken: once released, the board obeys this very order.
                Answer(message, command.Order, "quarantined", "the board is in quarantine: " + _context.Quarantine.Reason);
                return;
            }

            command.Take();
            if (!command.IsRepeat || (command.IsUndone && _context.Ledger.Latest(LedgerKind.Order, LedgerKind.Order, command.Hash) is null))
            {
                _context.Note(LedgerKind.Order, command.Order.Verb, command.Order.Sequence, command.Hash);
                _context.WriteLedger();
            }

            if (command.Order.Verb == OrderVerb.Update)
            {
                UpdateCheck update = _updates.Take(command);
                if (!(update is null))
                {
                    _context.Notes.Count(LedgerKind.UpdateRefused, update.Token, _context.Now);
                }

                Answer(message, command.Order, update is null ? "accepted" : update.Token, update is null ? "" : update.Reason);
            }
            else if (command.IsRepeat && !command.IsUndone)
            {
                Answer(message, command.Order, "repeated", "obeyed before");
            }
            else
            {
                Obey(message, command);
                command.Finish();
            }
        }

        private void Obey(byte[] message, VerifiedCommand command)
        {
            switch (command.Order.Verb)
            {
                case OrderVerb.Restart:
                    Answer(message, command.Order, "accepted", "");
                    _context.RestartSoon("ordered");
                    break;
                case OrderVerb.Report:
                    Answer(message, command.Order, "accepted", "");
                    _context.Reporter.Send("report", "", "", null);
                    break;
                case OrderVerb.Renew:
                    _enrolment.Renew();
                    Answer(message, command.Order, "accepted", "");
                    break;
                case OrderVerb.RetireKey:
                    // Taking it was obeying it.
                    Answer(message, command.Order, "accepted", "");
                    break;
                case OrderVerb.Quarantine:
                    _context.Quarantine.EnterByOrder(command.Reason);
                    _context.Note(LedgerKind.Quarantine, command.Reason, 1, command.Hash);
                    Answer(message, command.Order, "accepted", "");
                    _context.RestartSoon("quarantine");
                    break;
                case OrderVerb.Release:
                    _context.Quarantine.Release();
                    _context.Note(LedgerKind.Release, "", 1, command.Hash);
                    Answer(message, command.Order, "accepted", "");
                    _context.RestartSoon("released");
                    break;
                case OrderVerb.Wipe:
                    _wipe.Begin(command);
                    Answer(message, command.Order, "accepted", "");
                    break;
                case OrderVerb.Debug:
                    _context.Debug.OpenUntil(_context.Now + (command.DebugSeconds * 1000L));
                    _context.Log("debugger open seconds=" + command.DebugSeconds.ToString());
                    Answer(message, command.Order, "accepted", "");
                    break;
                case OrderVerb.Trust:
                    TrustSetVerdict verdict = _trust.Stage(command);
                    Answer(message, command.Order, TrustSets.Token(verdict), TrustSets.Reason(verdict));
                    break;
                default:
                    Answer(message, command.Order, "not-supported", "this firmware knows the verb and cannot do it yet");
                    break;
            }
        }

        private void Answer(byte[] message, Order order, string token, string reason)
        {
            _context.Log("order verb=" + (order is null ? "-" : order.Verb) + " sequence=" + (order is null ? "-" : order.Sequence.ToString())
                + " token=" + token + " reason=\"" + reason + "\"");
            _context.Parts.Link.Publish(_context.Topics.OrderAnswer, new OrderAnswer(Sha256.Hash(message), token, reason).Encode(), true);
        }
    }
}
