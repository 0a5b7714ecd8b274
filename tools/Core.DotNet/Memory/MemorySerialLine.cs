using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>A serial line whose two directions are queues. The board's end is <see cref="ISerialLine"/>; the other end is below.</summary>
    public sealed class MemorySerialLine : ISerialLine
    {
        private readonly ByteQueue _toBoard = new ByteQueue();
        private readonly ByteQueue _fromBoard = new ByteQueue();
        private readonly MemoryClock _clock;

        /// <summary>A line. Waiting in vain takes time on that clock; null when it takes none.</summary>
        public MemorySerialLine(MemoryClock clock)
        {
            _clock = clock;
        }

        /// <summary>The other end: sends to the board.</summary>
        public void Send(byte[] data)
        {
            _toBoard.Add(data, data.Length);
        }

        /// <summary>The other end: everything the board has said and nobody has taken.</summary>
        public byte[] Receive()
        {
            var data = new byte[_fromBoard.Count];
            _fromBoard.Take(data);
            return data;
        }

        /// <inheritdoc/>
        public int Read(byte[] buffer, int timeoutMilliseconds)
        {
            int count = _toBoard.Take(buffer);
            if (count == 0 && !(_clock is null))
            {
                _clock.Sleep(timeoutMilliseconds);
            }

            return count;
        }

        /// <inheritdoc/>
        public void Write(byte[] buffer, int count)
        {
            _fromBoard.Add(buffer, count);
        }
    }
}
