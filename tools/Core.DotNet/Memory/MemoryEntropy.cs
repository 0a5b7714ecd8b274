using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>Noise that is the same every time: SHA-256 over seed and block number. Of use in tests only.</summary>
    public sealed class MemoryEntropy : IEntropy
    {
        private readonly byte[] _block = new byte[8];
        private byte[] _pool = new byte[0];
        private int _used;
        private uint _number;

        /// <summary>The stream of that seed.</summary>
        public MemoryEntropy(uint seed)
        {
            BigEndian.PutUInt32(_block, 0, seed);
        }

        /// <inheritdoc/>
        public bool IsTrueRandom { get; set; }

        /// <summary>From 0 to 255: the source is broken and gives this byte only. -1: it works.</summary>
        public int StuckAt { get; set; } = -1;

        /// <summary>Bytes given so far.</summary>
        public int Given { get; private set; }

        /// <inheritdoc/>
        public void Fill(byte[] buffer)
        {
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = StuckAt >= 0 ? (byte)StuckAt : Next();
            }

            Given += buffer.Length;
        }

        private byte Next()
        {
            if (_used == _pool.Length)
            {
                BigEndian.PutUInt32(_block, 4, _number++);
                _pool = Sha256.Hash(_block);
                _used = 0;
            }

            return _pool[_used++];
        }
    }
}
