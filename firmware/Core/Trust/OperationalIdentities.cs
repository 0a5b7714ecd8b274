using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// The operational identity in use, and the one that may replace it. A new one is staged, tried in a new connection, and confirmed once a
    /// heartbeat was answered over it; then the old key is erased. Until then the board goes from one to the other. The IDevID is what remains:
    /// it connects a board that has no operational identity, or none that still holds, and every second pair of attempts after failures.
    /// </summary>
    /// <remarks>
    /// One sealed record, <c>operational</c>: key in use (32 bytes, zeros for none), staged key (likewise), then {0: 1 (the format), 1: certificate
    /// in use, 2: its issuer, 3: staged certificate, 4: its issuer, 5: tries 0..8, and 1 with nothing staged when the copy before is still to be
    /// erased}. One byte 00 in the place of the certificate in use says that there was one, which holds no more.
    /// </remarks>
    public sealed class OperationalIdentities
    {
        /// <summary>Name of the record.</summary>
        public const string RecordName = "operational";

        private const int Format = 1;
        private const int ScalarSize = P256PrivateKey.ScalarSize;

        /// <summary>Stands where the tries do when nothing is staged: the copy before still holds the key that has to go.</summary>
        private const int HalfErased = 1;

        private readonly SealedRecord _record;

        private Trial _trial = new Trial(0);
        private bool _isHalfErased;

        private OperationalIdentities(SealedRecord record)
        {
            _record = record;
        }

        /// <summary>The one that was confirmed last; null when there is none.</summary>
        public OperationalIdentity Active { get; private set; }

        /// <summary>The one that is to be tried; null when there is none.</summary>
        public OperationalIdentity Staged { get; private set; }

        /// <summary>The one of the connection that is made or stands; null: it is the IDevID.</summary>
        public OperationalIdentity Current { get; private set; }

        /// <summary>True when flash had one in use, whatever became of it: the fleet has given this board one before.</summary>
        public bool HadOne { get; private set; }

        /// <summary>
        /// True when the connection is the IDevID's though the fleet has given this board an operational certificate, or one is on trial: it is
        /// there to renew and to recover, and the fleet takes no telemetry over it.
        /// </summary>
        public bool IsSpare => Current is null && (HadOne || !(Active is null) || !(Staged is null));

        /// <summary>The record that keeps them.</summary>
        public static SealedRecord Record(RecordStore store, ISealer sealer, IEntropy entropy)
        {
            return new SealedRecord(store, sealer, entropy, RecordName);
        }

        /// <summary>What flash says. What does not pass the door any more counts as none: its root may have changed, or it has ended.</summary>
        public static OperationalIdentities Load(SealedRecord record, OperationalRules rules)
        {
            if (record is null || rules is null)
            {
                throw new ArgumentNullException(nameof(record));
            }

            var identities = new OperationalIdentities(record);
            byte[] plaintext = record.Read(out SealVerdict _);
            if (!(plaintext is null))
            {
                identities.Read(plaintext, rules);
                FixedTime.Clear(plaintext);
            }

            return identities;
        }

        /// <summary>Stores a new one beside the one in use; false when the board has no seal key, and then nothing has changed.</summary>
        public bool Stage(OperationalCertificate certificate, StoredKey key)
        {
            var next = new OperationalIdentity(certificate, key);
            OperationalIdentity before = Staged;
            if (!Put(Active, next, new Trial(0)))
            {
                return false;
            }

            if (!(before is null) && !ReferenceEquals(before, Current))
            {
                before.Key.Clear();
            }

            return true;
        }

        /// <summary>True when there is one in use that has not ended at that time, seconds since 1970.</summary>
        public bool Holds(long known)
        {
            return !(Active is null) && Active.Certificate.NotAfter > known;
        }

        /// <summary>A connection is about to be made: chooses <see cref="Current"/>. A try is stored before it is made.</summary>
        /// <param name="failures">Attempts that failed in a row.</param>
        /// <param name="known">Seconds since 1970: it is not earlier than that.</param>
        public void BeginConnection(int failures, long known)
        {
            if (!(Staged is null) && _trial.Begin())
            {
                Put(Active, Staged, _trial);
            }

            // In pairs: clock hints and trust sets take turns by one, and each is to meet each.
            bool isInitialsTurn = failures / 2 % 2 == 1;
            Current = !(Staged is null) && _trial.IsTrying ? Staged : Holds(known) && !isInitialsTurn ? Active : null;
        }

        /// <summary>
        /// The fleet answered a nonce over the connection that stands. Under the staged identity that confirms it, and the old key is erased;
        /// under another one it gives up a staged one whose tries are used up. True when something changed; without its seal key a board changes nothing.
        /// </summary>
        public bool Answered()
        {
            bool isConfirmed = !(Staged is null) && ReferenceEquals(Current, Staged);
            bool isGivenUp = !(Staged is null) && !isConfirmed && _trial.MayBeGivenUp;
            if (!isConfirmed && !isGivenUp)
            {
                return false;
            }

            OperationalIdentity kept = isConfirmed ? Staged : Active;
            OperationalIdentity dropped = isConfirmed ? Active : Staged;

            // Twice: the copy before still holds the key that has to go.
            if (!Put(kept, null, new Trial(HalfErased)))
            {
                return false;
            }

            EraseBefore(kept);
            if (!(dropped is null))
            {
                dropped.Key.Clear();
            }

            return true;
        }

        /// <summary>
        /// After a start: a cut may have come between the two writes that erase a key. Writes the second; nothing when there is none to write.
        /// </summary>
        public void FinishErasing()
        {
            if (_isHalfErased)
            {
                EraseBefore(Active);
            }
        }

        private void EraseBefore(OperationalIdentity kept)
        {
            if (Put(kept, null, new Trial(0)))
            {
                _isHalfErased = false;
            }
        }

        private void Read(byte[] plaintext, OperationalRules rules)
        {
            if (plaintext.Length < 2 * ScalarSize)
            {
                return;
            }

            var reader = new CborReader(ByteArray.Slice(plaintext, 2 * ScalarSize, plaintext.Length - (2 * ScalarSize)));
            reader.Map(6);
            reader.Key(0);
            reader.Key(Format);
            reader.Key(1);
            byte[] active = reader.Bytes(0, OperationalCertificate.MaximumSize);
            reader.Key(2);
            byte[] activeIssuer = reader.Bytes(0, OperationalCertificate.MaximumSize);
            reader.Key(3);
            byte[] staged = reader.Bytes(0, OperationalCertificate.MaximumSize);
            reader.Key(4);
            byte[] stagedIssuer = reader.Bytes(0, OperationalCertificate.MaximumSize);
            reader.Key(5);
            int tries = (int)reader.Unsigned(Trial.Patience);
            if (reader.IsComplete)
            {
                HadOne = active.Length > 0;
                Active = Open(plaintext, 0, active, activeIssuer, rules);
                Staged = Open(plaintext, ScalarSize, staged, stagedIssuer, rules);
                _trial = new Trial(Staged is null ? 0 : tries);
                _isHalfErased = staged.Length == 0 && tries == HalfErased;
            }
        }

        private static OperationalIdentity Open(byte[] plaintext, int offset, byte[] certificate, byte[] issuer, OperationalRules rules)
        {
            if (certificate.Length == 0)
            {
                return null;
            }

            byte[] scalar = ByteArray.Slice(plaintext, offset, ScalarSize);
            StoredKey key = OperationalKey.Import(scalar);
            FixedTime.Clear(scalar);
            OperationalCheck check = key is null ? null : OperationalCertificate.Check(certificate, issuer, key.PublicKey, rules);
            return check is null || check.Certificate is null ? null : new OperationalIdentity(check.Certificate, key);
        }

        private bool Put(OperationalIdentity active, OperationalIdentity staged, Trial trial)
        {
            byte[] none = new byte[0];
            byte[] certificates = new CborWriter().Map(6)
                .Unsigned(0).Unsigned(Format)
                .Unsigned(1).Bytes(active is null ? (HadOne ? new byte[1] : none) : active.Certificate.Encoded)
                .Unsigned(2).Bytes(active is null ? none : active.Certificate.IssuerEncoded)
                .Unsigned(3).Bytes(staged is null ? none : staged.Certificate.Encoded)
                .Unsigned(4).Bytes(staged is null ? none : staged.Certificate.IssuerEncoded)
                .Unsigned(5).Unsigned(trial.Tries)
                .ToArray();
            byte[] first = Scalar(active);
            byte[] second = Scalar(staged);
            byte[] plaintext = ByteArray.Concat(first, second, certificates);
            FixedTime.Clear(first);
            FixedTime.Clear(second);
            bool isStored = _record.Write(plaintext);
            FixedTime.Clear(plaintext);
            if (isStored)
            {
                Active = active;
                Staged = staged;
                _trial = trial;
            }

            return isStored;
        }

        private static byte[] Scalar(OperationalIdentity identity)
        {
            return identity is null ? new byte[ScalarSize] : identity.Key.ExportScalar();
        }
    }
}
