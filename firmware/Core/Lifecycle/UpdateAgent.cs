using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Image;
using DeviceFirmware.Slots;
using DeviceFirmware.Update;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Answers offers and fetches what is worth it, one image at a time. A newer offer takes the place of one that waits. An image that does
    /// not verify, or does not come, costs waiting time before the next download, never more; so does a trial that ended without a
    /// confirmation, also over a restart.
    /// </summary>
    public sealed class UpdateAgent
    {
        private const int FirstWait = 1000;
        private const int LongestWait = 3600000;

        private readonly BoardParts _parts;
        private readonly Topics _topics;
        private readonly SlotTable _table;
        private readonly SecurityCounter _counter;
        private readonly StatusReporter _reporter;
        private readonly Backoff _backoff;

        private UpdateOffer _pending;
        private long _downloadAt;
        private Download _download;

        /// <summary>The agent of that board.</summary>
        public UpdateAgent(BoardParts parts, Topics topics, SlotTable table, SecurityCounter counter, StatusReporter reporter)
        {
            _parts = parts ?? throw new ArgumentNullException(nameof(parts));
            _topics = topics ?? throw new ArgumentNullException(nameof(topics));
            _table = table ?? throw new ArgumentNullException(nameof(table));
            _counter = counter ?? throw new ArgumentNullException(nameof(counter));
            _reporter = reporter ?? throw new ArgumentNullException(nameof(reporter));
            _backoff = new Backoff(parts.Entropy, FirstWait, LongestWait);
            if (table.Setbacks > 0)
            {
                _downloadAt = Now() + new Backoff(parts.Entropy, WaitAfter(table.Setbacks), LongestWait).Next();
            }
        }

        /// <summary>True once an image is staged: it starts at the next boot.</summary>
        public bool HasStaged { get; private set; }

        /// <summary>Takes an offer.</summary>
        public void TakeOffer(byte[] payload)
        {
            UpdateOffer offer = UpdateOffer.Decode(payload);
            if (HasStaged || (!(offer is null) && !(_download is null) && ByteArray.AreEqual(_download.Offer.FileHash, offer.FileHash)))
            {
                return;
            }

            OfferCheck check = OfferCheck.Decide(offer, _table, _parts.Rules(_counter.Value, _table), _reporter.IsTrial);
            if (check.Verdict == OfferVerdict.AlreadyRunning)
            {
                _reporter.Send("confirmed", "accepted", "", offer.FileHash);
            }
            else if (check.Verdict == OfferVerdict.Accepted)
            {
                _pending = offer;
            }
            else
            {
                _reporter.Send("offer", check.Token, check.Reason, offer is null ? null : offer.FileHash);
            }
        }

        /// <summary>Takes a part of the image that is being fetched.</summary>
        public void TakeChunk(byte[] payload)
        {
            if (!(_download is null))
            {
                _download.Take(ChunkReply.Decode(payload));
            }
        }

        /// <summary>The connection is gone, and with it the download: it goes on from what is in flash when the fleet offers again.</summary>
        public void Disconnected()
        {
            if (!(_download is null))
            {
                // A broker that offers and hangs up would otherwise have the flash written as fast as it likes.
                _download = null;
                Wait();
            }
        }

        /// <summary>One turn: starts, asks on, or finishes.</summary>
        public void Step()
        {
            if (_download is null)
            {
                if (_pending is null || Now() < _downloadAt)
                {
                    return;
                }

                _parts.Board.Log("update fetching version=" + _pending.Version.ToString() + " length=" + _pending.Length.ToString() + " slot=" + SlotTable.Letter(_table.Idle));
                _download = new Download(_parts.Files, _table, _pending);
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
                // The fleet offers again only after the next subscription: this offer waits its turn.
                _parts.Board.Log("update given up: no answer");
                _pending = _pending ?? _download.Offer;
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
            byte[] fileHash = _download.Offer.FileHash;
            bool wasResumed = _download.Resumed > 0;
            ImageCheck check = _download.Finish(_parts.Rules(_counter.Value, _table));
            if (wasResumed && check.Verdict == ImageVerdict.WrongHash)
            {
                // What a cut has left need not be what was sent. Once more, all of it; only then is it the fleet's fault.
                _parts.Board.Log("update starts anew: what was there does not belong to it");
                _download = new Download(_parts.Files, _table, _download.Offer);
                return;
            }

            _download = null;
            _reporter.Send("update", check.Token, check.Reason, fileHash);
            if (check.Verdict == ImageVerdict.Accepted)
            {
                HasStaged = true;
            }
            else
            {
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
