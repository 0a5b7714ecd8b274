using System;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Connect
{
    /// <summary>Waiting times between attempts: full jitter, from 0 to a bound that doubles with each failure up to a maximum.</summary>
    public sealed class Backoff
    {
        private readonly IEntropy _entropy;
        private readonly int _first;
        private readonly int _maximum;
        private int _bound;

        /// <summary>Bounds in milliseconds.</summary>
        public Backoff(IEntropy entropy, int first, int maximum)
        {
            _entropy = entropy ?? throw new ArgumentNullException(nameof(entropy));
            _first = first;
            _maximum = maximum;
            _bound = first;
        }

        /// <summary>Milliseconds to wait after one more failure.</summary>
        public int Next()
        {
            var random = new byte[2];
            _entropy.Fill(random);
            int share = (random[0] << 8) | random[1];
            int wait = (int)((long)_bound * share / 65536);
            _bound = _bound > _maximum / 2 ? _maximum : _bound * 2;
            return wait;
        }

        /// <summary>It worked: the next failure waits the shortest time again.</summary>
        public void Reset()
        {
            _bound = _first;
        }
    }
}
