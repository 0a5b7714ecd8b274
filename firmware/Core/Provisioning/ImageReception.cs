using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Ports;
using DeviceFirmware.Slots;

namespace DeviceFirmware.Provisioning
{
    /// <summary>An image that arrives over the serial line, into the idle slot: announced, in parts and in order, and verified at the end.</summary>
    public sealed class ImageReception
    {
        private readonly IFiles _files;
        private readonly ImageRules _rules;
        private readonly SlotTable _table;

        private int _length;
        private int _position;
        private byte[] _hash;
        private Sha256 _hasher;

        /// <summary>Receives into that table's idle slot what these rules accept.</summary>
        public ImageReception(IFiles files, ImageRules rules, SlotTable table)
        {
            _files = files ?? throw new ArgumentNullException(nameof(files));
            _rules = rules ?? throw new ArgumentNullException(nameof(rules));
            _table = table ?? throw new ArgumentNullException(nameof(table));
        }

        /// <summary>The image, once it arrived and was accepted; null before.</summary>
        public VerifiedImage Verified { get; private set; }

        /// <summary>An image is announced. One that was there before is forgotten.</summary>
        public StepResult Begin(byte[] body)
        {
            ImageBeginMessage begin = ImageBeginMessage.Decode(body);
            if (begin is null)
            {
                return StepResult.Malformed();
            }

            if (begin.Length > _rules.MaximumSize)
            {
                return StepResult.Refused(ImageVerdictText.Token(ImageVerdict.TooLarge), ImageVerdictText.Text(ImageVerdict.TooLarge));
            }

            Verified = null;
            _length = begin.Length;
            _hash = begin.FileHash;
            _position = 0;
            _hasher = new Sha256();
            _table.BeginReceiving(begin.FileHash);
            _files.Create(SlotTable.FileName(_table.Idle), new byte[0], 0);
            return StepResult.Done();
        }

        /// <summary>A part arrives.</summary>
        public StepResult Chunk(byte[] body)
        {
            ImageChunkMessage chunk = ImageChunkMessage.Decode(body);
            if (chunk is null)
            {
                return StepResult.Malformed();
            }

            // A chunk that was taken already, because its acknowledgement got lost, is acknowledged again.
            bool again = !(_hash is null) && chunk.Offset + chunk.Data.Length == _position;
            bool next = !(_hash is null) && chunk.Offset == _position && chunk.Data.Length <= _length - _position;
            if (!again && !next)
            {
                return StepResult.OutOfOrder();
            }

            if (next)
            {
                _files.WriteAt(SlotTable.FileName(_table.Idle), chunk.Offset, chunk.Data, 0, chunk.Data.Length);
                _hasher.Append(chunk.Data, 0, chunk.Data.Length);
                _position += chunk.Data.Length;
            }

            return StepResult.Done();
        }

        /// <summary>All parts have arrived: it is verified.</summary>
        public StepResult End()
        {
            if (!(Verified is null))
            {
                // Its acknowledgement got lost.
                return StepResult.Done();
            }

            if (_hash is null || _position != _length)
            {
                return StepResult.OutOfOrder();
            }

            // The slot's record names its file by the announced hash: offers are compared with it.
            ImageCheck check = ByteArray.AreEqual(_hasher.Finish(), _hash)
                ? VerifiedImage.Check(_files, SlotTable.FileName(_table.Idle), _rules)
                : ImageCheck.OtherFile("not the file that was announced");
            if (check.Verdict != ImageVerdict.Accepted)
            {
                _hash = null;
                _table.Abandon();
                return StepResult.Refused(check.Token, check.Reason);
            }

            Verified = check.Image;
            return StepResult.Done();
        }

        /// <summary>Forgets what arrived.</summary>
        public void Forget()
        {
            Verified = null;
            _hash = null;
        }
    }
}
