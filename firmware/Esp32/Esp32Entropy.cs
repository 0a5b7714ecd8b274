using System;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// <c>esp_random</c>, through Random.NextBytes (one call a byte, any seed is ignored). Next(int) is biased and not used.
    /// </summary>
    public sealed class Esp32Entropy : IEntropy
    {
        private readonly Esp32Radio _radio;
        private readonly Random _random = new Random();

        /// <summary>The noise source of the board that has this radio.</summary>
        public Esp32Entropy(Esp32Radio radio)
        {
            _radio = radio;
        }

        /// <inheritdoc/>
        public bool IsTrueRandom
        {
            get { return _radio.IsOn; }
        }

        /// <inheritdoc/>
        public void Fill(byte[] buffer)
        {
            _random.NextBytes(buffer);
        }
    }
}
