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
    /// image; in recovery it takes an image; provisioned it says who it is and refuses everything else. What arrives is kept in memory and in
    /// an idle slot until Finish; the identity record is written last, so a cut before it leaves an unprovisioned board with the same key.
    /// </summary>
    public sealed class ProvisioningSession
    {
        /// <summary>The environment whose builds answer id and nothing else.</summary>
        private const string ProductionEnvironment = "prod";

        private readonly IFiles _files;
        private readonly RecordStore _store;
        private readonly IIdentityKey _key;
        private readonly BoardSelf _self;
        private readonly ImageRules _rules;
        private readonly SlotTable _table;
        private readonly SecurityCounter _counter;

        private string _deviceId = "";
        private IdentityMessage _identity;
        private VerifiedImage _image;
        private int _imageLength;
        private int _imagePosition;
        private byte[] _imageHash;
        private Sha256 _imageHasher;

        /// <summary>A session of a board in that state.</summary>
        public ProvisioningSession(IFiles files, RecordStore store, IIdentityKey key, BoardSelf self, ImageRules rules, SlotTable table, SecurityCounter counter)
        {
            _files = files ?? throw new ArgumentNullException(nameof(files));
            _store = store ?? throw new ArgumentNullException(nameof(store));
            _key = key ?? throw new ArgumentNullException(nameof(key));
            _self = self ?? throw new ArgumentNullException(nameof(self));
            _rules = rules ?? throw new ArgumentNullException(nameof(rules));
            _table = table ?? throw new ArgumentNullException(nameof(table));
            _counter = counter ?? throw new ArgumentNullException(nameof(counter));
        }

        /// <summary>True once Finish was done: the board restarts after its acknowledgement has left.</summary>
        public bool IsFinished { get; private set; }

        /// <summary>Answers a frame.</summary>
        public SerialFrame Answer(SerialFrame request)
        {
            if (request is null)
            {
                throw new ArgumentNullException(nameof(request));
            }

            if (request.Type == MessageType.Hello)
            {
                return HelloMessage.Decode(request.Body) is null ? Malformed() : new SerialFrame(MessageType.Board, _self.Describe().Encode());
            }

            if (_self.State == BoardState.Provisioned)
            {
                return Refuse("provisioned", "this board has its identity; the line answers who it is, no more");
            }

            bool identityStep = request.Type == MessageType.Assign || request.Type == MessageType.Identity;
            if (identityStep && _self.State == BoardState.Recovery)
            {
                return Refuse("provisioned", "this board has its identity; it takes a recovery image, no more");
            }

            switch (request.Type)
            {
                case MessageType.Assign: return TakeAssign(request);
                case MessageType.Identity: return TakeIdentity(request);
                case MessageType.ImageBegin: return TakeImageBegin(request);
                case MessageType.ImageChunk: return TakeImageChunk(request);
                case MessageType.ImageEnd: return TakeImageEnd(request);
                case MessageType.Finish: return TakeFinish(request);
                default: return Refuse("unknown-message", "a message type that this board does not know");
            }
        }

        /// <summary>Answers a line typed by a person; null when there is nothing to say.</summary>
        public string AnswerLine(string line)
        {
            return line == "id" ? _self.DescribeAsText()
                : line == "help" && _self.Environment != ProductionEnvironment ? "id: who this board is. Provisioning is done by the factory program."
                : null;
        }

        private SerialFrame TakeAssign(SerialFrame request)
        {
            AssignMessage assign = AssignMessage.Decode(request.Body);
            if (assign is null)
            {
                return Malformed();
            }

            _deviceId = assign.DeviceId;
            _identity = null;
            byte[] csr = CertificateRequest.Create(_key, _self.HardwareId, _deviceId);
            return new SerialFrame(MessageType.Csr, new CsrMessage(Pem.Encode(CertificateRequest.PemLabel, csr)).Encode());
        }

        private SerialFrame TakeIdentity(SerialFrame request)
        {
            IdentityMessage identity = IdentityMessage.Decode(request.Body);
            if (identity is null)
            {
                return Malformed();
            }

            if (_deviceId.Length == 0)
            {
                return OutOfOrder();
            }

            CertificateCheck check = DeviceCertificate.Check(
                identity.Certificate, identity.Issuer, _key.PublicKey, _self.HardwareId, _deviceId, _self.Environment, _self.FactoryRoot);
            if (check.Verdict != CertificateVerdict.Accepted)
            {
                return Refuse(check.Token, check.Reason);
            }

            _identity = identity;
            return Ack(request);
        }

        private SerialFrame TakeImageBegin(SerialFrame request)
        {
            ImageBeginMessage begin = ImageBeginMessage.Decode(request.Body);
            if (begin is null)
            {
                return Malformed();
            }

            if (begin.Length > _rules.MaximumSize)
            {
                return Refuse(ImageVerdictText.Token(ImageVerdict.TooLarge), ImageVerdictText.Text(ImageVerdict.TooLarge));
            }

            _image = null;
            _imageLength = begin.Length;
            _imageHash = begin.FileHash;
            _imagePosition = 0;
            _imageHasher = new Sha256();
            _table.BeginReceiving(begin.FileHash);
            _files.Create(SlotTable.FileName(_table.Idle), new byte[0], 0);
            return Ack(request);
        }

        private SerialFrame TakeImageChunk(SerialFrame request)
        {
            ImageChunkMessage chunk = ImageChunkMessage.Decode(request.Body);
            if (chunk is null)
            {
                return Malformed();
            }

            // A chunk that was taken already, because its acknowledgement got lost, is acknowledged again.
            bool again = !(_imageHash is null) && chunk.Offset + chunk.Data.Length == _imagePosition;
            bool next = !(_imageHash is null) && chunk.Offset == _imagePosition && chunk.Data.Length <= _imageLength - _imagePosition;
            if (!again && !next)
            {
                return OutOfOrder();
            }

            if (next)
            {
                _files.WriteAt(SlotTable.FileName(_table.Idle), chunk.Offset, chunk.Data, 0, chunk.Data.Length);
                _imageHasher.Append(chunk.Data, 0, chunk.Data.Length);
                _imagePosition += chunk.Data.Length;
            }

            return Ack(request);
        }

        private SerialFrame TakeImageEnd(SerialFrame request)
        {
            if (!(_image is null))
            {
                // Its acknowledgement got lost.
                return Ack(request);
            }

            if (_imageHash is null || _imagePosition != _imageLength)
            {
                return OutOfOrder();
            }

            // The slot's record names its file by the announced hash: offers are compared with it.
            ImageCheck check = ByteArray.AreEqual(_imageHasher.Finish(), _imageHash)
                ? VerifiedImage.Check(_files, SlotTable.FileName(_table.Idle), _rules)
                : ImageCheck.OtherFile("not the file that was announced");
            if (check.Verdict != ImageVerdict.Accepted)
            {
                _imageHash = null;
                _table.Abandon();
                return Refuse(check.Token, check.Reason);
            }

            _image = check.Image;
            return Ack(request);
        }

        private SerialFrame TakeFinish(SerialFrame request)
        {
            bool identityMissing = _self.State == BoardState.Unprovisioned && _identity is null;
            if (_image is null || identityMissing)
            {
                return OutOfOrder();
            }

            _table.Install(_image);
            _counter.RaiseTo(_image.SecurityCounter);
            if (_self.State == BoardState.Unprovisioned)
            {
                IdentityRecord.Save(_store, _identity);
            }

            _image = null;
            IsFinished = true;
            return Ack(request);
        }

        private static SerialFrame Ack(SerialFrame request)
        {
            return new SerialFrame(MessageType.Ack, new AckMessage(Sha256.Hash(request.Body)).Encode());
        }

        private static SerialFrame Malformed()
        {
            return Refuse("malformed", "the message is not of the form that its type has");
        }

        private static SerialFrame OutOfOrder()
        {
            return Refuse("out-of-order", "this message does not follow from the ones before it");
        }

        private static SerialFrame Refuse(string token, string reason)
        {
            string bounded = reason.Length > 200 ? reason.Substring(0, 200) : reason;
            return new SerialFrame(MessageType.Refused, new RefusedMessage(token, bounded).Encode());
        }
    }
}
