using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Memory
{
    /// <summary>Bytes that wait, in order.</summary>
    internal sealed class ByteQueue
    {
        private byte[] _waiting = new byte[0];

        internal int Count => _waiting.Length;

        internal void Add(byte[] data, int count)
        {
            _waiting = ByteArray.Concat(_waiting, ByteArray.Slice(data, 0, count));
        }

        internal int Take(byte[] buffer)
        {
            int count = _waiting.Length < buffer.Length ? _waiting.Length : buffer.Length;
            Array.Copy(_waiting, 0, buffer, 0, count);
            _waiting = ByteArray.Slice(_waiting, count, _waiting.Length - count);
            return count;
        }
    }
}
