using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// What this board knows of the time. The floor is certain, stored, and only rises: the deployment's build, the certificates' beginnings,
    /// the last signed time; a step of it is at most the uptime that went by and <see cref="Allowance"/>, and never goes past the end of the
    /// trust set. The time that the fleet signed for this power-on is authenticated; whatever the clock says otherwise is a hint.
    /// </summary>
    public sealed class BoardTime
    {
        /// <summary>The record's name.</summary>
        public const string RecordName = "time";

        /// <summary>Seconds that the floor may rise beyond the uptime that went by: one step a power-on, and one more with each day of uptime.</summary>
        public const long Allowance = 86400;

        private readonly RecordStore _store;
        private readonly IClock _clock;
        private readonly TrustSets _sets;

        private byte[] _nonce;
        private long _floor;
        private long _stepAt;
        private bool _hasStepped;
        private long _floorAt;
        private long _hint;
        private long _time;
        private long _timeAt;

        /// <summary>What a board of that certificate knows at power-on.</summary>
        /// <param name="store">Where the floor is.</param>
        /// <param name="clock">The clock.</param>
        /// <param name="buildTime">When the deployment was built, seconds since 1970; 0 when that is not known.</param>
        /// <param name="sets">The trust sets: the time key and the bounds are those of the current one.</param>
        /// <param name="certificate">The board's own certificate.</param>
        public BoardTime(RecordStore store, IClock clock, long buildTime, TrustSets sets, DeviceCertificate certificate)
        {
            _store = store ?? throw new ArgumentNullException(nameof(store));
            _clock = clock ?? throw new ArgumentNullException(nameof(clock));
            _sets = sets ?? throw new ArgumentNullException(nameof(sets));
            long known = TimeFloor.Of(sets.Active.Root, certificate);
            known = buildTime > known ? buildTime : known;
            byte[] body = store.Read(RecordName);
            long stored = body is null ? 0 : Decode(body);
            _floor = stored > known ? stored : known;
        }

        /// <summary>Seconds since 1970: it is not earlier than this.</summary>
        public long Floor => _floor;

        /// <summary>True when the set in use has a key that signs the time.</summary>
        public bool HasKey => !(_sets.Current.TimePublicKey is null);

        /// <summary>Authenticated time, seconds since 1970; 0 until the fleet has signed it in this power-on.</summary>
        public long Now => _time == 0 ? 0 : _time + Since(_timeAt);

        /// <summary>
        /// Before a connection attempt: the clock is put where certificates may be judged by it. A clock below the floor is set to it. One above
        /// may be a hint that leads astray: every second attempt in a row is made with the time that is certain or authenticated. Under a set
        /// that is only tried the time is not below its beginning either, for the attempt: the floor does not move.
        /// </summary>
        /// <param name="failures">Attempts that failed in a row.</param>
        public void SetClock(int failures)
        {
            long certain = _time == 0 ? _floor + Since(_floorAt) : Now;
            long least = _sets.Current.Begins > _floor ? _sets.Current.Begins : _floor;
            certain = certain < least ? least : certain;
            long clock = _clock.UtcNow();
            if (clock < least)
            {
                _clock.SetUtc(certain);
            }
            else if (failures % 2 == 1 && clock > certain)
            {
                _hint = clock - Since(0);
                _clock.SetUtc(certain);
            }
            else if (failures % 2 == 0 && _hint != 0)
            {
                _clock.SetUtc(_hint + Since(0));
                _hint = 0;
            }
        }

        /// <summary>A new question for the fleet; earlier ones are forgotten.</summary>
        public byte[] Ask(IEntropy entropy)
        {
            _nonce = new byte[SignedTime.NonceSize];
            entropy.Fill(_nonce);
            return SignedTime.EncodeRequest(_nonce);
        }

        /// <summary>The door of the question "is it that late?": an answer, of anybody's.</summary>
        public TimeVerdict Take(byte[] message)
        {
            TrustSet set = _sets.Current;
            if (set.TimePublicKey is null)
            {
                return TimeVerdict.NoKey;
            }

            CoseSign1 signed = message is null ? null : CoseSign1.Decode(message, SignedTime.MaximumPayload);
            SignedTime answer = signed is null ? null : SignedTime.Parse(signed.Payload);
            if (answer is null)
            {
                return TimeVerdict.Malformed;
            }

            // Costs nothing; the signature costs a second.
            if (!ByteArray.AreEqual(answer.Nonce, _nonce))
            {
                return TimeVerdict.NotAsked;
            }

            if (!signed.IsSignedBy(set.TimePublicKey, SignedTime.Context))
            {
                return TimeVerdict.WrongSignature;
            }

            _nonce = null;
            if (answer.Time < _floor)
            {
                return TimeVerdict.BeforeFloor;
            }

            if (answer.Time > set.Ends)
            {
                return TimeVerdict.AfterTrust;
            }

            _time = answer.Time;
            _timeAt = _clock.Uptime();
            _hint = 0;
            _clock.SetUtc(_time);
            Raise(_time);
            return TimeVerdict.Accepted;
        }

        /// <summary>The verdict's token.</summary>
        public static string Token(TimeVerdict verdict)
        {
            switch (verdict)
            {
                case TimeVerdict.Accepted: return "accepted";
                case TimeVerdict.NoKey: return "no-key";
                case TimeVerdict.NotAsked: return "not-asked";
                case TimeVerdict.Malformed: return "malformed";
                case TimeVerdict.WrongSignature: return "wrong-signature";
                case TimeVerdict.BeforeFloor: return "before-floor";
                case TimeVerdict.AfterTrust: return "after-trust";
                default: return "not-evaluated";
            }
        }

        private void Raise(long time)
        {
            long elapsed = _hasStepped ? Since(_stepAt) : Since(0);
            if (_hasStepped && elapsed < Allowance)
            {
                return;
            }

            long limit = _floor + elapsed + Allowance;
            long floor = time < limit ? time : limit;
            _hasStepped = true;
            _stepAt = _clock.Uptime();

            // A write for less is not worth its wear.
            if (floor >= _floor + (Allowance / 2))
            {
                _floor = floor;
                _floorAt = _stepAt;
                _store.Write(RecordName, new CborWriter().Map(1).Unsigned(1).Unsigned(floor).ToArray());
            }
        }

        private long Since(long uptime)
        {
            return (_clock.Uptime() - uptime) / 1000;
        }

        private static long Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            long floor = reader.Unsigned(0x1FFFFFFFFFFFFF);
            return reader.IsComplete ? floor : 0;
        }
    }
}
