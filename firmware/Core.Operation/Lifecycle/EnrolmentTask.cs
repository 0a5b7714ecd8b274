using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Storage;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Gets the board its operational certificate and renews it when it is due: a fresh key, a request for it, the answer to its door,
    /// stored on trial; then the connection is made anew under it. One step a turn: none takes longer than the certificate check at start does.
    /// </summary>
    /// <remarks>
    /// It asks when the fleet invites it, when the certificate in use is due and the time is authenticated, when an order says so, and when it had
    /// to connect by its IDevID though the fleet had given it one. A key lives in memory until its certificate has come: lost power makes another.
    /// </remarks>
    internal sealed class EnrolmentTask : BoardTask
    {
        /// <summary>Milliseconds that an answer is waited for; the next request has another key.</summary>
        private const int Patience = 60000;

        /// <summary>Milliseconds after a refusal, or a certificate that its door refused.</summary>
        private const int AfterRefusal = 3600000;

        /// <summary>Milliseconds between tries of a staged certificate while the board is connected otherwise.</summary>
        private const int TryAgain = 600000;

        private readonly BoardContext _context;
        private readonly TestedNoise _noise;

        private bool _isWanted;
        private long _askAt;
        private long _tryAt;
        private StoredKey _key;
        private byte[] _request;
        private EnrolmentReply _issued;

        internal EnrolmentTask(BoardContext context)
        {
            _context = context ?? throw new ArgumentNullException(nameof(context));
            _noise = new TestedNoise(context.Parts.Radio, context.Parts.Entropy);
        }

        /// <summary>An order says so: now, whatever was refused before.</summary>
        internal void Renew()
        {
            _isWanted = true;
            _askAt = 0;
        }

        /// <inheritdoc/>
        public override void Begin()
        {
            _context.Operational.FinishErasing();
        }

        /// <inheritdoc/>
        public override void Connected()
        {
            OperationalIdentities operational = _context.Operational;
            _isWanted |= operational.Current is null && operational.Staged is null && (operational.HadOne || !(operational.Active is null));
            _tryAt = _context.Now + TryAgain;
        }

        /// <inheritdoc/>
        public override void Disconnected()
        {
            // An answer to a request of another connection does not come.
            Forget();
        }

        /// <inheritdoc/>
        public override void End()
        {
            Forget();
        }

        /// <inheritdoc/>
        public override bool Take(BrokerMessage message)
        {
            if (message.Topic != _context.Topics.CertificateReply)
            {
                return false;
            }

            EnrolmentReply reply = EnrolmentReply.Decode(message.Payload);
            if (reply is null)
            {
                Log("refused token=malformed");
            }
            else if (reply.Token == EnrolmentReply.Wanted)
            {
                // An invitation shortens no wait: whoever sends many makes no more keys.
                _isWanted = true;
            }
            else if (!ByteArray.AreEqual(reply.Request, _request))
            {
                Log("refused token=not-asked");
            }
            else if (reply.Token == EnrolmentReply.Issued)
            {
                _issued = reply;
            }
            else
            {
                Log("refused by the fleet token=" + reply.Token);
                Refused(reply.Wait * 1000L);
            }

            return true;
        }

        /// <inheritdoc/>
        public override void Step(bool isConnected)
        {
            if (!isConnected || _context.Quarantine.IsActive)
            {
                return;
            }

            if (!(_issued is null))
            {
                Judge();
            }
            else if (!(_context.Operational.Staged is null) && !_isWanted)
            {
                TryStaged();
            }
            else if (!(_key is null) && _request is null)
            {
                Ask();
            }
            else if (IsDue() && _context.Now >= _askAt)
            {
                MakeKey();
            }
        }

        private bool IsDue()
        {
            OperationalIdentity active = _context.Operational.Active;
            return _isWanted || (!(active is null) && _context.Time.Now != 0 && _context.Time.Now >= active.Certificate.RenewAt);
        }

        private void MakeKey()
        {
            Forget();
            _askAt = _context.Now + Patience;
            _key = OperationalKey.Generate(_noise, _context.Parts.Board.HardwareId, out EntropyVerdict verdict);
            if (_key is null)
            {
                Log("not asked for: " + TestedNoise.WhyNone(verdict));
                Refused(AfterRefusal);
            }
        }

        private void Ask()
        {
            byte[] request = CertificateRequest.Create(_key, _context.Parts.Board.HardwareId, _context.DeviceId);
            _request = Sha256.Hash(request);
            _askAt = _context.Now + Patience;
            bool isSent = _context.Parts.Link.Publish(_context.Topics.CertificateRequest, EnrolmentRequest.Encode(request), true);
            Log("asked for key=" + Hex.Encode(_key.PublicKey.KeyHash()) + (isSent ? "" : "; not delivered"));
        }

        private void Judge()
        {
            EnrolmentReply reply = _issued;
            _issued = null;
            OperationalCheck check = OperationalCertificate.Check(reply.Certificate, reply.Issuer, _key.PublicKey, _context.OperationalRules());
            if (check.Certificate is null)
            {
                Log("refused token=" + check.Token + " reason=\"" + check.Reason + "\"");
                Refused(AfterRefusal);
                return;
            }

            if (!_context.Operational.Stage(check.Certificate, _key))
            {
                Log("not stored: the board has no seal key");
                Refused(AfterRefusal);
                return;
            }

            Log("staged tenant=" + check.Certificate.Tenant + " until=" + X509Time.ToIso8601(check.Certificate.NotAfter));

            // It is the staged identity's now.
            _key = null;
            _request = null;
            _isWanted = false;
            _context.Session.Rejoin();
        }

        private void TryStaged()
        {
            bool isTried = ReferenceEquals(_context.Operational.Current, _context.Operational.Staged);
            if (!isTried && _context.Session.IsAlive && _context.Now >= _tryAt)
            {
                _tryAt = _context.Now + TryAgain;
                _context.Session.Rejoin();
            }
        }

        private void Refused(long wait)
        {
            Forget();
            _isWanted = false;
            _askAt = _context.Now + (wait < Patience ? Patience : wait);
        }

        private void Forget()
        {
            if (!(_key is null))
            {
                _key.Clear();
            }

            _key = null;
            _request = null;
            _issued = null;
        }

        private void Log(string line)
        {
            _context.Log("certificate " + line);
        }
    }
}
