using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Image;
using DeviceFirmware.Ports;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// The board's end of the serial line: what it answers to each message, in each state. Unprovisioned it takes an identity and the first
    /// image, and gives its secrets for the label; in recovery it takes an image; provisioned it says who it is and refuses everything else.
    /// What arrives is kept in memory and in an idle slot until Finish; the identity record is written last, so a cut before it leaves an
    /// unprovisioned board with the same key. A greeting with another nonce begins anew.
    /// </summary>
    public sealed class ProvisioningSession : ISerialAnswers
    {
        /// <summary>The environment whose builds, once provisioned, answer id and nothing else.</summary>
        private const string ProductionEnvironment = "prod";

        private readonly RecordStore _store;
        private readonly IIdentityKey _key;
        private readonly BoardSelf _self;
        private readonly SlotTable _table;
        private readonly SecurityCounter _counter;
        private readonly BoardSecrets _secrets;
        private readonly ImageReception _image;

        private SerialSession _session = SerialSession.None();
        private bool _isGreeted;
        private string _deviceId = "";
        private IdentityMessage _identity;

        /// <summary>A session of a board in that state.</summary>
        public ProvisioningSession(IFiles files, RecordStore store, IIdentityKey key, BoardSelf self, ImageRules rules, SlotTable table, SecurityCounter counter, BoardSecrets secrets)
        {
            _store = store ?? throw new ArgumentNullException(nameof(store));
            _key = key ?? throw new ArgumentNullException(nameof(key));
            _self = self ?? throw new ArgumentNullException(nameof(self));
            _table = table ?? throw new ArgumentNullException(nameof(table));
            _counter = counter ?? throw new ArgumentNullException(nameof(counter));
            _secrets = secrets ?? throw new ArgumentNullException(nameof(secrets));
            _image = new ImageReception(files, rules, table);
        }

        /// <inheritdoc/>
        public bool IsFinished { get; private set; }

        /// <inheritdoc/>
        public SerialFrame Answer(SerialFrame request)
        {
            if (request is null)
            {
                throw new ArgumentNullException(nameof(request));
            }

            if (MessageType.IsAnswer(request.Type))
            {
                return null;
            }

            if (request.Type == MessageType.Hello)
            {
                return TakeHello(request);
            }

            if (_self.State == BoardState.Provisioned)
            {
                return Refuse(request, "provisioned", "this board has its identity; the line answers who it is, no more");
            }

            if (!_isGreeted)
            {
                return Refuse(request, "not-greeted", "this board was not greeted: it restarted, or it is another one than the one that was");
            }

            bool imageStep = request.Type == MessageType.ImageBegin || request.Type == MessageType.ImageChunk || request.Type == MessageType.ImageEnd
                || request.Type == MessageType.Finish;
            if (!imageStep && _self.State == BoardState.Recovery)
            {
                return Refuse(request, "provisioned", "this board has its identity; it takes a recovery image, no more");
            }

            return TakeStep(request);
        }

        /// <inheritdoc/>
        /// <remarks>Unprovisioned: <c>help</c>, <c>id</c>, <c>csr</c>, <c>csr ID</c>. In any other state <c>id</c>, and outside of production <c>help</c>.</remarks>
        public string AnswerLine(string line)
        {
            if (line == "id")
            {
                return _self.DescribeAsText();
            }

            if (_self.State != BoardState.Unprovisioned || line is null)
            {
                return line == "help" && _self.Environment != ProductionEnvironment ? "id: who this board is. Provisioning is done by the factory program." : null;
            }

            if (line == "help")
            {
                return "help    this text\nid      who this board is\ncsr     its certification request, for the id that was assigned, or else its hardware id"
                    + "\ncsr ID  the same for an id of your choice\nAll else is done by the factory program.";
            }

            if (line == "csr")
            {
                return Request(_deviceId.Length == 0 ? _self.HardwareId : _deviceId);
            }

            if (line.Length > 4 && line.Substring(0, 4) == "csr ")
            {
                string id = line.Substring(4);
                return Ascii.IsName(id) ? Request(id) : "an id is 1 to 32 of a-z, 0-9 and '-'";
            }

            return null;
        }

        private SerialFrame TakeStep(SerialFrame request)
        {
            switch (request.Type)
            {
                case MessageType.Assign: return TakeAssign(request);
                case MessageType.Identity: return TakeIdentity(request);
                case MessageType.TakeSecrets: return TellSecrets(request);
                case MessageType.SecretsKept: return TakeSecretsKept(request);
                case MessageType.ImageBegin: return Answer(request, _image.Begin(request.Body));
                case MessageType.ImageChunk: return Answer(request, _image.Chunk(request.Body));
                case MessageType.ImageEnd: return Answer(request, _image.End());
                case MessageType.Finish: return TakeFinish(request);
                default: return Refuse(request, "unknown-message", "a message type that this board does not know");
            }
        }

        private SerialFrame TakeHello(SerialFrame request)
        {
            HelloMessage hello = HelloMessage.Decode(request.Body);
            if (hello is null)
            {
                return Answer(request, StepResult.Malformed());
            }

            if (!_isGreeted || !ByteArray.AreEqual(hello.Nonce, _session.Nonce))
            {
                _session = new SerialSession(hello.Nonce);
                _isGreeted = true;
                StartAnew("");
                _image.Forget();
            }

            return new SerialFrame(MessageType.Board, _self.Describe(_session).Encode());
        }

        private SerialFrame TakeAssign(SerialFrame request)
        {
            AssignMessage assign = AssignMessage.Decode(request.Body);
            if (assign is null)
            {
                return Answer(request, StepResult.Malformed());
            }

            // The same id again is a repeated message, and takes nothing away.
            if (assign.DeviceId != _deviceId)
            {
                StartAnew(assign.DeviceId);
            }

            byte[] csr = CertificateRequest.Create(_key, _self.HardwareId, _deviceId);
            return new SerialFrame(MessageType.Csr, new CsrMessage(Pem.Encode(CertificateRequest.PemLabel, csr), HashOf(request)).Encode());
        }

        private SerialFrame TakeIdentity(SerialFrame request)
        {
            IdentityMessage identity = IdentityMessage.Decode(request.Body);
            if (identity is null)
            {
                return Answer(request, StepResult.Malformed());
            }

            if (_deviceId.Length == 0)
            {
                return Answer(request, StepResult.OutOfOrder());
            }

            CertificateCheck check = DeviceCertificate.Check(
                identity.Certificate, identity.Issuer, _key.PublicKey, _self.HardwareId, _deviceId, _self.Environment, _self.FactoryRoot);
            if (check.Verdict != CertificateVerdict.Accepted)
            {
                return Refuse(request, check.Token, check.Reason);
            }

            _identity = identity;
            return Acknowledge(request);
        }

        /// <summary>Only to a station whose certificate this board accepted: a stranger at the cable gets none.</summary>
        private SerialFrame TellSecrets(SerialFrame request)
        {
            if (_identity is null || _secrets.AreKept)
            {
                return Answer(request, StepResult.OutOfOrder());
            }

            if (!_secrets.CanBeTold && !_secrets.Make(_self.HardwareId, out EntropyVerdict verdict))
            {
                return Refuse(request, "entropy", TestedNoise.WhyNone(verdict) + "; no secrets are made");
            }

            byte[] body = new SecretsMessage(_secrets.Claim, _secrets.Password, HashOf(request)).Encode();
            return new SerialFrame(MessageType.Secrets, body);
        }

        private SerialFrame TakeSecretsKept(SerialFrame request)
        {
            SecretsKeptMessage kept = SecretsKeptMessage.Decode(request.Body);
            return kept is null ? Answer(request, StepResult.Malformed())
                : _secrets.Confirm(kept.Hash) ? Acknowledge(request)
                : Answer(request, StepResult.OutOfOrder());
        }

        private SerialFrame TakeFinish(SerialFrame request)
        {
            bool isIncomplete = _self.State == BoardState.Unprovisioned && (_identity is null || !_secrets.AreKept);
            if (_image.Verified is null || isIncomplete)
            {
                return Answer(request, StepResult.OutOfOrder());
            }

            _table.Install(_image.Verified);
            _counter.RaiseTo(_image.Verified.SecurityCounter);
            if (_self.State == BoardState.Unprovisioned)
            {
                _secrets.Store(new NetworkCredentials(_identity.NetworkName, _identity.NetworkPassword));
                IdentityRecord.Save(_store, _identity.WithoutNetwork());
            }

            _image.Forget();
            IsFinished = true;
            return Acknowledge(request);
        }

        /// <summary>Whatever belonged to another id or another session is gone.</summary>
        private void StartAnew(string deviceId)
        {
            _deviceId = deviceId;
            _identity = null;
            _secrets.Forget();
        }

        private string Request(string deviceId)
        {
            byte[] pem = Pem.Encode(CertificateRequest.PemLabel, CertificateRequest.Create(_key, _self.HardwareId, deviceId));
            string text = "";
            int start = 0;
            for (int i = 0; i < pem.Length; i++)
            {
                if (pem[i] == 10)
                {
                    text = text + (start == 0 ? "" : "\n") + Ascii.GetString(pem, start, i - start);
                    start = i + 1;
                }
            }

            return text;
        }

        private byte[] HashOf(SerialFrame request)
        {
            return _session.HashOf(request.Type, request.Body);
        }

        private SerialFrame Answer(SerialFrame request, StepResult result)
        {
            return result.IsDone ? Acknowledge(request) : Refuse(request, result.Token, result.Reason);
        }

        private SerialFrame Acknowledge(SerialFrame request)
        {
            return new SerialFrame(MessageType.Ack, new AckMessage(HashOf(request)).Encode());
        }

        private SerialFrame Refuse(SerialFrame request, string token, string reason)
        {
            string bounded = reason.Length > 200 ? reason.Substring(0, 200) : reason;
            return new SerialFrame(MessageType.Refused, new RefusedMessage(token, bounded, HashOf(request)).Encode());
        }
    }
}
