using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Ports;
using DeviceFirmware.Slots;

namespace DeviceFirmware.Update
{
    /// <summary>
    /// Fetches one wanted image into the idle slot, a part at a time, in order, one request under way; memory is one part. A part that does
    /// not come is asked for again; after too many silences the download is given up. What lies in the idle slot under the wanted file's
    /// hash is not fetched again: the download goes on behind its last whole part. The hash over all parts, those of before a restart
    /// included, rejects early and proves nothing: the image door reads what is in flash.
    /// </summary>
    public sealed class Download
    {
        /// <summary>Milliseconds until a part is asked for again.</summary>
        public const int RetryAfter = 5000;

        private const int MaximumRetries = 10;

        private readonly IFiles _files;
        private readonly SlotTable _table;
        private readonly WantedImage _wanted;
        private readonly Sha256 _hash = new Sha256();
        private int _position;
        private int _retries;
        private long _askedAt;

        /// <summary>Starts, or goes on with what the idle slot has of that very file.</summary>
        public Download(IFiles files, SlotTable table, WantedImage wanted)
        {
            _files = files ?? throw new ArgumentNullException(nameof(files));
            _table = table ?? throw new ArgumentNullException(nameof(table));
            _wanted = wanted ?? throw new ArgumentNullException(nameof(wanted));
            Slot slot = table[table.Idle];
            bool isSameFile = (slot.State == SlotState.Receiving || slot.State == SlotState.Rejected) && ByteArray.AreEqual(slot.FileHash, wanted.FileHash);
            int kept = isSameFile ? files.Length(FileName) : 0;
            _table.BeginReceiving(wanted.FileHash);
            if (kept >= ChunkRequest.MaximumLength && kept <= wanted.Length)
            {
                Resume();
            }
            else
            {
                _files.Create(FileName, new byte[0], 0);
            }
        }

        /// <summary>The image that is being fetched.</summary>
        public WantedImage Wanted => _wanted;

        /// <summary>Bytes that were there already, from before a restart or a lost connection.</summary>
        public int Resumed { get; private set; }

        /// <summary>True when every byte has arrived.</summary>
        public bool IsComplete => _position == _wanted.Length;

        /// <summary>True when the other end stayed silent too often.</summary>
        public bool IsGivenUp => _retries > MaximumRetries;

        private string FileName => SlotTable.FileName(_table.Idle);

        /// <summary>The request to send now, or null while one is under way. <paramref name="now"/>: uptime in milliseconds.</summary>
        public ChunkRequest NextRequest(long now)
        {
            if (IsComplete || IsGivenUp || (_askedAt != 0 && now - _askedAt < RetryAfter))
            {
                return null;
            }

            if (_askedAt != 0)
            {
                _retries++;
            }

            _askedAt = now == 0 ? 1 : now;
            int rest = _wanted.Length - _position;
            return new ChunkRequest(_wanted.FileHash, _position, rest < ChunkRequest.MaximumLength ? rest : ChunkRequest.MaximumLength);
        }

        /// <summary>Takes a part; one that was not asked for is ignored.</summary>
        public void Take(ChunkReply reply)
        {
            if (reply is null || _askedAt == 0 || reply.Offset != _position || reply.Data.Length > _wanted.Length - _position
                || !ByteArray.AreEqual(reply.FileHash, _wanted.FileHash))
            {
                return;
            }

            _files.WriteAt(FileName, _position, reply.Data, 0, reply.Data.Length);
            _hash.Append(reply.Data, 0, reply.Data.Length);
            _position += reply.Data.Length;
            _retries = 0;
            _askedAt = 0;
        }

        /// <summary>
        /// After the last part: the image door decides about what is in flash, and an accepted image of the wanted version is staged. Refused,
        /// the slot is emptied.
        /// </summary>
        public ImageCheck Finish(ImageRules rules)
        {
            if (!IsComplete)
            {
                throw new InvalidOperationException();
            }

            ImageCheck check = ByteArray.AreEqual(_hash.Finish(), _wanted.FileHash)
                ? VerifiedImage.Check(_files, FileName, rules)
                : ImageCheck.OtherFile("not the file that was ordered");
            if (check.Verdict == ImageVerdict.Accepted && check.Image.Version.CompareTo(_wanted.Version) != 0)
            {
                // The order was found to be newer than what runs; so must be what came.
                check = ImageCheck.OtherFile("not the version that was ordered");
            }

            if (check.Verdict == ImageVerdict.Accepted)
            {
                _table.Stage(check.Image);
            }
            else
            {
                _table.Abandon();
            }

            return check;
        }

        /// <summary>Takes the whole parts that are in flash into the hash.</summary>
        private void Resume()
        {
            var part = new byte[ChunkRequest.MaximumLength];
            while (_files.Read(FileName, _position, part, 0, part.Length) == part.Length)
            {
                _hash.Append(part, 0, part.Length);
                _position += part.Length;
            }

            Resumed = _position;
        }
    }
}
