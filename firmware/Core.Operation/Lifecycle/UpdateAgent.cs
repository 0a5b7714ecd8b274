using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Image;
using DeviceFirmware.Ledger;
using DeviceFirmware.Slots;
using DeviceFirmware.Update;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Fetches what an update order names, one image at a time. A newer order takes the place of one that waits. An image that does
    /// not verify, or does not come, costs waiting time before the next download, never more; so does a trial that ended without a
    /// confirmation, also over a restart.
    /// </summary>
    internal sealed class UpdateAgent : BoardTask
    {
        private const int FirstWait = 1000;
        private const int LongestWait = 3600000;

        private readonly BoardContext _context;
        private readonly BoardParts _parts;
        private readonly Topics _topics;
        private readonly SlotTable _table;
        private readonly SecurityCounter _counter;
        private readonly StatusReporter _reporter;
        private readonly Backoff _backoff;

        private UpdateOrder _pending;
        private UpdateOrder _order;
        private long _downloadAt;
        private Download _download;
        private bool _hasStaged;

        internal UpdateAgent(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _parts = context.Parts;
            _topics = context.Topics;
            _table = context.Table;
            _counter = context.Counter;
            _reporter = context.Reporter;
            _backoff = new Backoff(_parts.Entropy, FirstWait, LongestWait);
            if (_table.Setbacks > 0)
            {
                _downloadAt = Now() + new Backoff(_parts.Entropy, WaitAfter(_table.Setbacks), LongestWait).Next();
            }
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic == _topics.ChunkReply)
            {
                TakeChunk(message.Payload);
                return true;
            }

            return false;
        }

        /// <summary>
        /// An order to update. Null when nothing is to be said against it: it is fetched, or was already. Else its door's answer, which also goes
        /// out as a status.
        /// </summary>
        internal UpdateCheck Take(VerifiedCommand command)
        {
            UpdateCheck check = UpdateOrder.Check(command, _table, _parts.Rules(_counter.Value, _table), _reporter.IsTrial);
            byte[] fileHash = check.Order is null ? WantedImage.Decode(command.Order.Arguments).FileHash : check.Order.Image.FileHash;
            if (_hasStaged || (!(_download is null) && ByteArray.AreEqual(_download.Wanted.FileHash, fileHash)))
            {
                return null;
            }

            if (check.Verdict == UpdateVerdict.AlreadyRunning)
            {
                _reporter.Send("confirmed", "accepted", "", fileHash);
            }
            else if (check.Verdict == UpdateVerdict.Accepted)
            {
                _pending = check.Order;
                return null;
            }
            else
            {
                _reporter.Send("offer", check.Token, check.Reason, fileHash);
            }

            return check;
        }

        private void TakeChunk(byte[] payload)
        {
            if (!(_download is null))
            {
                _download.Take(ChunkReply.Decode(payload));
            }
        }

        /// <summary>The connection is gone, and with it the download: it goes on from what is in flash when the order comes again.</summary>
        public override void Disconnected()
        {
            if (!(_download is null))
            {
                // A broker that sends it again and hangs up would otherwise have the flash written as fast as it likes.
                _download = null;
                Wait();
            }
        }

        /// <summary>One turn: starts, asks on, or finishes.</summary>
        public override void Step(bool isConnected)
        {
            if (!isConnected || _context.Quarantine.IsActive)
            {
                return;
            }

            if (_download is null)
            {
                if (_pending is null || Now() < _downloadAt)
                {
                    return;
                }

                _parts.Board.Log("update fetching version=" + _pending.Image.Version.ToString() + " length=" + _pending.Image.Length.ToString() + " slot=" + SlotTable.Letter(_table.Idle));
                _order = _pending;
                _download = new Download(_parts.Files, _table, _order.Image);
                _pending = null;
                if (_download.Resumed > 0)
                {
                    _parts.Board.Log("update resumed at=" + _download.Resumed.ToString());
                }
            }

            ChunkRequest request = _download.NextRequest(Now());
            if (!(request is null))
            {
                _parts.Link.Publish(_topics.ChunkRequest, request.Encode(), true);
            }
            else if (_download.IsGivenUp)
            {
                // The order comes again only after the next subscription: this one waits its turn.
                _parts.Board.Log("update given up: no answer");
                _pending = _pending ?? _order;
                _download = null;
                Wait();
            }
            else if (_download.IsComplete)
            {
                Finish();
            }
        }

        private void Finish()
        {
            byte[] fileHash = _download.Wanted.FileHash;
            bool wasResumed = _download.Resumed > 0;
            ImageCheck check = _download.Finish(_parts.Rules(_counter.Value, _table));
            if (wasResumed && check.Verdict == ImageVerdict.WrongHash)
            {
                // What a cut has left need not be what was sent. Once more, all of it; only then is it the fleet's fault.
                _parts.Board.Log("update starts anew: what was there does not belong to it");
                _download = new Download(_parts.Files, _table, _order.Image);
                return;
            }

            _download = null;
            _reporter.Send("update", check.Token, check.Reason, fileHash);
            if (check.Verdict == ImageVerdict.Accepted)
            {
                _hasStaged = true;
                _context.Note(LedgerKind.Update, "staged", check.Image.SecurityCounter, fileHash);
                _context.RestartSoon("update");
            }
            else
            {
                _context.Notes.Count(LedgerKind.UpdateRefused, check.Token, Now());
                Wait();
            }
        }

        /// <summary>1 s after one setback, four times as long with each more, an hour at most.</summary>
        private static int WaitAfter(int setbacks)
        {
            int wait = FirstWait;
            for (int i = 1; i < setbacks && wait < LongestWait; i++)
            {
                wait = wait > LongestWait / 4 ? LongestWait : wait * 4;
            }

            return wait;
        }

        private void Wait()
        {
            _downloadAt = Now() + _backoff.Next();
        }

        private long Now()
        {
            return _parts.Clock.Uptime();
        }
    }
}
