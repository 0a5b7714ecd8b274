using System;

namespace DeviceFirmware.Bytes
{
    /// <summary>
    /// Writes deterministically encoded CBOR (RFC 8949 section 4.2.1): shortest heads, definite lengths, map keys rising. Only what the
    /// project's messages use: unsigned integers, byte and text strings, arrays and maps.
    /// </summary>
    public sealed class CborWriter
    {
        private byte[] _buffer = new byte[64];
        private int _length;

        /// <summary>A map of that many pairs follows; the caller writes key, value, key, value with rising keys.</summary>
        public CborWriter Map(int pairs)
        {
            Head(0xA0, (ulong)pairs);
            return this;
        }

        /// <summary>An array of that many items follows.</summary>
        public CborWriter Array(int items)
        {
            Head(0x80, (ulong)items);
            return this;
        }

        /// <summary>An unsigned integer; negative values are misuse.</summary>
        public CborWriter Unsigned(long value)
        {
            if (value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(value));
            }

            Head(0x00, (ulong)value);
            return this;
        }

        /// <summary>A byte string.</summary>
        public CborWriter Bytes(byte[] value)
        {
            Head(0x40, (ulong)value.Length);
            Raw(value);
            return this;
        }

        /// <summary>A text string of printable ASCII.</summary>
        public CborWriter Text(string value)
        {
            byte[] bytes = Ascii.GetBytes(value);
            Head(0x60, (ulong)bytes.Length);
            Raw(bytes);
            return this;
        }

        /// <summary>A copy of what was written so far.</summary>
        public byte[] ToArray()
        {
            return ByteArray.Slice(_buffer, 0, _length);
        }

        private void Head(int majorType, ulong value)
        {
            if (value < 24)
            {
                Put(majorType | (int)(uint)value);
                return;
            }

            int bytes = value <= 0xFF ? 1 : value <= 0xFFFF ? 2 : value <= 0xFFFFFFFF ? 4 : 8;
            Put(majorType | (bytes == 1 ? 24 : bytes == 2 ? 25 : bytes == 4 ? 26 : 27));
            for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
            {
                Put((int)(uint)((value >> shift) & 0xFF));
            }
        }

        private void Put(int value)
        {
            Reserve(1);
            _buffer[_length++] = (byte)value;
        }

        private void Raw(byte[] bytes)
        {
            Reserve(bytes.Length);
            System.Array.Copy(bytes, 0, _buffer, _length, bytes.Length);
            _length += bytes.Length;
        }

        private void Reserve(int more)
        {
            if (_length + more > _buffer.Length)
            {
                var larger = new byte[(_length + more) * 2];
                System.Array.Copy(_buffer, 0, larger, 0, _length);
                _buffer = larger;
            }
        }
    }
}
