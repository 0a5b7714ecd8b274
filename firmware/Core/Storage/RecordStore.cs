using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Storage
{
    /// <summary>
    /// Everything the board must not lose, each under a name, in two copies (<c>name.0</c> and <c>name.1</c>). A write goes to the copy that
    /// is not the valid newest one: body first, under a header of zeros, then the header. So a cut at any point, also inside a write, leaves
    /// the old value or the new one. The tag is SHA-256 over the name and the whole record: it finds accidents and files swapped between
    /// names; it is no protection against someone who can write the flash (THREATS.md).
    /// </summary>
    /// <remarks>
    /// Record, big-endian: "DFR" and format version 1 (4 bytes), sequence (4), body length (2), zero (2), body, tag (32). SPEC.md has it in full.
    /// </remarks>
    public sealed class RecordStore
    {
        /// <summary>The longest body, in bytes.</summary>
        public const int MaximumBody = 4096;

        private const int HeaderSize = 12;
        private const uint Magic = 0x44465201;

        private readonly IFiles _files;

        /// <summary>A store over these files.</summary>
        public RecordStore(IFiles files)
        {
            _files = files ?? throw new ArgumentNullException(nameof(files));
        }

        /// <summary>The newest valid body, or null when there is none.</summary>
        public byte[] Read(string name)
        {
            byte[] first = ReadCopy(name, 0);
            byte[] second = ReadCopy(name, 1);
            byte[] newest = first is null || (!(second is null) && Sequence(second) > Sequence(first)) ? second : first;
            byte[] body = newest is null ? null : ByteArray.Slice(newest, HeaderSize, newest.Length - HeaderSize - Sha256.Size);
            Forget(first);
            Forget(second);
            return body;
        }

        /// <summary>
        /// Stores a body of at most <see cref="MaximumBody"/> bytes. When this returns, the new value is durable and has been read back;
        /// when it throws, the value is the old one or the new one.
        /// </summary>
        public void Write(string name, byte[] body)
        {
            if (body is null)
            {
                throw new ArgumentNullException(nameof(body));
            }

            if (body.Length > MaximumBody)
            {
                throw new ArgumentOutOfRangeException(nameof(body));
            }

            byte[] first = ReadCopy(name, 0);
            byte[] second = ReadCopy(name, 1);
            bool firstIsNewest = !(first is null) && (second is null || Sequence(first) >= Sequence(second));
            uint sequence = first is null && second is null ? 1 : (firstIsNewest ? Sequence(first) : Sequence(second)) + 1;
            string copy = CopyName(name, firstIsNewest ? 1 : 0);
            Forget(first);
            Forget(second);

            byte[] record = Compose(name, sequence, body);
            byte[] header = ByteArray.Slice(record, 0, HeaderSize);
            Array.Clear(record, 0, HeaderSize);
            _files.Create(copy, record, record.Length);
            _files.WriteAt(copy, 0, header, 0, HeaderSize);
            FixedTime.Clear(record);

            byte[] stored = Read(name);
            bool same = ByteArray.AreEqual(stored, body);
            Forget(stored);
            if (!same)
            {
                throw new StorageFailedException(name);
            }
        }

        /// <summary>Forgets the value; the older copy goes first, so that a cut never brings an older value back.</summary>
        public void Delete(string name)
        {
            byte[] first = ReadCopy(name, 0);
            byte[] second = ReadCopy(name, 1);
            bool firstIsNewest = !(first is null) && (second is null || Sequence(first) >= Sequence(second));
            int older = firstIsNewest ? 1 : 0;
            _files.Delete(CopyName(name, older));
            _files.Delete(CopyName(name, 1 - older));
        }

        private byte[] ReadCopy(string name, int copy)
        {
            string file = CopyName(name, copy);
            int length = _files.Length(file);
            if (length < HeaderSize + Sha256.Size || length > HeaderSize + MaximumBody + Sha256.Size)
            {
                return null;
            }

            var record = new byte[length];
            if (_files.Read(file, 0, record, 0, length) != length
                || BigEndian.GetUInt32(record, 0) != Magic
                || BigEndian.GetUInt16(record, 8) != length - HeaderSize - Sha256.Size
                || BigEndian.GetUInt16(record, 10) != 0)
            {
                return null;
            }

            byte[] tag = Tag(name, record);
            for (int i = 0; i < tag.Length; i++)
            {
                if (record[length - Sha256.Size + i] != tag[i])
                {
                    return null;
                }
            }

            return record;
        }

        private static byte[] Compose(string name, uint sequence, byte[] body)
        {
            var record = new byte[HeaderSize + body.Length + Sha256.Size];
            BigEndian.PutUInt32(record, 0, Magic);
            BigEndian.PutUInt32(record, 4, sequence);
            BigEndian.PutUInt16(record, 8, body.Length);
            Array.Copy(body, 0, record, HeaderSize, body.Length);
            Array.Copy(Tag(name, record), 0, record, HeaderSize + body.Length, Sha256.Size);
            return record;
        }

        private static byte[] Tag(string name, byte[] record)
        {
            var hash = new Sha256();
            byte[] bytes = Ascii.GetBytes(name);
            hash.Append(bytes, 0, bytes.Length);
            hash.Append(new byte[1], 0, 1);
            hash.Append(record, 0, record.Length - Sha256.Size);
            return hash.Finish();
        }

        /// <summary>A record may be the private key: no copy of it stays behind in the heap.</summary>
        private static void Forget(byte[] record)
        {
            if (!(record is null))
            {
                FixedTime.Clear(record);
            }
        }

        private static uint Sequence(byte[] record)
        {
            return BigEndian.GetUInt32(record, 4);
        }

        private static string CopyName(string name, int copy)
        {
            return name + (copy == 0 ? ".0" : ".1");
        }
    }
}
