using System;

namespace DeviceFirmware.Bytes
{
    /// <summary>
    /// Reads DER (X.690 section 10) from hostile bytes. As with <see cref="CborReader"/>, the first thing that is not as asked for makes
    /// <see cref="Failed"/> true for good, here and in every reader this one was asked for.
    /// </summary>
    public sealed class DerReader
    {
        private readonly byte[] _data;
        private readonly int _end;
        private readonly DerReader _parent;
        private int _position;
        private bool _failed;

        /// <summary>Reads a part of a buffer.</summary>
        public DerReader(byte[] data, int offset, int count)
            : this(data, offset, count, null)
        {
            if (data is null)
            {
                throw new ArgumentNullException(nameof(data));
            }

            if (offset < 0 || count < 0 || offset > data.Length - count)
            {
                throw new ArgumentOutOfRangeException(nameof(count));
            }
        }

        private DerReader(byte[] data, int offset, int count, DerReader parent)
        {
            _data = data;
            _position = offset;
            _end = offset + count;
            _parent = parent;
        }

        /// <summary>True once something was missing, malformed or not DER.</summary>
        public bool Failed => _failed;

        /// <summary>True while bytes are left and nothing failed.</summary>
        public bool HasMore => !_failed && _position < _end;

        /// <summary>Offset of the next item in the buffer.</summary>
        public int Position => _position;

        /// <summary>The tag of the next item, or -1 when there is none.</summary>
        public int PeekTag()
        {
            return HasMore ? _data[_position] : -1;
        }

        /// <summary>Marks this reader, and all it came from, as failed.</summary>
        public void Fail()
        {
            for (DerReader reader = this; !(reader is null); reader = reader._parent)
            {
                reader._failed = true;
            }
        }

        /// <summary>Fails unless everything was read.</summary>
        public void End()
        {
            if (_position != _end)
            {
                Fail();
            }
        }

        /// <summary>Demands an item with that tag; returns a reader of its content.</summary>
        public DerReader Enter(int tag)
        {
            int length = Head(tag);
            int start = _position;
            _position += length;
            return new DerReader(_data, start, length, this);
        }

        /// <summary>Demands an item with that tag; returns its content. Null on failure.</summary>
        public byte[] Content(int tag)
        {
            int length = Head(tag);
            if (_failed)
            {
                return null;
            }

            byte[] content = ByteArray.Slice(_data, _position, length);
            _position += length;
            return content;
        }

        /// <summary>Demands an item with that tag; returns it whole, tag and length included. Null on failure.</summary>
        public byte[] Whole(int tag)
        {
            int start = _position;
            int length = Head(tag);
            if (_failed)
            {
                return null;
            }

            _position += length;
            return ByteArray.Slice(_data, start, _position - start);
        }

        /// <summary>Demands a BIT STRING without unused bits; returns its bytes. Null on failure.</summary>
        public byte[] BitString()
        {
            byte[] content = Content(Der.BitStringTag);
            if (_failed || content.Length == 0 || content[0] != 0)
            {
                Fail();
                return null;
            }

            return ByteArray.Slice(content, 1, content.Length - 1);
        }

        /// <summary>Demands a BOOLEAN: 0x00 or 0xFF.</summary>
        public bool Boolean()
        {
            byte[] content = Content(Der.BooleanTag);
            if (_failed || content.Length != 1 || (content[0] != 0x00 && content[0] != 0xFF))
            {
                Fail();
                return false;
            }

            return content[0] == 0xFF;
        }

        /// <summary>Demands a non-negative INTEGER in its shortest form, of at most <paramref name="maximumBytes"/> bytes; big-endian, without sign byte.</summary>
        public byte[] PositiveInteger(int maximumBytes)
        {
            byte[] content = Content(Der.IntegerTag);
            if (_failed || content.Length == 0 || content[0] > 0x7F
                || (content.Length > 1 && content[0] == 0 && content[1] <= 0x7F))
            {
                Fail();
                return null;
            }

            byte[] value = content.Length > 1 && content[0] == 0 ? ByteArray.Slice(content, 1, content.Length - 1) : content;
            if (value.Length > maximumBytes)
            {
                Fail();
                return null;
            }

            return value;
        }

        private int Head(int tag)
        {
            if (_failed || _end - _position < 2 || _data[_position] != tag)
            {
                Fail();
                return 0;
            }

            int length = _data[_position + 1];
            _position += 2;
            if (length > 0x7F)
            {
                int bytes = length & 0x7F;
                if (bytes == 0 || bytes > 2 || bytes > _end - _position)
                {
                    Fail();
                    return 0;
                }

                length = 0;
                for (int i = 0; i < bytes; i++)
                {
                    length = (length << 8) | _data[_position++];
                }

                // X.690 10.1: the shortest form only.
                if (length < (bytes == 1 ? 0x80 : 0x100))
                {
                    Fail();
                    return 0;
                }
            }

            if (length > _end - _position)
            {
                Fail();
                return 0;
            }

            return length;
        }
    }
}
