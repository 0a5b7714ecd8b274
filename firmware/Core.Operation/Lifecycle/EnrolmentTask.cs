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
    /// It asks when the fleet invites it, when the certificate in use is due and the time is authenticated, when an order says so, and while it is
    /// connected by its IDevID though the fleet had given it one: then also after refusals, at growing distances. A key lives in memory until its certificate has come: lost power makes another.
    /// </remarks>
    internal sealed class EnrolmentTask : BoardTask
    {
        /// <summary>Milliseconds that an answer is waited for; the next request has another key.</summary>
        private const int Patience = 60000;

        /// <summary>Milliseconds after a refusal, or a certificate that its door refused.</summary>
        private const int AfterRefusal = 3600000;

        /// <summary>Times that the wait for the next request doubles, at most: of a minute it makes an hour.</summary>
        private const int MostDoublings = 6;

        /// <summary>Milliseconds: the longest wait.</summary>
        private const long LongestWait = EnrolmentReply.MaximumWait * 1000L;

        /// <summary>Milliseconds between tries of a staged certificate while the board is connected otherwise.</summary>
        private const int TryAgain = 600000;

        private readonly BoardContext _context;
        private readonly TestedNoise _noise;

        private bool _isWanted;
        private long _askAt;
        private long _tryAt;
        private int _refusals;
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
            _refusals = 0;
        }

        /// <inheritdoc/>
        public override void Begin()
        {
            _context.Operational.FinishErasing();
        }

        /// <inheritdoc/>
        public override void Connected()
        {
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
            else if (_refusals > 0 && _context.Operational.IsSpare && _context.Operational.Holds(_context.BelievedTime))
            {
                // It gets none now; the one it has may do.
                Rejoin();
            }
        }

        private bool IsDue()
        {
            OperationalIdentity active = _context.Operational.Active;
            return _isWanted || _context.Operational.IsSpare || (!(active is null) && _context.Time.Now != 0 && _context.Time.Now >= active.Certificate.RenewAt);
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
            _refusals = 0;
            _askAt = _context.Now + Pause(check.Certificate);
            _context.Session.Rejoin();
        }

        /// <summary>Milliseconds until the next request at the earliest. A life of minutes is half over before a minute is: its renewal falls due all the same.</summary>
        private static long Pause(OperationalCertificate certificate)
        {
            long half = (certificate.RenewAt - certificate.NotBefore) * 500;
            return half < Patience ? half : Patience;
        }

        private void TryStaged()
        {
            if (!ReferenceEquals(_context.Operational.Current, _context.Operational.Staged))
            {
                Rejoin();
            }
        }

        /// <summary>Another connection, under another identity, now and then while this one works.</summary>
        private void Rejoin()
        {
            if (_context.Session.IsAlive && _context.Now >= _tryAt)
            {
                _tryAt = _context.Now + TryAgain;
                _context.Session.Rejoin();
            }
        }

        private void Refused(long wait)
        {
            Forget();
            _isWanted = false;
            wait = (wait < Patience ? Patience : wait) << (_refusals < MostDoublings ? _refusals : MostDoublings);
            _refusals++;
            _askAt = _context.Now + (wait < LongestWait ? wait : LongestWait);
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
