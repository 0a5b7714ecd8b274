using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>Noise that is the same every time: a SplitMix64 sequence. Of use in tests only.</summary>
    public sealed class MemoryEntropy : IEntropy
    {
        private ulong _state;

        /// <summary>The stream of that seed.</summary>
        public MemoryEntropy(uint seed)
        {
            _state = seed;
        }

        /// <inheritdoc/>
        public bool IsTrueRandom { get; set; }

        /// <summary>From 0 to 255: the source is broken and gives this byte only. -1: it works.</summary>
        public int StuckAt { get; set; } = -1;

        /// <summary>Of so many bytes one is <see cref="StuckAt"/>, the first among them; 1: all.</summary>
        public int StuckEvery { get; set; } = 1;

        /// <summary>After so many bytes the promise of true randomness ends.</summary>
        public int TrueFor { get; set; } = int.MaxValue;

        /// <summary>Bytes given so far.</summary>
        public int Given { get; private set; }

        /// <inheritdoc/>
        public void Fill(byte[] buffer)
        {
            int every = StuckEvery;
            for (int i = 0; i < buffer.Length; i++)
            {
                buffer[i] = StuckAt >= 0 && every > 0 && i % every == 0 ? (byte)StuckAt : Next();
            }

            Given += buffer.Length;
            IsTrueRandom = IsTrueRandom && Given < TrueFor;
        }

        private byte Next()
        {
            _state += 0x9E3779B97F4A7C15;
            ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return (byte)(mixed ^ (mixed >> 31));
        }
    }
}
