using System;
using System.Collections;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// What waits to be written into the ledger, in memory. What happens once becomes an entry, written after a minute, with what came meanwhile,
    /// in one write. What others can make happen again and again (refusals) is counted: one entry of a kind says how often, twice a day at
    /// most, so nobody outside wears the flash.
    /// </summary>
    public sealed class LedgerNotes
    {
        /// <summary>Milliseconds that an event waits for others to be written with.</summary>
        public const long Patience = 60000;

        /// <summary>Milliseconds between two writes for what is counted.</summary>
        public const long CountPeriod = 43200000;

        private const int MaximumWaiting = 8;

        private readonly ArrayList _waiting = new ArrayList();
        private readonly string[] _countedKinds = new string[] { LedgerKind.ConnectRefused, LedgerKind.OrderRefused, LedgerKind.UpdateRefused };
        private readonly string[] _words = new string[] { "", "", "" };
        private readonly long[] _counts = new long[3];

        private long _waitingSince;
        private long _lost;
        private string _lastLost = "";
        private long _countedSince;
        private long _countsAt;

        /// <summary>True while an event waits; what is only counted does not.</summary>
        public bool HasWaiting => _waiting.Count > 0;

        /// <summary>True when the next event has no place: what waits is to be written first.</summary>
        public bool IsFull => _waiting.Count >= MaximumWaiting;

        /// <summary>Something that happens once. One for which there is no place is counted, and the next write says how many are missing.</summary>
        public void Note(LedgerEvent what, long now)
        {
            if (what is null)
            {
                throw new ArgumentNullException(nameof(what));
            }

            _waitingSince = _waiting.Count == 0 ? now : _waitingSince;
            if (IsFull)
            {
                _lost++;
                _lastLost = what.Kind;
                return;
            }

            _waiting.Add(what);
        }

        /// <summary>A refusal of that kind, with its token.</summary>
        public void Count(string kind, string word, long now)
        {
            for (int i = 0; i < _counts.Length; i++)
            {
                if (_countedKinds[i] == kind)
                {
                    _countedSince = HasCounts() ? _countedSince : now;
                    _counts[i]++;
                    _words[i] = word;
                    return;
                }
            }

            throw new ArgumentException(nameof(kind));
        }

        /// <summary>True when it is time to write.</summary>
        public bool IsDue(long now)
        {
            return IsFull || (_waiting.Count > 0 && now - _waitingSince >= Patience) || AreCountsDue(now);
        }

        /// <summary>Writes what waits, and the counts when it is their time; nothing when there is nothing.</summary>
        /// <param name="ledger">Where to.</param>
        /// <param name="time">Seconds since 1970, as the board believes.</param>
        /// <param name="key">The identity key.</param>
        /// <param name="now">Milliseconds since power-on.</param>
        public void Write(BoardLedger ledger, long time, IIdentityKey key, long now)
        {
            if (ledger is null)
            {
                throw new ArgumentNullException(nameof(ledger));
            }

            bool withCounts = AreCountsDue(now);
            var events = new LedgerEvent[_waiting.Count + (_lost > 0 ? 1 : 0) + (withCounts ? Counted() : 0)];
            int next = 0;
            for (; next < _waiting.Count; next++)
            {
                events[next] = (LedgerEvent)_waiting[next];
            }

            if (_lost > 0)
            {
                events[next++] = new LedgerEvent(LedgerKind.Lost, _lastLost, _lost, null);
            }

            for (int i = 0; withCounts && i < _counts.Length; i++)
            {
                if (_counts[i] > 0)
                {
                    events[next++] = new LedgerEvent(_countedKinds[i], _words[i], _counts[i], null);
                }
            }

            if (events.Length > 0)
            {
                ledger.Append(events, time, key);
                Forget(withCounts, now);
            }
        }

        private void Forget(bool withCounts, long now)
        {
            _waiting.Clear();
            _lost = 0;
            if (withCounts)
            {
                Array.Clear(_counts, 0, _counts.Length);
                _countsAt = now;
            }
        }

        private bool AreCountsDue(long now)
        {
            return HasCounts() && now - _countedSince >= Patience && (_countsAt == 0 || now - _countsAt >= CountPeriod);
        }

        private bool HasCounts()
        {
            return Counted() > 0;
        }

        private int Counted()
        {
            int kinds = 0;
            for (int i = 0; i < _counts.Length; i++)
            {
                kinds += _counts[i] > 0 ? 1 : 0;
            }

            return kinds;
        }
    }
}
