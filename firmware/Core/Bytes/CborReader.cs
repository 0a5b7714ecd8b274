using System;

namespace DeviceFirmware.Bytes
{
    /// <summary>
    /// Reads deterministically encoded CBOR (RFC 8949 section 4.2.1) from hostile bytes. The first thing that is not as asked for makes
    /// <see cref="Failed"/> true for good; from then on every read returns 0 or null. So a message is read straight down, and one question
    /// at the end, <see cref="IsComplete"/>, decides.
    /// </summary>
    public sealed class CborReader
    {
        private readonly byte[] _data;
        private readonly int _end;
        private int _position;

        /// <summary>Reads a whole buffer.</summary>
        public CborReader(byte[] data)
            : this(data, 0, data is null ? 0 : data.Length)
        {
        }

        /// <summary>Reads a part of a buffer.</summary>
        public CborReader(byte[] data, int offset, int count)
        {
            if (data is null)
            {
                throw new ArgumentNullException(nameof(data));
            }

            if (offset < 0 || count < 0 || offset > data.Length - count)
            {
                throw new ArgumentOutOfRangeException(nameof(count));
            }

            _data = data;
            _position = offset;
            _end = offset + count;
        }

        /// <summary>True once something was missing, malformed, not in its shortest form, or outside the bounds asked for.</summary>
        public bool Failed { get; private set; }

        /// <summary>True when everything was as asked for and nothing is left over.</summary>
        public bool IsComplete => !Failed && _position == _end;

        /// <summary>Demands a map of exactly that many pairs.</summary>
        public void Map(int pairs)
        {
            if (Head(0xA0, pairs) != pairs)
            {
                Failed = true;
            }
        }

        /// <summary>Demands an array and returns its number of items, at most <paramref name="maximum"/>.</summary>
        public int Array(int maximum)
        {
            long items = Head(0x80, maximum);
            return (int)items;
        }

        /// <summary>Demands that the next item is this unsigned integer.</summary>
        public void Key(int key)
        {
            if (Head(0x00, key) != key)
            {
                Failed = true;
            }
        }

        /// <summary>An unsigned integer from 0 to <paramref name="maximum"/>.</summary>
        public long Unsigned(long maximum)
        {
            return Head(0x00, maximum);
        }

        /// <summary>A byte string of <paramref name="minimum"/> to <paramref name="maximum"/> bytes; null on failure.</summary>
        public byte[] Bytes(int minimum, int maximum)
        {
            int count = StringHead(0x40, minimum, maximum);
            if (Failed)
            {
                return null;
            }

            byte[] value = ByteArray.Slice(_data, _position, count);
            _position += count;
            return value;
        }

        /// <summary>A text string of printable ASCII, of <paramref name="minimum"/> to <paramref name="maximum"/> characters; null on failure.</summary>
        public string Text(int minimum, int maximum)
        {
            int count = StringHead(0x60, minimum, maximum);
            if (Failed)
            {
                return null;
            }

            string value = Ascii.GetString(_data, _position, count);
            _position += count;
            Failed = value is null;
            return value;
        }

        private int StringHead(int majorType, int minimum, int maximum)
        {
            long count = Head(majorType, maximum);
            if (count < minimum || count > _end - _position)
            {
                Failed = true;
            }

            return Failed ? 0 : (int)count;
        }

        private long Head(int majorType, long maximum)
        {
            if (Failed || _position >= _end || (_data[_position] & 0xE0) != majorType)
            {
                Failed = true;
                return 0;
            }

            int info = _data[_position++] & 0x1F;
            long value = info;
            if (info >= 24)
            {
                value = Following(info);
            }

            // A value above the largest long comes out negative.
            if (value < 0 || value > maximum)
            {
                Failed = true;
            }

            return Failed ? 0 : value;
        }

        private long Following(int info)
        {
            int bytes = info == 24 ? 1 : info == 25 ? 2 : info == 26 ? 4 : info == 27 ? 8 : 0;
            if (bytes == 0 || bytes > _end - _position)
            {
                Failed = true;
                return 0;
            }

            long value = 0;
            for (int i = 0; i < bytes; i++)
            {
                value = (value << 8) | _data[_position++];
            }

            long smallest = bytes == 1 ? 24 : bytes == 2 ? 0x100 : bytes == 4 ? 0x10000 : 0x100000000;
            if (value < smallest)
            {
                Failed = true;
            }

            return value;
        }
    }
}
